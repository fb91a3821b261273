"""What a bundle for sounds is given: one or several, of any length; no TensorFlow is imported."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.sounds.decode import read_sound
from kerasapps.data.sounds.examples import Clip
from kerasapps.data.sounds.opened import CHANNELS
from kerasapps.errors import DataError
from kerasapps.preprocess.sounds.load import Window, load_sound, open_sound, seconds_of
from kerasapps.preprocess.sounds.spec import SoundSpec

_BLOCK_SECONDS = 30.0  # that are in memory at once


def split_sounds(inputs: Any) -> list[Any]:
    """One sound or several as a list of sounds.

    Args:
        inputs: a file, its bytes, an open file, a `Clip`, or samples `(samples,)`; or several of
            these in a list, or in an array `(n, samples)`.

    Raises:
        DataError: if it is nothing of this, or an array that looks like the channels of one sound.
    """
    if isinstance(inputs, str | os.PathLike | bytes | bytearray | memoryview | Clip):
        return [bytes(inputs) if isinstance(inputs, bytearray | memoryview) else inputs]
    if hasattr(inputs, "read"):
        return [inputs.read()]
    if hasattr(inputs, "__array__"):
        return _of_array(np.asarray(inputs))
    try:
        return list(inputs)
    except TypeError:
        raise DataError(
            f"expected a sound or a list of sounds, got {type(inputs).__name__}."
        ) from None


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
