"""Steps that all recipes share."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps import models
from kerasapps.config import ExportConfig, ModelConfig, TrainConfig, TuneConfig
from kerasapps.data.examples import SPLITS, Splits
from kerasapps.errors import ConfigError, ExportError
from kerasapps.evaluation.metrics import ClassificationMetrics, classification_metrics
from kerasapps.evaluation.predict import predict_probabilities
from kerasapps.export.artifact import Artifact
from kerasapps.export.bundle import withhold_failed
from kerasapps.export.network import float32_copy, scoring_model
from kerasapps.export.saved_model import write_saved_model
from kerasapps.export.tflite import export_tflite
from kerasapps.export.verify import HeldOut, verify
from kerasapps.preprocess.pipeline import evaluation_batches, steps_per_epoch, training_batches
from kerasapps.training import History, Runtime, choose_runtime, fit, seed_everything

from .prepared import Batches, Inputs, Judged, Plan, Prepared
from .run import Run
from .terminal import say


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


def inputs_of(
    splits: Splits[Any, Any], read: Callable[[Any, str, int], np.ndarray], *, cache_mb: int
) -> Inputs:
    """The splits as arrays, in memory while the budget lasts.

    Args:
        splits: the examples.
        read: (examples, name of the split, bytes left) → array, a memory map beyond the bytes.
        cache_mb: MiB that all arrays may take in memory.
    """
    left, arrays = cache_mb * 2**20, {}
    for name in SPLITS:
        arrays[name] = array = read(getattr(splits, name), name, left)
        left -= 0 if isinstance(array, np.memmap) else array.nbytes
    return Inputs(**arrays)


def batches_of(
    prepared: Prepared,
    *,
    train: TrainConfig,
    transform: Callable[..., Any] | None = None,
    lengths: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Batches:
    """Endless training batches and finite validation batches.

    Args:
        prepared: the data.
        train: batch size, class weights and seed are read.
        transform: changes training batches at random.
        lengths: the used length of each row, where rows are padded and batches may be trimmed.
    """
    splits, inputs = prepared.splits, prepared.inputs
    classes = len(splits.labels)
    size = choose_batch_size(train, len(splits.train), values=int(np.prod(inputs.train.shape[1:])))
    weights = resolve_class_weights(train, splits.labels, splits.train.labels)
    train_lengths = lengths and lengths(inputs.train)

    def training(first_epoch: int) -> tf.data.Dataset:
        return training_batches(
            inputs.train,
            splits.train.labels,
            num_classes=classes,
            batch_size=size,
            seed=train.seed,
            transform=transform,
            first_epoch=first_epoch,
            class_weights=weights,
            lengths=train_lengths,
        )

    return Batches(
        training=training,
        validation=evaluation_batches(
            inputs.validation,
            splits.validation.labels,
            num_classes=classes,
            batch_size=size,
            lengths=lengths and lengths(inputs.validation),
        ),
        steps_per_epoch=steps_per_epoch(len(splits.train), size),
    )


def start_network(
    build: Callable[[], keras.Model], prepared: Prepared, *, plan: Plan
) -> tuple[keras.Model, Runtime]:
    """A fresh network for this machine, its data-dependent weights set from the training split."""
    seed_everything(plan.train)
    runtime = choose_runtime(plan.family, plan.train)
    with runtime.scope():
        network = build()
    models.adapt(network, prepared.inputs.train, prepared.splits.train.labels)
    say(f"{plan.model.model}, {prepared.summary}, {network.count_params():,} parameters")
    say(f"{runtime}")
    return network, runtime


def fit_network(
    network: keras.Model,
    batches: Batches,
    prepared: Prepared,
    *,
    plan: Plan,
    runtime: Runtime,
    settings: Mapping[str, object],
    run: Run,
) -> History:
    """Fits on the training split and stops on the validation split; resumes where it was cut."""
    return fit(
        network,
        batches=batches.training,
        validation=batches.validation,
        steps_per_epoch=batches.steps_per_epoch,
        config=plan.train,
        runtime=runtime,
        epochs=plan.epochs,
        folder=run.training,
        log_dir=run.logs,
        settings={**settings, "fingerprint": prepared.splits.fingerprint},
        backbone=models.backbone(network),
    )


def judge_network(
    network: keras.Model, build: Callable[[], keras.Model], prepared: Prepared
) -> Judged:
    """The network as it ships, and its answers on the test split, which is opened here."""
    shipping = float32_copy(network, build)
    return judge(shipping, prepared)


def judge(network: keras.Model, prepared: Prepared) -> Judged:
    """A network with its answers and figures on the test split."""
    probabilities = predict_probabilities(network, prepared.inputs.test)
    return Judged(network, probabilities, metrics_of(prepared, probabilities))


def metrics_of(prepared: Prepared, probabilities: np.ndarray) -> ClassificationMetrics:
    """All figures of a classifier on the test split."""
    truth = np.asarray(prepared.splits.test.labels)
    return classification_metrics(truth, probabilities, names=prepared.splits.labels)


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


def with_suggestions(train: TrainConfig, **suggested: Any) -> TrainConfig:
    """The options, with what the model suggests wherever the user left the choice open.

    A suggested `learning_rate` is for Adam; what suits other optimizers `training` knows.

    Args:
        train: a field of None is open.
        suggested: field → value, None for no suggestion.
    """
    if train.optimizer not in ("adam", "adamw"):
        suggested.pop("learning_rate", None)
    still_open = {name: value for name, value in suggested.items() if getattr(train, name) is None}
    return dataclasses.replace(train, **still_open)
