"""What a bundle for sounds is given: one or several, of any length; no TensorFlow is imported."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.sounds.decode import read_sound
from kerasapps.data.sounds.examples import Clip
from kerasapps.data.sounds.opened import CHANNELS
from kerasapps.data.sounds.values import FORMS, Samples, plain_sound
from kerasapps.errors import DataError
from kerasapps.preprocess.sounds.load import Window, load_sound, open_sound, seconds_of
from kerasapps.preprocess.sounds.spec import SoundSpec

_BLOCK_SECONDS = 30.0  # that are in memory at once


def split_sounds(inputs: Any) -> list[Any]:
    """One sound or several as a list of sounds.

    Args:
        inputs: a file, its bytes, an open file, a `Clip`, samples `(samples,)`, or a mapping with
            `array` and `sampling_rate`; or several of these in a list, or in an array
            `(n, samples)`.

    Raises:
        DataError: if it is nothing of this, or an array that looks like the channels of one sound.
    """
    if _is_one(inputs):
        return [_one(inputs, "the sound")]
    if hasattr(inputs, "__array__"):
        inputs = _of_array(np.asarray(inputs))
    try:
        several = list(inputs)
    except TypeError:
        raise DataError(
            f"expected a sound or a list of sounds, got {type(inputs).__name__}."
        ) from None
    if several and all(map(_is_number, several)):
        return [np.asarray(several)]  # the samples of one sound
    return [_one(each, f"sound {number}") for number, each in enumerate(several)]


def _is_one(value: Any) -> bool:
    """Whether it is a sound, and neither samples nor several sounds."""
    encoded = isinstance(value, str | os.PathLike | bytes | bytearray | memoryview)
    return encoded or isinstance(value, Clip | Mapping) or hasattr(value, "read")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _one(value: Any, what: str) -> Any:
    """A sound as `load_sound` takes it.

    Raises:
        DataError: naming it, if it is none.
    """
    if isinstance(value, Clip):
        return _clip(value, what)
    if isinstance(value, str | os.PathLike):
        return value if isinstance(value, str) else Path(os.fsdecode(value))
    if _is_one(value):
        plain = plain_sound(value, what=what)
        return plain.encoded() if isinstance(plain, Samples) else plain
    if hasattr(value, "__array__") or isinstance(value, list | tuple):
        return value
    raise DataError(f"{what} is a {type(value).__name__}; expected {FORMS}")


def _clip(clip: Clip, what: str) -> Clip:
    """The clip with its path as such.

    Raises:
        DataError: if its seconds are none.
    """
    seconds = [clip.start] if clip.end is None else [clip.start, clip.end]
    if not all(_is_number(each) and 0 <= each < np.inf for each in seconds):
        raise DataError(
            f"{what} is a Clip from {clip.start!r} to {clip.end!r} s: both are numbers from 0 on, "
            "and the end may be None."
        )
    return replace(clip, path=Path(clip.path))


def stream_of(raw: Any, spec: SoundSpec, *, hop: float) -> Iterator[Window]:
    """A window of the network's length every `hop` seconds; of files a part is in memory at once.

    Args:
        raw: see `load_sound`.
        spec: rate and length.
        hop: seconds.

    Raises:
        DataError: see `load_sound`.
    """
    seconds = seconds_of(raw, spec)
    if seconds <= spec.seconds:
        yield Window(0.0, seconds, load_sound(raw, spec))
        return
    between = _reading(raw, spec)
    block, block_start = np.zeros(0, np.float32), 0.0
    for start in np.arange(0.0, seconds - spec.seconds + hop, hop):
        first = round((start - block_start) * spec.rate)
        if first + spec.samples > len(block):
            end = min(seconds, start + spec.seconds + _BLOCK_SECONDS)
            block = between(float(start), float(end))
            block_start, first = float(start), 0
        window = block[first : first + spec.samples]
        ends = min(float(start) + spec.seconds, seconds)
        yield Window(float(start), ends, np.pad(window, (0, spec.samples - len(window))))


def chunks_of(raw: Any, spec: SoundSpec, *, chunk: int) -> Iterator[np.ndarray]:
    """A sound as a microphone would give it: float32 `(chunk,)` each, at the network's rate.

    What is no whole chunk at the end is left out; a file is read bit by bit.

    Args:
        raw: see `load_sound`.
        spec: rate.
        chunk: samples.

    Raises:
        DataError: see `load_sound`.
    """
    left = np.zeros(0, np.float32)
    for block in _blocks(raw, spec):
        left = np.concatenate([left, block])
        whole = len(left) // chunk * chunk
        yield from left[:whole].reshape(-1, chunk)
        left = left[whole:]


def _blocks(raw: Any, spec: SoundSpec) -> Iterator[np.ndarray]:
    seconds, between = seconds_of(raw, spec), _reading(raw, spec)
    # The rest belongs to the last block: a file may say a little more than it holds, and a block
    # of which nothing is there would be refused.
    count = max(1, int(seconds / _BLOCK_SECONDS))
    for start in (number * _BLOCK_SECONDS for number in range(count - 1)):
        yield between(start, start + _BLOCK_SECONDS)
    yield between((count - 1) * _BLOCK_SECONDS, seconds)


def _reading(raw: Any, spec: SoundSpec) -> Callable[[float, float], np.ndarray]:
    """A function from a start and an end in seconds to the samples between them.

    What is no file, or a part of one, is opened once as a whole.
    """
    if isinstance(raw, str | os.PathLike | bytes):
        source = raw if isinstance(raw, bytes) else Path(raw)
        return lambda start, end: read_sound(source, start=start, end=end, rate=spec.rate)
    samples, rate = open_sound(raw, spec.rate), spec.rate
    return lambda start, end: samples[round(start * rate) : round(end * rate)]


def _of_array(values: np.ndarray) -> list[Any]:
    if values.dtype.kind not in "fiu":
        return [*values.tolist()]
    if values.ndim not in (1, 2):
        raise DataError(f"samples have the shape (samples,) or (n, samples), got {values.shape}.")
    if values.ndim == 1:
        return [values]
    if values.shape[1] <= CHANNELS and values.shape[1] < len(values):
        raise DataError(
            f"samples of the shape {values.shape} are {len(values):,} sounds of {values.shape[1]} "
            "samples: give one sound of several channels in a list, or its mean over the channels."
        )
    return [*values]
