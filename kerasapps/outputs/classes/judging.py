"""What classifiers of pictures and of texts have in common, and no other task."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import keras
import numpy as np

from kerasapps import models
from kerasapps.config import ExportConfig
from kerasapps.data.examples import Splits
from kerasapps.errors import ExportError
from kerasapps.evaluation.report import TaskReport
from kerasapps.evaluation.sections import Table
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.export.network import scoring_model
from kerasapps.export.odd_inputs import OddInput
from kerasapps.export.saved_model import write_saved_model
from kerasapps.export.tflite import export_tflite
from kerasapps.export.verify import TFLITE_RUNNER, HeldOut, run_measurement, verify
from kerasapps.npy import save_array
from kerasapps.outputs.classes.batches import Inputs
from kerasapps.outputs.classes.metrics import (
    ClassificationMetrics,
    classification_metrics,
    macro_f1,
)
from kerasapps.outputs.classes.predict import predict_probabilities, predictor
from kerasapps.outputs.classes.report import ShownMistake, class_report
from kerasapps.workflow.prepared import Candidates, Judged, Prepared
from kerasapps.workflow.ship import draw_rows

TOLERANCE = 1.0  # points of accuracy
JUDGED: Final = "macro_f1"


@dataclass(frozen=True)
class Classes:
    """Examples of classes, and how raw ones become model inputs.

    Attributes:
        splits: the audited examples.
        inputs: the same as arrays.
        input_name: name of the SavedModel's argument.
        raw_test: the test split before preprocessing: encoded files, or texts.
        preprocess: makes the function from raw strings `(batch,)` to model inputs, in a graph.
        convertible: the trained network → the same in the form that converts to TFLite.
        audit: what was found in the data.
        mistakes: the network and its probabilities on the test split → its worst mistakes.
        odd: raw inputs on which the SavedModel must see what training sees, and may refuse.
    """

    splits: Splits[Any, Any]
    inputs: Inputs
    input_name: str
    raw_test: Sequence[Path] | Sequence[str]
    preprocess: Callable[[], Callable[[Any], Any]]
    convertible: Callable[[keras.Model], keras.Model]
    audit: Callable[[], list[Table]]
    mistakes: Callable[[keras.Model, np.ndarray], list[ShownMistake]]
    odd: Callable[[], Sequence[OddInput]] | None = None

    @property
    def truth(self) -> np.ndarray:
        """Class numbers of the test split."""
        return np.asarray(self.splits.test.labels)


def prepare_classes(
    classes: Classes,
    *,
    summary: str,
    spec: Mapping[str, Any],
    write_files: Callable[[Path], object],
    judged_each_epoch: bool,
) -> Prepared:
    """The steps of a classifier, ready for training, export and report.

    Args:
        classes: the data.
        summary: the model's input in a few words.
        spec: the model's input for the manifest.
        write_files: writes what a phone needs beside the model.
        judged_each_epoch: whether every epoch ends with the macro-F1 of the validation split.
    """
    return Prepared(
        splits=classes.splits,
        summary=summary,
        spec=spec,
        start=functools.partial(_adapt, classes),
        fit_options=functools.partial(_fit_options, classes, judged_each_epoch),
        epoch_metric="macro-F1",
        judge=functools.partial(judge_classifier, classes),
        export=functools.partial(export_classifier, classes),
        verify=functools.partial(verify_classifier, classes),
        time=functools.partial(_time, classes),
        tolerance=TOLERANCE,
        report=functools.partial(_report, classes),
        write_files=write_files,
    )


def _adapt(classes: Classes, network: keras.Model) -> None:
    models.adapt(network, classes.inputs.train, classes.splits.train.labels)


def _fit_options(classes: Classes, judged: bool, network: keras.Model) -> Mapping[str, Any]:
    judge = validation_judge(classes, network) if judged else None
    return {"backbone": models.backbone(network), "judge": judge}


def validation_judge(classes: Classes, network: keras.Model) -> Callable[[], float]:
    """Macro-F1 of the validation split, 0 to 1, by the weights of the day."""
    truth = np.asarray(classes.splits.validation.labels)
    predict = predictor(network)
    return lambda: macro_f1(truth, predict(classes.inputs.validation).argmax(axis=1))


def judge_classifier(classes: Classes, network: keras.Model) -> Judged:
    """A network with its probabilities and figures on the test split."""
    probabilities = predict_probabilities(network, classes.inputs.test)
    figures = classification_metrics(classes.truth, probabilities, names=classes.splits.labels)
    headline = f"{classes.splits.judged_on.capitalize()} accuracy {figures.accuracy:.2%}"
    return Judged(network, probabilities, figures, figures.accuracy, headline)


def export_classifier(
    classes: Classes, judged: Judged, *, config: ExportConfig, seed: int, folder: Path
) -> Candidates:
    """TFLite files from model inputs to scores, and a SavedModel from raw inputs."""
    candidates: dict[str, Path | ExportError] = {}
    if config.quantization:
        train = classes.inputs.train
        rows = draw_rows(len(train), config.calibration, seed=seed)
        candidates |= export_tflite(
            scoring_model(classes.convertible(judged.network)),
            folder=folder,
            modes=config.quantization,
            calibration=np.asarray(train[rows]),
        )
    if config.saved_model:
        candidates["saved_model"] = target = folder / "saved_model"
        write_saved_model(
            scoring_model(judged.network),
            target,
            preprocess=classes.preprocess(),
            labels=classes.splits.labels,
            input_name=classes.input_name,
            refuses=classes.odd is not None,
        )
    return candidates


def verify_classifier(
    classes: Classes, candidates: Candidates, judged: Judged, *, tolerance: float, folder: Path
) -> tuple[Artifact, ...]:
    """Every file's accuracy on the test split against the network's."""
    truth = classes.truth
    held_out = HeldOut(
        inputs=classes.inputs.test,
        raw=classes.raw_test,
        labels=classes.splits.labels,
        reference=judged.answers,
        metric=lambda scores, rows=slice(None): float(np.mean(scores.argmax(1) == truth[rows])),
        odd=classes.odd() if classes.odd and "saved_model" in candidates else (),
    )
    return verify(candidates, held_out=held_out, tolerance=tolerance, folder=folder)


def _time(classes: Classes, model: Path, folder: Path) -> Measurement:
    """As `benchmark_bundle` times the file when it has shipped."""
    folder.mkdir(parents=True, exist_ok=True)
    save_array(folder / "example.npy", classes.inputs.validation[:1])
    job = {"model": str(model), "inputs": str(folder / "example.npy"), "threads": 1}
    return run_measurement(TFLITE_RUNNER, job, folder / model.name)


def _report(classes: Classes, judged: Judged) -> TaskReport:
    return class_report(
        cast(ClassificationMetrics, judged.figures),
        judged_on=classes.splits.judged_on,
        mistakes=classes.mistakes(judged.network, judged.answers),
        audit=classes.audit(),
    )
