"""The manifest of a bundle: what it holds, and proof that it still does."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args

from filelock import Timeout

from kerasapps.deploy.exchange import MARK, restore_folder, retired
from kerasapps.deploy.formats import Format, format_of
from kerasapps.deploy.inventory import check_files
from kerasapps.deploy.lock import BUNDLE_FOLDER, hold, locks_of
from kerasapps.deploy.schema import EXPLAINED, MORE, check_values
from kerasapps.errors import BundleError, KerasAppsError
from kerasapps.files.paths import near_paths, user_path
from kerasapps.wording.harmless import printable

T = TypeVar("T")

FILE_NAME = "bundle.json"
KERAS_FILE = "model.keras"
SCHEMA_VERSION = 2
READABLE_VERSIONS = (1, 2)
MOST_BYTES = 256 * 2**20  # of a bundle.json; older ones of a thousand classes take 11 MB
_MOMENT = 0.05  # seconds in which two renames are surely over
_PAUSES = tuple(_MOMENT * number for number in range(1, 21))  # between tries to read one bundle
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
        preprocessing: how a raw input becomes what the model takes, for programs of other people;
            empty in bundles of the first schema.
        answer: how an answer is made of what the files give, likewise.
        folds: mean, spread and every fold's figures of the cross-validation before the training;
            empty where there was none.
        ensemble: validation figures of the networks that it is the mean of, or learnt from;
            likewise.
        sha256: of `bundle.json`, by which two bundles are told apart; empty before it is written.
        target: name of the one of several answers that this is confined to; empty where all count.
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
    preprocessing: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    folds: Mapping[str, Any] = field(default_factory=dict)
    ensemble: Mapping[str, Any] = field(default_factory=dict)
    sha256: str = ""
    target: str = ""

    @property
    def called(self) -> str:
        """What messages call whatever answers: the bundle, or one answer of it."""
        return f"{self.target!r} of {self.folder}" if self.target else str(self.folder)

    def artifact(
        self, name: str, *, formats: Collection[str] = get_args(Format)
    ) -> Mapping[str, Any]:
        """The artifact called `name`.

        Args:
            name: of it.
            formats: what the caller can use, for the list of the message: an artifact of another
                format is given too.

        Raises:
            BundleError: when there is none that may be used; it lists those that may.
        """
        for artifact in self.artifacts:
            if artifact["name"] == name and artifact["path"]:
                return artifact
        usable = self.usable(formats)
        withheld = {each["name"]: each["reason"] for each in self.artifacts if not each["path"]}
        why = f" It was withheld: {withheld[name]}." if name in withheld else ""
        raise BundleError(
            f"{self.folder} has no artifact {name!r}.{why} Known: {', '.join(usable) or 'none'}."
        )

    def usable(self, formats: Collection[str]) -> list[str]:
        """Names of the artifacts that were not withheld and are of one of some formats."""
        return [
            each["name"]
            for each in self.artifacts
            if each["path"] and format_of(self.folder / each["path"]) in formats
        ]

    def file(self, name: str) -> Path:
        """One of the bundle's files, which was compared with its hash.

        Args:
            name: path inside the bundle.

        Raises:
            BundleError: if the manifest does not list it: nobody verified what stands there.
        """
        if name not in self.files:
            raise BundleError(
                f"{self.folder / FILE_NAME} does not list {name}, which is needed: nothing proves "
                "what it is. Do not use the bundle; ask for a whole one, or make it again."
            )
        return self.folder / name


def find_bundle(path: Path | str) -> Path:
    """The folder with the manifest: `path` itself, or the bundle in a run's output folder.

    One that a crash left aside, between the two renames by which another should have taken its
    place, is brought back.

    Raises:
        BundleError: when there is none.
    """
    path = user_path(path, what="The bundle", error=BundleError)
    folders = (path, path / BUNDLE_FOLDER)
    for folder in folders:
        if (folder / FILE_NAME).is_file():
            return folder
    for folder in folders:
        if (retired(folder) / FILE_NAME).is_file():
            return _brought_back(folder)
        if (folder / FILE_NAME).is_file():  # by now
            return folder
    if (path / "work" / MARK).is_file():
        raise BundleError(
            f"{path} has no bundle yet: its training is under way, or was stopped. Wait, or give "
            "the same command again, which goes on from where it was."
        )
    what = "is not a bundle: it has no bundle.json" if path.is_dir() else "is not a folder"
    near = [each for each in _near(path) if _has_bundle(each)]
    hint = f" Did you mean {' or '.join(map(printable, near))}?" if near else ""
    raise BundleError(
        f"{path} {what}.{hint} Give the folder of a bundle, as training printed it after 'Bundle:'."
    )


def _near(path: Path) -> list[Path]:
    try:
        return [] if path.is_dir() else near_paths(path)
    except OSError:
        return []


def _has_bundle(path: Path) -> bool:
    return any((folder / FILE_NAME).is_file() for folder in (path, path / BUNDLE_FOLDER))


def read_manifest(path: Path | str) -> Manifest:
    """The manifest of a bundle whose files are all as they were written.

    What it says is checked before anything that it names is opened.

    Raises:
        BundleError: when there is no bundle, `bundle.json` says what kerasapps never writes, or a
            file is missing, was changed or is none of the bundle's; it names it.
    """
    return steadily(path, lambda manifest: manifest)


def steadily(path: Path | str, use: Callable[[Manifest], T]) -> T:
    """What `use` makes of one bundle, even if another takes its place meanwhile.

    What was made of files of both is thrown away, and made of the new bundle.

    Args:
        path: as for `read_manifest`.
        use: opens what it needs, and keeps no path.

    Raises:
        BundleError: as `read_manifest`.
    """
    for pause in _PAUSES:
        folder = find_bundle(path)
        before = _identity(folder)
        try:
            made = use(_read(folder))
        except (KerasAppsError, OSError):
            if before is not None and _identity(folder) == before:
                raise
        else:
            if _identity(folder) == before:
                return made
        time.sleep(pause)
    raise BundleError(f"{path} is replaced over and over; wait until whatever does so has ended.")


def _brought_back(folder: Path) -> Path:
    """The bundle that lies aside; where nothing may be written, it is used where it lies."""
    try:
        with hold(*locks_of(folder)):
            restore_folder(folder)
    except Timeout:  # no crash: it is being replaced at this moment
        time.sleep(_MOMENT)
    except OSError:
        return retired(folder)
    return folder


def _identity(folder: Path) -> tuple[int, int, int] | None:
    """What is another for every bundle that is written; None in the moment of an exchange."""
    try:
        status = (folder / FILE_NAME).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns


def _read(folder: Path) -> Manifest:
    file = folder / FILE_NAME
    values, sha256 = _read_values(file)
    check_values(values, file)
    check_files(folder, values["files"], artifacts=values["artifacts"])
    return Manifest(
        folder=folder,
        labels=tuple(values.pop("labels")),
        artifacts=tuple(values.pop("artifacts")),
        sha256=sha256,
        **{name: values[name] for name in _PLAIN_FIELDS},
        **{name: values[name] for name in (*EXPLAINED, *MORE) if name in values},
    )


def _read_values(file: Path) -> tuple[dict[str, Any], str]:
    """What `bundle.json` says, and its own hash, which fits."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES / 1e6:.0f} MB")
        text = file.read_text(encoding="utf-8")
        values = dict(json.loads(text, object_pairs_hook=_once_each))
        json.dumps(values, ensure_ascii=False).encode()  # no half characters, which no file takes
        digest = values.pop("manifest_sha256")
        version = values["schema_version"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BundleError(f"{file} is damaged ({error}); make the bundle again.") from error
    if version not in READABLE_VERSIONS:
        known = " and ".join(map(str, READABLE_VERSIONS))
        raise BundleError(f"{file} has schema {version}; this kerasapps reads {known}.")
    if digest_of(values) != digest:
        raise BundleError(f"{file} was changed after it was written; make the bundle again.")
    return values, digest


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object none of whose names stands twice: which one counts, readers do not agree on."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("it has a name twice")
    return values


def digest_of(values: Mapping[str, Any]) -> str:
    """SHA-256 of a manifest's values, whatever their order and layout."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
