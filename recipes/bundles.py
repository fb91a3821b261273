"""What can be done with a finished bundle: judge it on new data, add files to it, time it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import ExportConfig, LoadConfig
from kerasapps.deploy.manifest import Manifest, read_manifest
from kerasapps.deploy.runner import load_bundle
from kerasapps.errors import DataError
from kerasapps.evaluation.metrics import ClassificationMetrics, classification_metrics
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.export.verify import SAVED_MODEL_RUNNER, TFLITE_RUNNER, run_measurement


def evaluate_bundle(
    bundle: Path | str, data: Any, *, artifact: str | None = None, max_broken: float = 0.05
) -> ClassificationMetrics:
    """Figures of one of a bundle's files on labelled pictures, without TensorFlow.

    Args:
        bundle: the bundle or the output folder that holds it.
        data: any form that training takes. Where it has a test split only that is used, else all
            of it.
        artifact: name of the TFLite file; by default the smallest kind.
        max_broken: share of unreadable files that is skipped before it is an error.

    Raises:
        BundleError: if the bundle cannot be used.
        DataError: if the data cannot be used, or has a class that the bundle does not know.
    """
    from kerasapps.data.labelled import load_labelled

    loaded = load_bundle(bundle, artifact)
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        entries = load_labelled(data, max_broken=max_broken, work_dir=Path(scratch))
        number = {label: index for index, label in enumerate(loaded.labels)}
        unknown = sorted({entry.label for entry in entries} - set(number))
        if unknown:
            raise DataError(
                f"the data has the class {', '.join(map(repr, unknown))}, which the bundle does "
                f"not know; its labels are {', '.join(loaded.labels)}."
            )
        scores = np.stack([loaded.scores(entry.path) for entry in entries])
        truth = np.asarray([number[entry.label] for entry in entries])
    return classification_metrics(truth, scores / scores.sum(1, keepdims=True), names=loaded.labels)


def benchmark_bundle(
    bundle: Path | str, *, artifacts: Sequence[str] = (), threads: int = 1
) -> dict[str, Measurement]:
    """Latency and memory of a bundle's files on this machine, each in a fresh process.

    Args:
        bundle: the bundle or the output folder that holds it.
        artifacts: names of TFLite files or `saved_model`; by default all that the bundle has.
        threads: threads that one inference may use; TFLite files only.

    Raises:
        BundleError: if the bundle cannot be used or has no such artifact.
        ExportError: if a file does not run.
    """
    manifest = read_manifest(bundle)
    names = artifacts or [each["name"] for each in manifest.artifacts if each["path"]]
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        return {name: _benchmark(manifest, name, threads, Path(scratch)) for name in names}


def _benchmark(manifest: Manifest, name: str, threads: int, folder: Path) -> Measurement:
    from PIL import Image

    size = (manifest.input["height"], manifest.input["width"])
    grey = np.full((*size, manifest.input["channels"]), 127, np.uint8)
    model = manifest.folder / manifest.artifact(name)["path"]
    job: dict[str, object] = {"model": str(model), "threads": threads}
    if model.is_dir():
        Image.fromarray(grey[..., 0]).save(folder / "grey.png")
        files = json.dumps([str(folder / "grey.png")])
        (folder / "files.json").write_text(files, encoding="utf-8")
        job |= {"inputs": str(folder / "files.json")}
        return run_measurement(SAVED_MODEL_RUNNER, job, folder / name)
    np.save(folder / "inputs.npy", grey[np.newaxis])
    return run_measurement(
        TFLITE_RUNNER, job | {"inputs": str(folder / "inputs.npy")}, folder / name
    )


def export_bundle(
    bundle: Path | str, data: Any = None, *, export: ExportConfig = ExportConfig()
) -> tuple[Artifact, ...]:
    """Adds files to a bundle, judged on the same held-out pictures as those it has.

    The bundle is replaced as a whole once the new files are judged; a file of the same name gives
    way to the new one.

    Args:
        bundle: the bundle or the output folder that holds it.
        data: the data that the bundle was trained on; by default what its manifest names.
        export: which files, and the tolerance that each must keep.

    Returns:
        The artifacts that were asked for, with their paths in the bundle.

    Raises:
        BundleError: if the bundle cannot be used.
        DataError: if the data is gone or is not what the bundle was trained on.
    """
    manifest = read_manifest(bundle)
    work = manifest.folder.parent / ".export"
    shutil.rmtree(work, ignore_errors=True)
    try:
        return _export(manifest, manifest.data["source"] if data is None else data, export, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _export(
    manifest: Manifest, data: Any, export: ExportConfig, work: Path
) -> tuple[Artifact, ...]:
    import keras

    from kerasapps.data.load import load_images
    from kerasapps.evaluation.predict import predict_probabilities
    from kerasapps.export.bundle import write_bundle
    from kerasapps.preprocess.image import ImageSpec
    from kerasapps.training import History

    from . import image_steps as steps
    from .documents import describe_bundle

    load = LoadConfig(**manifest.settings["load"])
    seed = manifest.settings["train"]["seed"]
    try:
        splits = load_images(data, config=load, seed=seed, work_dir=work / "pictures")
    except DataError as error:
        raise DataError(
            f"{error}\nThe bundle's own training data is needed: give its place with --data."
        ) from error
    if splits.fingerprint != manifest.data["fingerprint"]:
        raise DataError(
            f"{splits.audit.source} is not the data that {manifest.folder} was trained on (its "
            "fingerprint differs), so its test pictures may be training pictures. Give that data."
        )
    spec = ImageSpec.from_dict(manifest.input)
    pictures = steps.decode_splits(splits, spec, config=load, folder=work / "decoded")
    network = keras.saving.load_model(manifest.folder / "model.keras", compile=False)
    probabilities = predict_probabilities(network, pictures.test)
    new = steps.export_pictures(
        network,
        pictures,
        splits,
        spec=spec,
        probabilities=probabilities,
        config=export,
        seed=seed,
        folder=work / "export",
    )
    names = {artifact.name for artifact in new}
    kept = [each for each in _artifacts(manifest) if each.name not in names]
    content = describe_bundle(
        manifest.task,
        network,
        splits=splits,
        spec=spec,
        settings=manifest.settings,
        metrics=steps.judge(splits.test, probabilities, splits.labels),
        probabilities=probabilities,
        history=History.from_dict(manifest.history),
        environment=manifest.environment,
    )
    placed = write_bundle(content, [*kept, *new], target=manifest.folder, staging=work / "bundle")
    return tuple(artifact for artifact in placed if artifact.name in names)


def _artifacts(manifest: Manifest) -> list[Artifact]:
    return [
        Artifact(**{**each, "path": each["path"] and manifest.folder / each["path"]})
        for each in manifest.artifacts
    ]
