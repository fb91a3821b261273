"""Whether the int8 file of a network with several answers gives them as its float network."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from kerasapps.export.integer import integer_rows
from kerasapps.export.integer_sounds import integer_sounds

SEVERAL = f"{__name__}:integer_several"
SOUND_SEVERAL = f"{__name__}:integer_several_of_sounds"
LARGEST_CHANGE = 0.06  # of the deviation of the float network's answers, as a root mean square


def integer_several(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """The int8 file of a network with several outputs (see `integer_rows`).

    Args:
        converter: see there.
        job: see there; `outputs`: name of each output, in order → how many scores it gives.
    """
    return integer_rows(converter, job, alike=_rule(job))


def integer_several_of_sounds(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """The same of a network on sounds (see `integer_sounds`)."""
    return integer_sounds(converter, job, alike=_rule(job))


def keeps_answers(scores: np.ndarray, expected: np.ndarray, *, widths: Sequence[int]) -> bool:
    """Whether two files answer alike: each answer differs by little of what it varies by.

    Args:
        scores: float, `(n, sum of widths)`.
        expected: those of the float network, of the same shape.
        widths: scores of each answer, in order.
    """
    ends = np.cumsum(widths)[:-1]
    parts = zip(np.split(scores, ends, axis=1), np.split(expected, ends, axis=1), strict=True)
    return all(
        np.sqrt(np.mean(np.square(own - wanted))) <= LARGEST_CHANGE * np.std(wanted)
        for own, wanted in parts
    )


def _rule(job: Mapping[str, Any]) -> Callable[[np.ndarray, np.ndarray], bool]:
    return functools.partial(keeps_answers, widths=[*job["outputs"].values()])
