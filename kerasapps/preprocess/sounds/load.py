"""One sound of any source becomes the samples that a network takes; no TensorFlow.

The runner and the training pipeline call the same functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.sounds.decode import OVER, read_clip, read_sound
from kerasapps.data.sounds.examples import Clip
from kerasapps.data.sounds.opened import CHANNELS, sound_facts
from kerasapps.errors import DataError
from kerasapps.preprocess.sounds.spec import SoundSpec

LONG = 2.0
"""A sound of more than so many clips is heard window by window."""


@dataclass(frozen=True)
class Window:
    """A part of a long sound.

    Attributes:
        start: seconds from the sound's beginning.
        end: likewise; behind the sound's own end there is silence.
        samples: as the network takes them, float32 `(spec.samples,)`.
    """

    start: float
    end: float
    samples: np.ndarray


def load_sound(raw: Any, spec: SoundSpec) -> np.ndarray:
    """A sound as the network takes it: float32 `(spec.samples,)`, -1 to 1.

    Args:
        raw: a file, its bytes, a `Clip` of a file, or samples at `spec.rate`: float from -1 to 1 or
            whole numbers of 8, 16 or 32 bits, `(samples,)` or `(samples, channels)`.
        spec: rate, length and what is seen of a longer sound.

    Raises:
        DataError: if the source is no usable sound; it names the file.

    Examples:
        >>> spec = kerasapps.preprocess.SoundSpec(rate=8000, samples=4000)
        >>> kerasapps.preprocess.load_sound(np.zeros(5000, np.float32), spec).shape
        (4000,)
    """
    return fit_sound(open_sound(raw, spec.rate), spec)


def open_sound(raw: Any, rate: int) -> np.ndarray:
    """A sound of its own length: float32 `(samples,)`; see `load_sound`."""
    if isinstance(raw, Clip):
        return read_clip(raw, rate=rate)
    if isinstance(raw, bytes):
        return read_sound(raw, rate=rate)
    if isinstance(raw, str | Path):
        return read_sound(Path(raw), rate=rate)
    return as_mono(raw)


def fit_sound(samples: np.ndarray, spec: SoundSpec) -> np.ndarray:
    """What a clip shows of a sound, with silence around a shorter one.

    Args:
        samples: float32 `(n,)`.
        spec: length, and what is seen.

    Returns:
        float32 `(spec.samples,)`.
    """
    spare = spec.samples - len(samples)
    before = abs(spare) // 2 if spec.fit == "centre" else 0
    if spare < 0:
        return samples[before : before + spec.samples]
    return np.pad(samples, (before, spare - before))


def clip_start(seconds: float, spec: SoundSpec) -> float:
    """Second of a sound at which the clip begins that `fit_sound` makes of it.

    It is less than 0 where silence comes first.

    Args:
        seconds: of the sound.
        spec: length, and what is seen.
    """
    return (seconds - spec.seconds) / 2 if spec.fit == "centre" else 0.0


def as_mono(samples: Any) -> np.ndarray:
    """Samples of any kind as float32 `(n,)`, -1 to 1: the mean of all channels.

    Args:
        samples: see `load_sound`. Whole numbers of 64 bits, as lists of samples become, are taken
            for those of 16 bits.

    Raises:
        DataError: for another type or shape, no samples, or such as are no numbers or of another
            scale.
    """
    try:
        values = np.asarray(samples)
    except Exception as error:  # every library has exceptions of its own
        raise DataError(f"Samples cannot be made a numpy array: {error}") from error
    if values.ndim not in (1, 2) or not values.size or values.dtype.kind not in "fiu":
        raise DataError(
            "Samples must be numbers, (samples,) or (samples, channels), got "
            f"{values.dtype} {values.shape}."
        )
    if values.ndim == 2 and values.shape[1] > CHANNELS:
        raise DataError(
            f"Samples of the shape {values.shape} have {values.shape[1]:,} channels: expected "
            "(samples, channels); are they turned round?"
        )
    values = _scaled(values)
    peak = float(np.abs(values).max())
    if not np.isfinite(peak):
        raise DataError("Samples must be finite numbers, and some are not.")
    if peak > OVER:
        raise DataError(f"Samples must be within -1 to 1, got some of {peak:,.6g}: scale them.")
    if values.ndim == 2:
        values = values.mean(axis=1)
    return np.clip(values, -1.0, 1.0).astype(np.float32)


def is_long(seconds: float, spec: SoundSpec) -> bool:
    """Whether a sound is heard window by window."""
    return seconds > LONG * spec.seconds


def windows_of(raw: Any, spec: SoundSpec, *, overlap: float = 0.5) -> Iterator[Window]:
    """The parts of a long sound, in their order; a sound that is not long is one part.

    Of a file only a window at a time is in memory.

    Args:
        raw: see `load_sound`.
        spec: rate and length.
        overlap: share of a window that the next one shows again.

    Raises:
        DataError: see `load_sound`.
    """
    seconds = seconds_of(raw, spec)
    if not is_long(seconds, spec):
        yield Window(0.0, seconds, load_sound(raw, spec))
        return
    hop = max(1, round(spec.samples * (1 - overlap)))
    total = int(seconds * spec.rate)
    count = 1 + max(0, -(-(total - spec.samples) // hop))
    for number in range(count):
        start = number * hop
        part = _part(raw, spec, start)
        ends = np.pad(part[: spec.samples], (0, max(0, spec.samples - len(part))))
        yield Window(start / spec.rate, (start + spec.samples) / spec.rate, ends)


def seconds_of(raw: Any, spec: SoundSpec) -> float:
    """Length of a sound; of a file only its head is read.

    Args:
        raw: see `load_sound`.
        spec: rate of samples that are no file.
    """
    if isinstance(raw, Clip):
        end = _file_seconds(raw.path) if raw.end is None else raw.end
        return end - raw.start
    if isinstance(raw, bytes | str | Path):
        return _file_seconds(raw)
    return len(raw) / spec.rate


def _file_seconds(source: bytes | str | Path) -> float:
    return sound_facts(Path(source) if isinstance(source, str) else source).seconds


def _part(raw: Any, spec: SoundSpec, start: int) -> np.ndarray:
    """A window's samples from `start` on, or fewer at the end of the sound."""
    if not isinstance(raw, Clip | bytes | str | Path):
        return as_mono(np.asarray(raw)[start : start + spec.samples])
    begin = start / spec.rate
    if isinstance(raw, Clip):
        begin += raw.start
        end = begin + spec.seconds
        part = replace(raw, start=begin, end=end if raw.end is None else min(end, raw.end))
        return read_clip(part, rate=spec.rate)
    source = Path(raw) if isinstance(raw, str) else raw
    return read_sound(source, start=begin, end=begin + spec.seconds, rate=spec.rate)


def _scaled(values: np.ndarray) -> np.ndarray:
    """Whole numbers as float, -1 to 1; unsigned ones are silent in their middle."""
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    bits = 8 * values.dtype.itemsize
    if bits == 64:
        if values.dtype.kind == "u" or values.min() < -(1 << 15) or values.max() >= 1 << 15:
            raise DataError(
                f"Samples of {values.dtype} do not say what is loudest, and are not those of 16 "
                "bits: scale them to -1 to 1."
            )
        bits = 16
    half = 2.0 ** (bits - 1)
    middle = half if values.dtype.kind == "u" else 0.0
    scaled: np.ndarray = (values.astype(np.float64) - middle) / half
    return scaled
