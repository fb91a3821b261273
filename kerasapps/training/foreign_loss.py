"""A loss of the user's in place of a task's own."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.terminal.streams import tell
from kerasapps.training.criterion import Criterion, Score
from kerasapps.training.truth_forms import is_rows, truth_for


def loss_of(loss: Any) -> Callable[..., Any]:
    """A loss of the user's: as it is, or what Keras calls by that name.

    Args:
        loss: a `keras.losses.Loss`, a function `(truth, logits)` → a number an example, or a name.

    Raises:
        ConfigError: if it is none of these, or takes probabilities where networks answer with
            logits.
    """
    found: Callable[..., Any] = _called(loss) if isinstance(loss, str) else loss
    if isinstance(found, type):
        raise ConfigError(f"loss= is the class {found.__name__}: write {found.__name__}(…).")
    if not callable(found):
        raise ConfigError(
            f"loss= takes a keras.losses.Loss, a function (y_true, logits) or a name, got {loss!r}."
        )
    if _reads_probabilities(found):
        raise ConfigError(
            f"{_name(found)} reads probabilities, and the network answers with logits: give it "
            f"from_logits=True{_example(found)}."
        )
    return found


def with_loss(criterion: Criterion, loss: Callable[..., Any] | None) -> Criterion:
    """The criterion with a loss of the user's; what is counted beside stays.

    The loss is called with the truth and float32 outputs, without smoothing; one of Keras' that
    reads class numbers, or one-hot rows, gets these. What it gives an example is weighed and
    averaged here, so that class weights count as with our own losses.

    Args:
        criterion: of the task.
        loss: see `loss_of`; None: the criterion stays as it is.
    """
    if loss is None:
        return criterion
    call, name = _reading(loss), _name(loss)

    def score(
        outputs: Any, targets: Any, weight: Any | None = None, /, *, smoothing: float = 0.0
    ) -> Score:
        sums = criterion.score(outputs, targets).sums
        losses = tf.cast(call(targets, tf.cast(outputs, tf.float32)), tf.float32)
        _check_length(losses, outputs.shape[0] or targets.shape[0], name)
        losses = _weighed(losses, criterion.counted(targets), weight, name)
        total, count = tf.reduce_sum(losses), sums[2]
        if not losses.shape.rank:
            total *= count
        return Score(total / tf.maximum(count, 1.0), tf.stack([total, sums[1], count]))

    return dataclasses.replace(criterion, score=score)


def tell_shared_loss(loss: Callable[..., Any] | None, devices: int) -> None:
    """Says what several devices make of a loss that may be no mean over examples.

    Each takes the loss of its part of a batch. Keras' own are means over examples, but for those
    that measure a batch as a whole (`axis=None`).

    Args:
        loss: of the user's; None: there is none.
        devices: that train together.
    """
    if loss is None or devices == 1 or _is_mean_of_keras(loss):
        return
    tell(
        f"{_name(loss)} is taken of each device's part of a batch, and these are averaged: that is "
        "the loss of the whole batch only where it is a mean over examples"
    )


def _is_mean_of_keras(loss: Callable[..., Any]) -> bool:
    is_object = isinstance(loss, keras.losses.Loss)
    module = str(type(loss).__module__ if is_object else getattr(loss, "__module__", ""))
    if not module.startswith("keras."):
        return False
    if is_object:
        return loss.get_config().get("axis", -1) is not None  # type: ignore[attr-defined]
    parameter = inspect.signature(loss).parameters.get("axis")
    return parameter is None or parameter.default is not None


def _reading(loss: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """The loss of the truth in whichever form the data have it."""
    call = loss.call if isinstance(loss, keras.losses.Loss) else loss
    counts_all = (
        isinstance(loss, keras.losses.SparseCategoricalCrossentropy)
        and type(loss) is keras.losses.SparseCategoricalCrossentropy
        and loss.get_config().get("ignore_class") is None
    )

    def read(targets: Any, outputs: Any) -> Any:
        if counts_all and is_rows(targets, outputs):  # the same of mixed rows, too
            return cross_entropy(targets, outputs)
        return call(truth_for(loss, targets, outputs), outputs)

    cross_entropy = tf.nn.softmax_cross_entropy_with_logits
    return read


def _check_length(losses: Any, batch: int | None, name: str) -> None:
    """As far as shapes tell: a number an example, and not a number a class."""
    if losses.shape.rank and losses.shape[0] not in (None, batch):
        raise ConfigError(
            f"{name} gives {losses.shape[0]} numbers for a batch of {batch or 'any size'}; it must "
            "give a number for each example, or one for the whole batch."
        )


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


def _called(name: str) -> Callable[..., Any]:
    try:
        found: Callable[..., Any] = keras.losses.get(name)
    except ValueError:
        raise ConfigError(f"loss= is {name!r}, which Keras does not know.") from None
    return found


def _example(loss: Any) -> str:
    """How to write a loss of Keras that is given by its function or name."""
    words = _name(loss).split("_")
    name = "".join(word.capitalize() for word in words)
    is_known = len(words) > 1 and hasattr(keras.losses, name)
    return f", as keras.losses.{name}(from_logits=True)" if is_known else ""


def _name(loss: Any) -> str:
    return str(getattr(loss, "__name__", type(loss).__name__))
