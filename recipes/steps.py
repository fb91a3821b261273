"""Steps that all recipes share."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps import models
from kerasapps.config import ModelConfig, TrainConfig, TuneConfig
from kerasapps.data.examples import SPLITS, Splits
from kerasapps.errors import ConfigError
from kerasapps.preprocess.pipeline import evaluation_batches, steps_per_epoch, training_batches
from kerasapps.training import History, Runtime, choose_runtime, fit, seed_everything

from .prepared import Batches, Inputs, Plan, Prepared
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
