"""Steps that all recipes share."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import keras

from kerasapps.config import ModelConfig, TrainConfig, TuneConfig
from kerasapps.errors import ConfigError
from kerasapps.training import History, Runtime, choose_runtime, fit, seed_everything

from .prepared import Batches, Plan, Prepared
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


def start_network(
    build: Callable[[], keras.Model], prepared: Prepared, *, plan: Plan
) -> tuple[keras.Model, Runtime]:
    """A fresh network for this machine, its data-dependent weights set from the training split."""
    seed_everything(plan.train)
    runtime = choose_runtime(plan.family, plan.train)
    with runtime.scope():
        network = build()
    prepared.start(network)
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
        **prepared.fit_options(network),
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
