"""The user's metrics over an epoch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasapps.errors import ConfigError
from kerasapps.training.checkpoint import Arrays, assign
from kerasapps.training.criterion import Criterion
from kerasapps.training.hooks import Hooks, column_of
from kerasapps.training.truth_forms import truth_for


class Gauges:
    """Metrics of the user's, which see each batch's answers outside the compiled step.

    Some make their variables when they first see a batch, which a compiled step does not allow.

    Args:
        metrics: any; none cost nothing.
        criterion: knows what the answers are that people mean.
    """

    def __init__(self, metrics: Sequence[keras.Metric], criterion: Criterion) -> None:
        self._metrics = {column_of(metric): metric for metric in metrics}
        self._criterion = criterion

    def __bool__(self) -> bool:
        return bool(self._metrics)

    def reset(self) -> None:
        """Begin afresh."""
        for metric in self._metrics.values():
            metric.reset_state()

    def add(self, outputs: Any, targets: Any) -> None:
        """Take in a batch.

        Args:
            outputs: of the network.
            targets: what it should have said.
        """
        answers, truth = self._criterion.answers(outputs, targets)
        counted = self._criterion.counted(targets)
        weights = {} if counted is None else {"sample_weight": counted}
        for metric in self._metrics.values():
            metric.update_state(truth_for(metric, truth, answers), answers, **weights)

    def read(self, prefix: str = "") -> dict[str, float | None]:
        """Name → figure since the last reset; None for one that is no number.

        Args:
            prefix: of the names.

        Raises:
            ConfigError: if a metric gives several numbers.
        """
        return {f"{prefix}{name}": _figure(each, name) for name, each in self._metrics.items()}

    def arrays(self) -> list[np.ndarray]:
        """What the metrics have seen, for a checkpoint."""
        return [variable.numpy() for variable in self._variables]

    def restore(self, arrays: Arrays, folder: Path) -> None:
        """Go on from the arrays of a checkpoint in `folder`.

        Raises:
            TrainingError: if they do not fit.
        """
        assign(self._variables, arrays, folder)

    @property
    def _variables(self) -> list[keras.Variable]:
        return [each for metric in self._metrics.values() for each in metric.variables]

    def unknown(self) -> dict[str, float | None]:
        """The names, with nothing measured."""
        return dict.fromkeys(self._metrics)


def measure(gauges: Gauges, model: keras.Model, batches: Iterable[Any]) -> dict[str, float | None]:
    """What the metrics say of a split, under names that begin with `val_`.

    Args:
        gauges: are reset before.
        model: as it is.
        batches: of `(x, y)`.
    """
    gauges.reset()
    if gauges:
        for x, y, *_ in batches:
            gauges.add(model(x, training=False), y)
    return gauges.read("val_")


def try_out(
    hooks: Hooks,
    criterion: Criterion,
    model: keras.Model,
    batches: Callable[[], Iterable[Any]],
) -> None:
    """Lets metrics and loss see a batch before the training, so that they fail early.

    Args:
        hooks: of the user.
        criterion: with the loss.
        model: not trained yet.
        batches: gives such of `(x, y)` or `(x, y, weight)` as the training has.

    Raises:
        ConfigError: if one cannot take the batch, or gives no number.
    """
    if not hooks.metrics and hooks.loss is None:
        return
    x, y, *weight = next(iter(batches()))
    outputs = model(x, training=False)
    try:
        if hooks.loss is not None:
            criterion.score(outputs, y, *weight)
        gauges = Gauges(hooks.metrics, criterion)
        gauges.reset()
        gauges.add(outputs, y)
        gauges.read()
        gauges.reset()
    except ConfigError:
        raise
    except Exception as error:  # whatever somebody's function raises
        what = (
            "loss= or metrics="
            if hooks.metrics and hooks.loss is not None
            else ("metrics=" if hooks.metrics else "loss=")
        )
        raise ConfigError(
            f"{what} cannot take what the task gives, targets {tuple(y.shape)} and outputs "
            f"{tuple(outputs.shape)}: {type(error).__name__}: {error}"
        ) from error


def _figure(metric: keras.Metric, name: str) -> float | None:
    values = np.asarray(metric.result())
    if values.size != 1:
        raise ConfigError(
            f"The metric {name!r} gives {values.size} numbers; one is needed (average='macro', "
            "for instance)."
        )
    value = float(values.reshape(()))
    return value if math.isfinite(value) else None
