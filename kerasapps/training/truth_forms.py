"""True classes in the form that a loss or a metric of Keras reads: numbers, or one-hot rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import tensorflow as tf

Form = Literal["numbers", "rows"]


def form_of(reader: Any) -> Form | None:
    """Whether a loss or metric reads class numbers or one-hot rows, as its name in Keras says.

    Args:
        reader: an object or function of Keras, or one derived of a class of Keras; None is the
            answer for all others, which read what there is.
    """
    for name in _names(reader):
        if "sparse" in name:
            return "numbers"
        if "categorical" in name:
            return "rows"
    return None


def is_rows(targets: Any, outputs: Any) -> bool:
    """Whether targets have a column for each of the outputs' last axis."""
    wide = targets.shape.rank == outputs.shape.rank and outputs.shape[-1] != 1
    return bool(wide and targets.shape[-1] == outputs.shape[-1])


def truth_for(reader: Any, targets: Any, outputs: Any) -> Any:
    """Targets as the reader wants them.

    Args:
        reader: of the truth, see `form_of`.
        targets: class numbers `(batch, …)`, perhaps with a last axis of 1; or one-hot rows
            `(batch, …, classes)`, of which a number is that of the largest part.
        outputs: `(batch, …, classes)`.
    """
    form = form_of(reader)
    if form == "numbers" and is_rows(targets, outputs):
        return tf.argmax(targets, -1)
    if form == "rows" and outputs.shape[-1] != 1 and not is_rows(targets, outputs):
        numbers = targets[..., 0] if targets.shape.rank == outputs.shape.rank else targets
        return tf.one_hot(tf.cast(numbers, tf.int32), outputs.shape[-1])
    return targets


def _names(reader: Any) -> Iterator[str]:
    """What Keras calls it: its function, or its class and those that this is derived of."""
    function = getattr(reader, "_fn", getattr(reader, "fn", reader))
    for each in (function, *type(reader).__mro__):
        if str(getattr(each, "__module__", "")).partition(".")[0] == "keras":
            yield str(getattr(each, "__name__", "")).lower()
