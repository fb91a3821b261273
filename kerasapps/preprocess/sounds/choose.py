"""The rate and the length of what a network hears, where nobody says: what suits the data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from kerasapps.preprocess.sounds.spec import SoundSpec

MOST_RATE = 16_000
"""Samples a second that tell what is spoken and most else; more cost time and memory."""

USUAL_RATES = (8000, 11_025, 16_000)
LONGEST_CHOSEN = 5.0  # seconds; a longer clip costs each step, and what is longer has windows
_SHORTEST = 0.3
_COVERED = 98.0  # per cent of the training sounds that a clip shows whole
_STEP_MS = 40  # a clip is a whole number of them, so that frames and their halves fill it


def choose_rate(rates: Mapping[int, int]) -> int:
    """The rate of most sounds, at most 16,000 a second, at least 8,000.

    Args:
        rates: samples a second → sounds that have them.

    Examples:
        >>> kerasapps.preprocess.choose_rate({44100: 90, 8000: 10})
        16000
    """
    commonest = max(rates, key=lambda rate: (rates[rate], rate))
    return next((rate for rate in USUAL_RATES if commonest <= rate), MOST_RATE)


def choose_seconds(seconds: Sequence[float] | np.ndarray) -> float:
    """A length that shows 98 of 100 training sounds whole, 0.3 to 5 s, in steps of 0.1 s.

    Args:
        seconds: lengths of the training sounds.

    Examples:
        >>> kerasapps.preprocess.choose_seconds([0.41, 0.5, 0.63])
        0.7
    """
    covered = float(np.percentile(np.asarray(seconds), _COVERED))
    return round(min(max(math.ceil(covered * 10 - 1e-6) / 10, _SHORTEST), LONGEST_CHOSEN), 1)


def sound_spec(*, rate: int, seconds: float) -> SoundSpec:
    """What a network hears: the length is rounded up to a whole number of 40 ms.

    Args:
        rate: samples a second.
        seconds: of a clip.

    Examples:
        >>> kerasapps.preprocess.sound_spec(rate=8000, seconds=0.7)
        SoundSpec(rate=8000, samples=5760, fit='centre')
    """
    steps = max(1, math.ceil(seconds * 1000 / _STEP_MS - 1e-6))
    return SoundSpec(rate=rate, samples=round(steps * _STEP_MS * rate / 1000))
