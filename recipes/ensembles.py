"""What a network learns from the mean of an ensemble, for tasks whose answer the data decide."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import accumulate
from typing import Any, Final

import keras
import tensorflow as tf

from kerasapps.config.compress import TEMPERATURE, WEIGHT
from kerasapps.config.targets import TargetKind
from kerasapps.data.splits import Splits
from kerasapps.training.distillation import Lessons, class_divergence, label_divergence

Diverge = Callable[[Any, Any, float], Any]


def teaching_by(splits: Splits[Any]) -> Callable[[keras.Model, str], Lessons]:
    """What makes lessons of a network that answers what the data ask for.

    It answers within the step, to the very inputs that the network sees: a crop, mirrored and mixed
    alike, teaches more than an answer to the picture as it was (Beyer et al. 2022, section 3).

    Args:
        splits: the examples.

    Returns:
        A trained network and what tells it from others → its lessons.
    """
    return partial(_lessons, diverge=divergence_of(splits))


def _lessons(network: keras.Model, digest: str, *, diverge: Diverge) -> Lessons:
    return Lessons(
        diverge,
        temperature=TEMPERATURE,
        weight=WEIGHT,
        digest=digest,
        answer=lambda inputs: network(inputs, training=False),
    )


def divergence_of(splits: Splits[Any]) -> Diverge:
    """How far outputs are from those of a teacher; of several answers the sum over all.

    Squared errors of numbers count half there, as in the likelihood of a normal distribution.
    """
    parts = splits.target.parts
    if not parts:
        return _DIVERGENCES[splits.target.kind]
    ends = [*accumulate(part.width for part in parts)]
    columns = [slice(end - part.width, end) for end, part in zip(ends, parts, strict=True)]

    def diverge(outputs: Any, taught: Any, temperature: float) -> Any:
        return tf.add_n(
            [
                (_OF_SQUARES if part.kind == "number" else 1.0)
                * _DIVERGENCES[part.kind](outputs[:, own], taught[:, own], temperature)
                for part, own in zip(parts, columns, strict=True)
            ]
        )

    return diverge


def _squared(outputs: Any, taught: Any, temperature: float) -> Any:
    """The mean squared error of each example, float32 `(batch,)`; a number has no temperature."""
    return tf.reduce_mean(tf.square(outputs - taught), -1)


_DIVERGENCES: Final[dict[TargetKind, Diverge]] = {
    "class": class_divergence,
    "labels": label_divergence,
    "number": _squared,
}
_OF_SQUARES: Final = 0.5
