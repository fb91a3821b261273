"""The manifest of a bundle: what it holds, and proof that it still does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.errors import BundleError

FILE_NAME = "bundle.json"
BUNDLE_FOLDER = "bundle"
SCHEMA_VERSION = 1
_PLAIN_FIELDS = ("task", "input", "metrics", "files", "data", "settings", "history", "environment")


@dataclass(frozen=True)
class Manifest:
    """A bundle's `bundle.json`.

    Attributes:
        folder: the bundle.
        task: such as `image_classification`.
        labels: class names in score order.
        input: what the model takes; for pictures the fields of `ImageSpec`.
        metrics: the Keras model's figures on the test split.
        artifacts: one mapping a file, the fields of `kerasapps.export.Artifact`.
        files: path inside the bundle → SHA-256.
        data: source, fingerprint and how it was split.
        settings: the options of the run.
        history: what happened in training.
        environment: versions, and how the model was trained.
    """

    folder: Path
    task: str
    labels: tuple[str, ...]
    input: Mapping[str, Any]
    metrics: Mapping[str, Any]
    artifacts: tuple[Mapping[str, Any], ...]
    files: Mapping[str, str]
    data: Mapping[str, Any]
    settings: Mapping[str, Any]
    history: Mapping[str, Any]
    environment: Mapping[str, Any]

    def artifact(self, name: str) -> Mapping[str, Any]:
        """The artifact called `name`.

        Raises:
            BundleError: when there is none that may be used; it lists those that may.
        """
        for artifact in self.artifacts:
            if artifact["name"] == name and artifact["path"]:
                return artifact
        usable = [each["name"] for each in self.artifacts if each["path"]]
        withheld = {each["name"]: each["reason"] for each in self.artifacts if not each["path"]}
        why = f" It was withheld: {withheld[name]}." if name in withheld else ""
        raise BundleError(
            f"{self.folder} has no artifact {name!r}.{why} Known: {', '.join(usable) or 'none'}."
        )


def find_bundle(path: Path | str) -> Path:
    """The folder with the manifest: `path` itself, or the bundle in a run's output folder.

    Raises:
        BundleError: when there is none.
    """
    path = Path(path).expanduser()
    for folder in (path, path / BUNDLE_FOLDER):
        if (folder / FILE_NAME).is_file():
            return folder
    what = "is not a bundle: it has no bundle.json" if path.is_dir() else "is not a folder"
    raise BundleError(f"{path} {what}. Give the bundle_dir that training printed.")


def read_manifest(path: Path | str) -> Manifest:
    """The manifest of a bundle whose files are all as they were written.

    Raises:
        BundleError: when there is no bundle, or a file is missing or was changed; it names it.
    """
    folder = find_bundle(path)
    file = folder / FILE_NAME
    try:
        values = dict(json.loads(file.read_text(encoding="utf-8")))
        digest = values.pop("manifest_sha256")
        version = values["schema_version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{file} is damaged ({error}); make the bundle again.") from error
    if version != SCHEMA_VERSION:
        raise BundleError(f"{file} has schema {version}; this kerasapps reads {SCHEMA_VERSION}.")
    if digest_of(values) != digest:
        raise BundleError(f"{file} was changed after it was written; make the bundle again.")
    _check_files(folder, values["files"])
    return Manifest(
        folder=folder,
        labels=tuple(values.pop("labels")),
        artifacts=tuple(values.pop("artifacts")),
        **{name: values[name] for name in _PLAIN_FIELDS},
    )


def digest_of(values: Mapping[str, Any]) -> str:
    """SHA-256 of a manifest's values, whatever their order and layout."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_files(folder: Path, files: Mapping[str, str]) -> None:
    for name, expected in files.items():
        try:
            found = sha256_of(folder / name)
        except OSError as error:
            raise BundleError(f"{folder / name} is missing or unreadable ({error}).") from error
        if found != expected:
            raise BundleError(
                f"{folder / name} is not the file that was verified: its SHA-256 is {found}, the "
                f"manifest says {expected}. Restore it or make the bundle again."
            )
