"""Every sound is listened to once, block by block: what it is, and what is odd about it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from kerasapps.data.sounds.decode import sound_blocks
from kerasapps.data.sounds.examples import Clip
from kerasapps.data.sounds.opened import SoundFacts, name_of, sound_facts
from kerasapps.errors import DataError

SILENT = 1e-3
"""The largest sample of a silent sound: 60 decibels below full scale."""

_FULL = 0.999  # of a sample at the end of the scale
_CLIPPED = 1e-3  # share of such samples, from which a sound is clipped
_OFFSET = 0.02  # mean of the samples, from which it has one
_CANCELLED = 0.05  # loudness of the averaged channels over that of the channels


@dataclass(frozen=True)
class Inspection:
    """What listening to all of a sound showed.

    Attributes:
        digest: SHA-256 of the samples at 16 bits, channels averaged, and of their rate; equal
            sounds have equal digests whatever their format.
        rate: samples a second.
        channels: how many.
        seconds: how long it is.
        format: "WAV", "FLAC" …
        peak: the largest sample of any channel.
        offset: the mean of all samples.
        clipped: share of the samples at the end of the scale.
        loudness: root of the mean square of the averaged channels.
        loudest: likewise of the channels.
        problem: why the sound cannot be used, or None; the other fields are then empty.
    """

    digest: str = ""
    rate: int = 0
    channels: int = 0
    seconds: float = 0.0
    format: str = ""
    peak: float = 0.0
    offset: float = 0.0
    clipped: float = 0.0
    loudness: float = 0.0
    loudest: float = 0.0
    problem: str | None = None

    @property
    def silent(self) -> bool:
        """Whether there is nothing to be heard."""
        return self.peak <= SILENT

    @property
    def is_clipped(self) -> bool:
        """Whether it was recorded too loud."""
        return self.clipped > _CLIPPED

    @property
    def has_offset(self) -> bool:
        """Whether its middle is not at zero."""
        return abs(self.offset) > _OFFSET

    @property
    def cancels(self) -> bool:
        """Whether its channels are nearly opposite, so that their mean is nearly silent."""
        return not self.silent and self.loudness < _CANCELLED * self.loudest


def inspect_clip(clip: Clip) -> Inspection:
    """Decode all of one sound and say what it is; what is wrong is told, never raised."""
    try:
        facts = sound_facts(clip.path)
        return _listen(clip, facts)
    except DataError as error:
        return Inspection(problem=str(error).removeprefix(f"{name_of(clip.path)}: "))


def _listen(clip: Clip, facts: SoundFacts) -> Inspection:
    digest = hashlib.sha256(f"{facts.rate}:".encode())
    frames, peak, total, clipped, square, loudest = 0, 0.0, 0.0, 0, 0.0, 0.0
    for block in sound_blocks(clip.path, start=clip.start, end=clip.end):
        mono = block.mean(axis=1)
        levels = np.abs(block)
        digest.update(np.rint(np.clip(mono, -1, 1) * 32767).astype("<i2").tobytes())
        frames += len(block)
        peak = max(peak, float(levels.max()))
        clipped += int((levels >= _FULL).sum())
        total += float(mono.sum(dtype=np.float64))
        square += float(np.square(mono, dtype=np.float64).sum())
        loudest += float(np.square(block, dtype=np.float64).mean(axis=1).sum())
    return Inspection(
        digest=digest.hexdigest(),
        rate=facts.rate,
        channels=facts.channels,
        seconds=frames / facts.rate,
        format=facts.format,
        peak=peak,
        offset=total / frames,
        clipped=clipped / (frames * facts.channels),
        loudness=float(np.sqrt(square / frames)),
        loudest=float(np.sqrt(loudest / frames)),
    )
