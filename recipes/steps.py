"""Steps that all recipes share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from rich.console import Console

from kerasapps.config import ExportConfig, ModelConfig, TrainConfig, TuneConfig
from kerasapps.errors import ConfigError, ExportError
from kerasapps.export.artifact import Artifact
from kerasapps.export.bundle import withhold_failed
from kerasapps.export.network import scoring_model
from kerasapps.export.saved_model import write_saved_model
from kerasapps.export.tflite import export_tflite
from kerasapps.export.verify import HeldOut, verify


def say(message: str) -> None:
    """A line about the run's progress, on standard error."""
    Console(stderr=True, soft_wrap=True, highlight=False).print(message, markup=False)


def refuse_tuning(tune: TuneConfig | None) -> None:
    """Until the search is there, asking for it is an error.

    Raises:
        ConfigError: if `tune` is given.
    """
    if tune is not None:
        raise ConfigError("tune is not available yet; leave it out, or set options yourself.")


def require_types(**expected: tuple[object, type]) -> None:
    """Options that are not instances of their config class are refused by name.

    Args:
        expected: parameter → (what was given, its class).

    Raises:
        ConfigError: naming the first that does not fit.
    """
    for name, (given, kind) in expected.items():
        if not isinstance(given, kind):
            raise ConfigError(
                f"{name} must be a {kind.__name__}, got a {type(given).__name__}: "
                f"{name}={kind.__name__}(…)."
            )


def as_model_config(model: str | ModelConfig) -> ModelConfig:
    """A model's name, or a whole `ModelConfig`, as the latter."""
    return model if isinstance(model, ModelConfig) else ModelConfig(model=model)


def choose_batch_size(config: TrainConfig, examples: int, *, values: int) -> int:
    """The batch size asked for, or one that gives about 50 steps an epoch within sane bounds.

    Args:
        config: `batch_size` is read.
        examples: size of the training split.
        values: numbers in one example; large examples get smaller batches.
    """
    if config.batch_size is not None:
        return config.batch_size
    largest = 128 if values <= 64 * 64 * 3 else 32
    size = 2 ** round(np.log2(max(examples / 50, 1)))
    return int(min(max(size, 16), largest))


def resolve_class_weights(
    config: TrainConfig, labels: Sequence[str], numbers: Sequence[int]
) -> list[float] | None:
    """One weight a class, in label order; `balanced` gives each class the same total weight.

    Raises:
        ConfigError: if weights are given for an unknown label.
    """
    given = config.class_weights
    if given is None:
        return None
    if given == "balanced":
        counts = np.bincount(np.asarray(numbers), minlength=len(labels))
        return [float(weight) for weight in len(numbers) / (len(labels) * counts)]
    assert isinstance(given, Mapping)
    unknown = sorted(set(given) - set(labels))
    if unknown:
        raise ConfigError(
            f"class_weights names {', '.join(map(repr, unknown))}; the labels are "
            f"{', '.join(map(repr, labels))}."
        )
    return [float(given.get(label, 1.0)) for label in labels]


def export_and_verify(
    network: keras.Model,
    *,
    config: ExportConfig,
    calibration: np.ndarray,
    preprocess: Callable[[Any], Any],
    input_name: str,
    held_out: HeldOut,
    folder: Path,
) -> tuple[Artifact, ...]:
    """Exports the network in every form asked for and judges each file; failures are withheld.

    Args:
        network: from inputs to logits, float32.
        config: which forms, and the tolerance.
        calibration: raw training inputs for the int8 ranges.
        preprocess: raw strings → inputs, as graph operations, for the SavedModel.
        input_name: the SavedModel's argument.
        held_out: the test split.
        folder: scratch space; emptied first.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model = scoring_model(network)
    candidates: dict[str, Path | ExportError] = dict(
        export_tflite(model, folder=folder, modes=config.quantization, calibration=calibration)
    )
    if config.saved_model:
        target = folder / "saved_model"
        write_saved_model(
            model, target, preprocess=preprocess, labels=held_out.labels, input_name=input_name
        )
        candidates["saved_model"] = target
    judged = verify(
        candidates, held_out=held_out, tolerance=config.tolerance, folder=folder / "gate"
    )
    return judged if config.keep_failed else withhold_failed(judged)
