"""Objects of the user's for a training, each as it is used here, or refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from kerasapps.config import TrainConfig
from kerasapps.config.metric import Direction
from kerasapps.errors import ConfigError

if TYPE_CHECKING:
    import keras


def several(values: Any, what: str) -> Sequence[Any]:
    """The values, if they are a list.

    Raises:
        ConfigError: naming `what` they are.
    """
    if not isinstance(values, list | tuple):
        raise ConfigError(f"{what}= takes a list, got {values!r}.")
    return values


def metric_of(value: Any) -> keras.Metric:
    """A metric of the user's: as it is, of a function, or of what Keras calls by that name.

    Raises:
        ConfigError: if it is none.
    """
    import keras

    if isinstance(value, keras.Metric):
        return value
    if isinstance(value, str):
        return _metric_called(value)
    if isinstance(value, type):
        raise ConfigError(f"metrics= has the class {value.__name__}: write {value.__name__}().")
    if callable(value):
        name = getattr(value, "__name__", type(value).__name__)
        return keras.metrics.MeanMetricWrapper(value, name=name)
    raise ConfigError(f"metrics= takes keras.Metric objects, functions or names, got {value!r}.")


def _metric_called(name: str) -> keras.Metric:
    import keras

    try:
        metric = keras.metrics.get(name)
    except ValueError:
        raise ConfigError(f"metrics= has {name!r}, which Keras does not know.") from None
    if isinstance(metric, keras.metrics.Accuracy):  # compares class numbers, which are not here
        raise ConfigError(
            f"metrics= has {name!r}: of classes it is measured in every epoch, so leave it out."
        )
    made: keras.Metric = type(metric).from_config({**metric.get_config(), "name": name})
    return made


def direction_of(metric: keras.Metric) -> Direction | None:
    """Whether more or less of it is better; None if Keras does not know."""
    known: Mapping[str, Direction] = {"up": "max", "down": "min"}
    return known.get(str(getattr(metric, "_direction", None)))  # as Keras' own tuner asks


def check_optimizer(optimizer: Any) -> None:
    """Refuses what is no optimizer, and one that the schedules and averages cannot work with.

    Raises:
        ConfigError: with what to do instead.
    """
    import keras

    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise ConfigError(
            f"optimizer= takes a keras.optimizers.Optimizer, got {optimizer!r}; names are for "
            "TrainConfig.optimizer."
        )
    name = type(optimizer).__name__
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    if getattr(inner, "use_ema", False):
        raise ConfigError(f"{name} averages weights itself (use_ema): set TrainConfig.ema instead.")
    rate = inner.get_config().get("learning_rate")
    if not isinstance(rate, int | float):
        raise ConfigError(
            f"{name} has a schedule of its own: give it a number as learning_rate, the peak, and "
            "set TrainConfig.schedule."
        )
    bounds = next(each for each in fields(TrainConfig) if each.name == "learning_rate").metadata[
        "bounds"
    ]
    if not bounds.hold(float(rate)):
        raise ConfigError(f"{name} has the learning rate {rate:g}, not {bounds.words}.")
    try:
        fresh(optimizer)
    except Exception as error:  # whatever somebody's class raises
        raise ConfigError(f"{name} cannot be made again of its get_config(): {error}") from error


def fresh(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """A new optimizer of the same config, not built yet."""
    made: keras.optimizers.Optimizer = type(optimizer).from_config(optimizer.get_config())
    return made


def described(value: Any) -> str:
    """A name and, where there is a config, its hash: equal for equal objects of any process."""
    value = _wrapped(value)
    name = getattr(value, "__name__", type(value).__name__)
    if not hasattr(value, "get_config"):
        return name
    config = {key: each for key, each in value.get_config().items() if key != "name"}
    text = json.dumps(config, sort_keys=True, default=_plain)
    return f"{name} {hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _wrapped(value: Any) -> Any:
    """The function of a metric that is nothing else: its config would have the function's code."""
    import keras

    if type(value) is keras.metrics.MeanMetricWrapper and not value._fn_kwargs:
        return value._fn
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        return getattr(value, "__name__", type(value).__name__)
