"""Encoded sounds become samples; needs numpy, soundfile and soxr only.

This is the only decoder of kerasapps: training, evaluation and whoever runs a bundle call it, so
that a sound has the same samples everywhere. A file is read block by block: what is in memory is
never more than the samples that are handed on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from kerasapps.config.limits import LONGEST_SOUND
from kerasapps.data.sounds.examples import Clip
from kerasapps.data.sounds.opened import SoundFacts, name_of, opened_sound
from kerasapps.errors import DataError

BLOCK = 1 << 16
"""Frames that are read at once."""

OVER = 8.0
"""A floating-point sample beyond this is no sound within -1 to 1 but one of another scale."""


def read_sound(
    source: Path | bytes, *, start: float = 0.0, end: float | None = None, rate: int
) -> np.ndarray:
    """The samples of an encoded sound, or of a part of one: one channel, at a rate.

    Channels are averaged. Another rate is changed by soxr at its high quality.

    Args:
        source: a file, or the encoded bytes.
        start: seconds at which to begin.
        end: seconds at which to end; None, or beyond the end: at the end.
        rate: samples a second that are wanted.

    Returns:
        float32 `(samples,)`, -1 to 1; `round(seconds * rate)` of them, one more or less.

    Raises:
        DataError: naming the file and what is wrong with it.
    """
    with opened_sound(source) as (sound, facts):
        first, frames = _part(facts, start, end, what=name_of(source))
        blocks = (each.mean(axis=1) for each in _blocks(sound, facts, first, frames, source))
        samples = np.concatenate([*_resampled(blocks, facts.rate, rate), np.empty(0, np.float32)])
    return np.clip(samples, -1.0, 1.0, out=samples)


def read_clip(clip: Clip, *, rate: int) -> np.ndarray:
    """The samples of a clip, as `read_sound` gives them, times its gain.

    Raises:
        DataError: naming the file and what is wrong with it.
    """
    samples = read_sound(clip.path, start=clip.start, end=clip.end, rate=rate)
    return samples if clip.gain == 1.0 else samples * np.float32(clip.gain)


def sound_blocks(
    source: Path | bytes, *, start: float = 0.0, end: float | None = None
) -> Iterator[np.ndarray]:
    """The samples of a sound or a part of one as they are: every channel, at its own rate.

    Args:
        source: a file, or the encoded bytes.
        start: seconds at which to begin.
        end: seconds at which to end; None, or beyond the end: at the end.

    Yields:
        float32 `(frames, channels)`, at most `BLOCK` frames.

    Raises:
        DataError: naming the file and what is wrong with it.
    """
    with opened_sound(source) as (sound, facts):
        first, frames = _part(facts, start, end, what=name_of(source))
        yield from _blocks(sound, facts, first, frames, source)


def resample(samples: np.ndarray, *, rate: int, wanted: int) -> np.ndarray:
    """Samples of one channel at another rate, by soxr at its high quality.

    Args:
        samples: float32 `(samples,)`.
        rate: samples a second that they have.
        wanted: samples a second that are wanted.

    Returns:
        float32 `(samples * wanted / rate,)`.
    """
    if rate == wanted:
        return samples.astype(np.float32, copy=False)
    changed: np.ndarray = soxr.resample(samples.astype(np.float32), rate, wanted, quality="HQ")
    return changed


def _part(facts: SoundFacts, start: float, end: float | None, *, what: str) -> tuple[int, int]:
    """First frame and number of frames of a part.

    Raises:
        DataError: if there is no such part, or it is too long.
    """
    first = round(start * facts.rate)
    last = facts.frames if end is None else min(facts.frames, round(end * facts.rate))
    if first < 0 or (end is not None and end <= start):
        raise DataError(f"{what}: from {start:g} to {end} s is no part: it ends before it begins")
    if first >= facts.frames:
        raise DataError(f"{what}: it is {facts.seconds:.3g} s long, and nothing is at {start:g} s")
    frames = last - first
    if frames <= 0:
        raise DataError(f"{what}: from {start:g} to {end} s there is not one sample")
    if frames > LONGEST_SOUND * facts.rate:
        raise DataError(
            f"{what}: {frames / facts.rate:,.0f} s long, and {LONGEST_SOUND:,} s are read at most: "
            "cut it into shorter files, or name its parts by start and end"
        )
    return first, frames


def _blocks(
    sound: Any, facts: SoundFacts, first: int, frames: int, source: Path | bytes
) -> Iterator[np.ndarray]:
    """float32 `(n, channels)` from the first frame on; raises if there are fewer than said."""
    name, left = name_of(source), frames
    try:
        if first:
            sound.seek(first)
        while left:
            block = sound.read(min(BLOCK, left), dtype="float32", always_2d=True)
            if not len(block):
                break
            _check_values(block, name)
            left -= len(block)
            yield block
    except (soundfile.SoundFileError, RuntimeError) as error:
        at = (first + frames - left) / facts.rate
        raise DataError(f"{name}: damaged, or cut off, at {at:.3g} s") from error
    # MP3 and OGG files may say a little more than they hold.
    if left > max(0.05 * frames, 0.1 * facts.rate) or left == frames:
        raise DataError(
            f"{name}: cut off: it says {facts.frames:,} samples, and "
            f"{first + frames - left:,} are there"
        )


def _check_values(block: np.ndarray, name: str) -> None:
    peak = float(np.abs(block).max())
    if not np.isfinite(peak):
        raise DataError(f"{name}: it has samples that are not numbers (NaN or infinite)")
    if peak > OVER:
        raise DataError(
            f"{name}: its samples are numbers up to {peak:,.0f}, not within -1 to 1: scale them"
        )


def _resampled(blocks: Iterator[np.ndarray], rate: int, wanted: int) -> Iterator[np.ndarray]:
    """Blocks of one channel at the wanted rate; as if all were resampled at once."""
    if rate == wanted:
        yield from blocks
        return
    stream = soxr.ResampleStream(rate, wanted, 1, dtype="float32", quality="HQ")
    for block in blocks:
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.empty(0, np.float32), last=True)
