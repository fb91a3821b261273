"""A loss of the user's in place of a task's own."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.training.criterion import Criterion, Score


def check_loss(loss: Any) -> None:
    """Refuses what is no loss, and one that reads probabilities.

    Args:
        loss: a `keras.losses.Loss`, or a function `(truth, logits)` → a number an example; None.

    Raises:
        ConfigError: if it is neither, or takes probabilities where networks answer with logits.
    """
    if loss is None:
        return
    if not isinstance(loss, keras.losses.Loss) and (not callable(loss) or isinstance(loss, type)):
        raise ConfigError(
            f"loss= takes a keras.losses.Loss or a function (y_true, logits), got {loss!r}."
        )
    if _reads_probabilities(loss):
        raise ConfigError(
            f"{_name(loss)} reads probabilities, and the network answers with logits: give it "
            "from_logits=True."
        )


def with_loss(criterion: Criterion, loss: Callable[..., Any] | None) -> Criterion:
    """The criterion with a loss of the user's; what is counted beside stays.

    The loss is called with the truth and float32 outputs, without smoothing. What it gives an
    example is weighed and averaged here, so that class weights count as with our own losses.

    Args:
        criterion: of the task.
        loss: see `check_loss`; None: the criterion stays as it is.
    """
    if loss is None:
        return criterion
    call, name = (loss.call if isinstance(loss, keras.losses.Loss) else loss), _name(loss)

    def score(
        outputs: Any, targets: Any, weight: Any | None = None, /, *, smoothing: float = 0.0
    ) -> Score:
        sums = criterion.score(outputs, targets).sums
        losses = tf.cast(call(targets, tf.cast(outputs, tf.float32)), tf.float32)
        losses = _weighed(losses, criterion.counted(targets), weight, name)
        total, count = tf.reduce_sum(losses), sums[2]
        if not losses.shape.rank:
            total *= count
        return Score(total / tf.maximum(count, 1.0), tf.stack([total, sums[1], count]))

    return dataclasses.replace(criterion, score=score)


def _weighed(losses: Any, counted: Any | None, weight: Any | None, name: str) -> Any:
    """Losses of examples, or of positions where these count, times their weights."""
    rank = losses.shape.rank
    needs = 1 if counted is None else counted.shape.rank
    if rank < needs and (counted is not None or weight is not None):
        what = "class weights" if counted is None else "padding"
        raise ConfigError(
            f"{name} gives one number a batch; {what} can only be reckoned with where a loss gives "
            "a number for each answer."
        )
    if rank > needs:
        losses = tf.reduce_mean(losses, axis=list(range(needs, rank)))
    if counted is not None:
        losses *= counted
    if weight is not None:
        losses *= tf.reshape(weight, [-1] + [1] * (needs - 1))
    return losses


def _reads_probabilities(loss: Any) -> bool:
    if hasattr(loss, "get_config"):
        return loss.get_config().get("from_logits") is False
    try:
        parameter = inspect.signature(loss).parameters.get("from_logits")
    except (TypeError, ValueError):
        return False
    return parameter is not None and parameter.default is False


def _name(loss: Any) -> str:
    return str(getattr(loss, "__name__", type(loss).__name__))
