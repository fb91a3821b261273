"""From a trained network to judged files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from kerasapps.config import ExportConfig
from kerasapps.errors import ExportError
from kerasapps.evaluation.metrics import classification_metrics
from kerasapps.evaluation.predict import predict_probabilities
from kerasapps.export.artifact import Artifact
from kerasapps.export.bundle import withhold_failed
from kerasapps.export.network import float32_copy, scoring_model
from kerasapps.export.saved_model import write_saved_model
from kerasapps.export.tflite import export_tflite
from kerasapps.export.verify import HeldOut, verify

from .prepared import Judged, Prepared


def judge_network(
    network: keras.Model, build: Callable[[], keras.Model], prepared: Prepared
) -> Judged:
    """The network as it ships, and its answers on the test split, which is opened here."""
    shipping = float32_copy(network, build)
    return judge(shipping, prepared)


def judge(network: keras.Model, prepared: Prepared) -> Judged:
    """A network with its answers and figures on the test split."""
    probabilities = predict_probabilities(network, prepared.inputs.test)
    truth = np.asarray(prepared.splits.test.labels)
    metrics = classification_metrics(truth, probabilities, names=prepared.splits.labels)
    return Judged(network, probabilities, metrics)


def export_and_verify(
    judged: Judged, prepared: Prepared, *, config: ExportConfig, seed: int, folder: Path
) -> tuple[Artifact, ...]:
    """Exports the network in every form asked for and judges each file; failures are withheld.

    Args:
        judged: the trained network, float32, and its answers on the test split.
        prepared: the data, and how raw inputs become the network's.
        config: which forms, and the tolerance.
        seed: of the choice of calibration examples.
        folder: scratch space; emptied first.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    labels, truth = prepared.splits.labels, np.asarray(prepared.splits.test.labels)
    candidates: dict[str, Path | ExportError] = {}
    if config.quantization:
        candidates |= export_tflite(
            scoring_model(prepared.convertible(judged.network)),
            folder=folder,
            modes=config.quantization,
            calibration=sample_rows(prepared.inputs.train, config.calibration, seed=seed),
        )
    if config.saved_model:
        target = folder / "saved_model"
        write_saved_model(
            scoring_model(judged.network),
            target,
            preprocess=prepared.preprocess(),
            labels=labels,
            input_name=prepared.input_name,
        )
        candidates["saved_model"] = target
    held_out = HeldOut(
        inputs=prepared.inputs.test,
        raw=prepared.raw_test,
        labels=labels,
        reference=judged.probabilities,
        metric=lambda scores: float(np.mean(scores.argmax(1) == truth)),
    )
    verified = verify(
        candidates, held_out=held_out, tolerance=config.tolerance, folder=folder / "gate"
    )
    return verified if config.keep_failed else withhold_failed(verified)


def sample_rows(inputs: np.ndarray, count: int, *, seed: int) -> np.ndarray:
    """`count` rows drawn at random, in order; all of them where there are fewer."""
    rows = np.random.default_rng(seed).permutation(len(inputs))[:count]
    return np.asarray(inputs[np.sort(rows)])
