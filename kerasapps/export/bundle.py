"""Everything that ships, in one folder that appears whole or not at all."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import json
import platform
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras

from kerasapps.deploy.exchange import replace_folder, workplace
from kerasapps.deploy.formats import ONNX_FILE, ONNX_SUFFIX
from kerasapps.deploy.manifest import FILE_NAME, KERAS_FILE, SCHEMA_VERSION, digest_of
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact
from kerasapps.export.files import size_of
from kerasapps.export.runtimes import describe_file, with_state
from kerasapps.files.named import sha256_of
from kerasapps.files.room import require_room
from kerasapps.files.whole import replaced

PACKAGES = (
    "kerasapps",
    "tensorflow",
    "keras",
    "keras-hub",
    "ai-edge-litert",
    "numpy",
    "pillow",
    "sentencepiece",
)


@dataclass(frozen=True)
class BundleContent:
    """What goes into a bundle beside the artifacts.

    Attributes:
        task: such as `image_classification`.
        labels: class names in score order; none for a task without classes.
        input: what the model takes, as plain values.
        preprocessing: how a raw input becomes that, for programs of other people.
        answer: how an answer is made of what the files give, likewise.
        metrics: the Keras model's figures on the test split.
        data: source, fingerprint and how it was split.
        settings: the options of the run.
        history: what happened in training, as `History.as_dict` gives it.
        environment: versions, and how the model was trained.
        model: the trained Keras model, from inputs to logits.
        write_documents: writes `history.csv`, `report.html` and the like into the folder, given
            the artifacts as they stand there.
        folds: what a cross-validation came to, where there was one.
        ensemble: what the networks of an ensemble did, where there was one.
    """

    task: str
    labels: Sequence[str]
    input: Mapping[str, Any]
    preprocessing: Mapping[str, Any]
    answer: Mapping[str, Any]
    metrics: Mapping[str, Any]
    data: Mapping[str, Any]
    settings: Mapping[str, Any]
    history: Mapping[str, Any]
    environment: Mapping[str, Any]
    model: keras.Model
    write_documents: Callable[[Path, Sequence[Artifact]], None]
    folds: Mapping[str, Any] | None = None
    ensemble: Mapping[str, Any] | None = None


def write_bundle(
    content: BundleContent,
    artifacts: Sequence[Artifact],
    *,
    target: Path,
) -> tuple[Artifact, ...]:
    """Writes the bundle beside its place and renames it there.

    Args:
        content: what goes in.
        artifacts: judged files; those without a path are only mentioned, those that failed and
            have one go in as `NAME.failed.tflite`.
        target: the bundle's folder; one that stands there is replaced at the end.

    Returns:
        The artifacts with their paths in the bundle.

    Raises:
        ExportError: if the saved Keras model does not load again.
        OSError: if there is no room, among others; what stood at `target` stays.
    """
    with workplace(target, "new") as folder:
        require_room(folder, _size_of(content.model, artifacts))
        staging = folder / "bundle"
        staging.mkdir()
        placed = [_place(artifact, staging) for artifact in artifacts]
        _write_keras(content.model, staging / KERAS_FILE)
        if content.labels:
            (staging / "labels.txt").write_text("\n".join(content.labels) + "\n", encoding="utf-8")
        content.write_documents(staging, placed)
        _write_manifest(content, placed, staging)
        replace_folder(staging, target)
    return tuple(each if each.path is None else each.moved(target / each.path) for each in placed)


def withhold_failed(artifacts: Sequence[Artifact]) -> tuple[Artifact, ...]:
    """The artifacts without the files of those that did not pass."""
    return tuple(each if each.passed else each.moved(None) for each in artifacts)


def _size_of(model: keras.Model, artifacts: Sequence[Artifact]) -> int:
    """Bytes that a bundle takes, but for what is small."""
    files = (each.path for each in artifacts if each.path is not None)
    return sum(map(size_of, files)) + sum(weight.nbytes for weight in model.get_weights())


def _place(artifact: Artifact, folder: Path) -> Artifact:
    """Copies an artifact in under its name; the path becomes relative to the bundle."""
    if artifact.path is None:
        return artifact
    is_folder = artifact.path.is_dir()
    stem, suffix = (artifact.name, "") if is_folder else (f"model_{artifact.name}", ".tflite")
    if artifact.path.suffix == ONNX_SUFFIX:
        stem, suffix = Path(ONNX_FILE).stem, ONNX_SUFFIX
    name = f"{stem}{'' if artifact.passed else '.failed'}{suffix}"
    (shutil.copytree if is_folder else shutil.copyfile)(artifact.path, folder / name)
    return artifact.moved(Path(name))


def _write_keras(model: keras.Model, path: Path) -> None:
    model.save(path)
    try:
        loaded = keras.saving.load_model(path, compile=False)
    except Exception as error:
        # Any failure to load is the same news for the user, whatever Keras raises.
        raise ExportError(f"The trained model does not load again: {error}") from error
    before, after = model.get_weights(), loaded.get_weights()
    if len(before) != len(after) or any((a != b).any() for a, b in zip(before, after, strict=True)):
        raise ExportError(
            "The trained model loads again with other weights; nothing was published."
        )


def _write_manifest(content: BundleContent, artifacts: Sequence[Artifact], folder: Path) -> None:
    fields = {
        field.name: getattr(content, field.name)
        for field in dataclasses.fields(content)
        if field.name not in ("model", "write_documents")
        and getattr(content, field.name) is not None
    }
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    # Of the files as they stand here: what is said of them holds for what ships.
    runtimes = [each.path and describe_file(folder / each.path) for each in artifacts]
    tflite = [each for each in runtimes if each and each["format"] == "tflite"]
    values = json.loads(
        json.dumps(
            fields
            | {
                "schema_version": SCHEMA_VERSION,
                "labels": list(content.labels),
                "answer": with_state(content.answer, tflite),
                "artifacts": [
                    artifact.to_dict() | {"runtime": runtime}
                    for artifact, runtime in zip(artifacts, runtimes, strict=True)
                ],
                "files": {path.relative_to(folder).as_posix(): sha256_of(path) for path in files},
                "created": datetime.now(UTC).isoformat(timespec="seconds"),
            }
        )
    )
    text = json.dumps(values | {"manifest_sha256": digest_of(values)}, indent=2)
    with replaced(folder / FILE_NAME) as file:
        file.write(f"{text}\n".encode())


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that shape a bundle."""
    installed = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            installed[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            installed[package] = "not installed"
    return installed
