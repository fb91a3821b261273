"""What a network learns from the mean of an ensemble, for tasks whose answer the data decide."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import keras

from kerasapps.config.compress import TEMPERATURE, WEIGHT
from kerasapps.data.splits import Splits
from kerasapps.recipes.taught import Diverge, divergence_of
from kerasapps.training.distillation import Lessons


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
