"""What can be done with a finished bundle: judge it on new data, add files to it, time it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import ExportConfig, choose
from kerasapps.deploy.manifest import Manifest, read_manifest
from kerasapps.deploy.runner import READERS, load_bundle
from kerasapps.errors import BundleError, DataError
from kerasapps.evaluation.explain import Piece, WordWeight, pieces, word_weights
from kerasapps.evaluation.metrics import ClassificationMetrics, classification_metrics
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.export.verify import (
    SAVED_MODEL_RUNNER,
    TFLITE_RUNNER,
    run_measurement,
    write_raw,
)

from .judging import labelled_examples


def evaluate_bundle(
    bundle: Path | str,
    data: Any,
    *,
    artifact: str | None = None,
    text_column: str | None = None,
    label_column: str | None = None,
    max_broken: float = 0.05,
) -> ClassificationMetrics:
    """Figures of one of a bundle's files on labelled examples, without TensorFlow.

    Args:
        bundle: the bundle or the output folder that holds it.
        data: any form that training takes. What was held out for testing is used where that is
            known: the data's own test split, or the one that training drew from this very data.
            Otherwise all of it is.
        artifact: name of the TFLite file; by default the smallest kind.
        text_column: column with the texts; by default guessed, or as in training.
        label_column: column with the labels; likewise.
        max_broken: share of unreadable examples that is skipped before it is an error.

    Raises:
        BundleError: if the bundle cannot be used.
        ConfigError: if columns are named for pictures.
        DataError: if the data cannot be used, or has a class that the bundle does not know.
    """
    loaded = load_bundle(bundle, artifact)
    columns = {"text_column": text_column, "label_column": label_column}
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        labelled = labelled_examples(
            loaded.manifest, data, columns=columns, max_broken=max_broken, scratch=Path(scratch)
        )
        number = {label: index for index, label in enumerate(loaded.labels)}
        unknown = sorted(set(labelled.labels) - set(number))
        if unknown:
            raise DataError(
                f"the data has the class {', '.join(map(repr, unknown))}, which the bundle does "
                f"not know; its labels are {', '.join(loaded.labels)}."
            )
        scores = np.stack([loaded.scores(each) for each in labelled.inputs])
    truth = np.asarray([number[label] for label in labelled.labels])
    return classification_metrics(truth, scores / scores.sum(1, keepdims=True), names=loaded.labels)


@dataclass(frozen=True)
class Explanation:
    """Why a text got a label.

    Attributes:
        text: what was classified.
        label: the label explained.
        score: its probability.
        words: what each word did for it.
    """

    text: str
    label: str
    score: float
    words: tuple[WordWeight, ...]

    def pieces(self) -> list[Piece]:
        """The text cut by the strength of its words."""
        return pieces(self.text, self.words)


def explain_text(
    bundle: Path | str, text: str, *, label: str | None = None, artifact: str | None = None
) -> Explanation:
    """Which words of a text spoke for a label, asked of one of a bundle's TFLite files.

    Args:
        bundle: the bundle or the output folder that holds it.
        text: what to classify.
        label: the label to explain; by default the likeliest.
        artifact: name of the TFLite file; by default the smallest kind.

    Raises:
        BundleError: if the bundle cannot be used, or is not one for texts.
        ConfigError: if it has no such label.
    """
    loaded = load_bundle(bundle, artifact)
    if loaded.task == "image_classification":
        raise BundleError(f"{loaded.manifest.folder} is for pictures; only texts are explained.")
    scores = loaded.scores(text)
    if label is not None:
        choose(label, loaded.labels, what="label")
    number = int(scores.argmax()) if label is None else loaded.labels.index(label)
    words = word_weights(
        text, number, score=lambda texts: np.stack([loaded.scores(each) for each in texts])
    )
    return Explanation(text, loaded.labels[number], float(scores[number]), words)


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
    reader = READERS[manifest.task](manifest)
    model = manifest.folder / manifest.artifact(name)["path"]
    job: dict[str, object] = {"model": str(model), "threads": threads}
    if model.is_dir():
        raw = folder / "raw.jsonl"
        write_raw(raw, [reader.raw_example(folder)])  # type: ignore[arg-type]
        return run_measurement(SAVED_MODEL_RUNNER, job | {"inputs": str(raw)}, folder / name)
    np.save(folder / "inputs.npy", reader.example()[np.newaxis])
    return run_measurement(
        TFLITE_RUNNER, job | {"inputs": str(folder / "inputs.npy")}, folder / name
    )


def export_bundle(
    bundle: Path | str, data: Any = None, *, export: ExportConfig = ExportConfig()
) -> tuple[Artifact, ...]:
    """Adds files to a bundle, judged on the same held-out examples as those it has.

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

    from kerasapps.export.bundle import write_bundle
    from kerasapps.training import History

    from .documents import describe_bundle
    from .export_steps import export_and_verify, judge
    from .reload import RELOAD

    try:
        prepared = RELOAD[manifest.task](manifest, data, work)
    except DataError as error:
        raise DataError(
            f"{error}\nThe bundle's own training data is needed: give its place with --data."
        ) from error
    if prepared.splits.fingerprint != manifest.data["fingerprint"]:
        raise DataError(
            f"{prepared.splits.audit.source} is not the data that {manifest.folder} was trained on "
            "(its fingerprint differs), so what is held out of it may have been trained on. Give "
            "that data."
        )
    judged = judge(
        keras.saving.load_model(manifest.folder / "model.keras", compile=False), prepared
    )
    seed = manifest.settings["train"]["seed"]
    new = export_and_verify(judged, prepared, config=export, seed=seed, folder=work / "export")
    names = {artifact.name for artifact in new}
    kept = [each for each in _artifacts(manifest) if each.name not in names]
    content = describe_bundle(
        manifest.task,
        judged,
        prepared,
        history=History.from_dict(manifest.history),
        settings=manifest.settings,
        environment=manifest.environment,
    )
    placed = write_bundle(content, [*kept, *new], target=manifest.folder, staging=work / "bundle")
    return tuple(artifact for artifact in placed if artifact.name in names)


def _artifacts(manifest: Manifest) -> list[Artifact]:
    return [
        Artifact(**{**each, "path": each["path"] and manifest.folder / each["path"]})
        for each in manifest.artifacts
    ]
