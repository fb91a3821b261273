"""Files made of a network and held against it, whatever is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasapps.config import ExportConfig
from kerasapps.config.metric import Metric
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact
from kerasapps.export.elsewhere import Agree as Kept
from kerasapps.export.elsewhere import Elsewhere
from kerasapps.export.saved_model import write_saved_model
from kerasapps.export.tflite import convert_network
from kerasapps.export.verify import SCORERS, Agree, HeldOut, Labels, verify
from kerasapps.model_inputs import ModelInputs, count_of, rows_of
from kerasapps.outputs.reading import Reading
from kerasapps.workflow.experiment import SplitInputs
from kerasapps.workflow.judging import Candidates
from kerasapps.workflow.ship import draw_rows


@dataclass(frozen=True, kw_only=True)
class Compared:
    """How a file's answers on the test split are compared with the network's.

    Attributes:
        reference: the network's, `(n, k)`.
        metric: by which both are compared.
        share: see `HeldOut`.
        agree: likewise.
        kept: how a file's answers are compared where its inputs are prepared otherwise.
        labels: see `HeldOut`.
        also: likewise.
    """

    reference: np.ndarray
    metric: Metric
    share: Callable[..., float]
    agree: Agree
    kept: Kept
    labels: Labels = None
    also: Callable[..., str] | None = None


def make_files(
    network: keras.Model,
    *,
    answering: Callable[[keras.Model], keras.Model],
    served: Callable[[Any], Mapping[str, Any]],
    reading: Reading,
    train: ModelInputs,
    config: ExportConfig,
    seed: int,
    folder: Path,
) -> Candidates:
    """TFLite and ONNX files from model inputs to answers, and a SavedModel from raw inputs.

    Args:
        network: as it was trained.
        answering: such a network → one that gives answers: scores, or numbers in their own unit.
        served: these answers → what the SavedModel gives, by name.
        reading: how raw examples become model inputs.
        train: of the training split, to calibrate with.
        config: which files.
        seed: draws calibration examples.
        folder: empty, for the files.
    """
    candidates: dict[str, Path | ExportError] = {}
    if config.quantization:
        rows = draw_rows(count_of(train), config.calibration, seed=seed)
        candidates |= convert_network(
            answering(reading.convertible(network)),
            folder=folder,
            modes=config.quantization,
            calibration=rows_of(train, rows),
            integer=reading.integer,
        )
    if config.saved_model:
        candidates["saved_model"] = target = folder / "saved_model"
        write_saved_model(
            answering(network),
            target,
            takes=reading.takes,
            preprocess=reading.in_graph(),
            answer=served,
            refuses=reading.refuses,
        )
    return candidates


def verify_files(
    candidates: Candidates,
    compared: Compared,
    *,
    reading: Reading,
    inputs: SplitInputs[ModelInputs],
    test: Any,
    elsewhere: Callable[[], Elsewhere | None] | None,
    tolerance: float,
    folder: Path,
) -> tuple[Artifact, ...]:
    """Every file held against the network on the test split.

    Args:
        candidates: see `verify`.
        compared: how.
        reading: how raw examples become model inputs.
        inputs: the examples as such.
        test: the examples of the test split.
        elsewhere: makes some of them as another program prepares them; None: none does.
        tolerance: see `verify`.
        folder: scratch space.
    """
    tflite = any(name != "saved_model" for name in candidates)
    held_out = HeldOut(
        inputs=inputs.test,
        raw=reading.raw(test),
        reference=compared.reference,
        metric=compared.metric,
        share=compared.share,
        agree=compared.agree,
        runners=SCORERS,
        labels=compared.labels,
        odd=reading.odd_inputs() if "saved_model" in candidates else (),
        elsewhere=elsewhere() if tflite and elsewhere is not None else None,
        also=compared.also,
    )
    return verify(candidates, held_out=held_out, tolerance=tolerance, folder=folder)
