"""Clips of silence are cut out of noise, and noise is made where there is none."""

from __future__ import annotations

import hashlib
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kerasapps.data.partition import draw_contents
from kerasapps.data.sounds.collect import Sound, SoundCollection
from kerasapps.data.sounds.config import SILENCE
from kerasapps.data.sounds.encode import wav_bytes
from kerasapps.data.sounds.examples import Clip
from kerasapps.data.sounds.inspection import Inspection, inspect_clip
from kerasapps.data.sounds.listing import SoundEntry
from kerasapps.data.splits import SPLITS
from kerasapps.files.whole import replaced
from kerasapps.spectra import coloured_noise

_MADE = "noise.wav"
_SECONDS = 60  # of noise that is made
_RATE = 16_000
_PINK = 1.0  # the power of the frequency by which its energy falls
_LEVEL = 0.02  # loudness of it: 34 decibels below full scale
_COPIES = 20  # of one piece of noise at most, each of another loudness
_NOTHING = 10  # each such copy is digital silence


@dataclass(frozen=True)
class Silence:
    """Clips of silence, and the noise that is left for training.

    Attributes:
        sounds: the clips, each with a split.
        noise: noise of which no clip of validation or test was cut.
    """

    sounds: tuple[Sound, ...] = ()
    noise: tuple[Clip, ...] = ()


def make_silence(
    collection: SoundCollection, counts: Mapping[str, Mapping[str, int]], *, seed: int
) -> Silence:
    """Cut noise into pieces, none of which is in two splits, and make clips of silence of them.

    Args:
        collection: what was collected, and the options.
        counts: sounds per split and class, or what else they are to be answered with.
        seed: of the draw.
    """
    wanted = _wanted(collection, counts)
    noise = collection.noise
    if wanted and not noise:
        noise = (_made(collection.work_dir),)
    if not noise:
        return Silence()
    length = collection.options.clip_seconds or round(
        statistics.median(sound.inspection.seconds for sound in collection.sounds), 2
    )
    pieces = [piece for sound in noise for piece in _cut(sound, max(length, 0.1))]
    draws = draw_contents(seed, (_name(piece) for _, piece in pieces))
    pieces = [pieces[place] for place in np.argsort(draws, kind="stable")]
    sizes = {split: sum(each.values()) for split, each in counts.items()}
    splits = _dealt(len(pieces), sizes)
    sounds = []
    for split in SPLITS:
        mine = [piece for piece, name in zip(pieces, splits, strict=True) if name == split]
        share = sizes.get(split, 0) / max(1, sum(sizes.values()))
        sounds += _silent(mine, split, round(wanted * share), seed=seed)
    left = tuple(piece for (_, piece), name in zip(pieces, splits, strict=True) if name == "train")
    return Silence(tuple(sounds), left if collection.noise else ())


def _wanted(collection: SoundCollection, counts: Mapping[str, Mapping[str, int]]) -> int:
    """How many clips of silence are to be made in all."""
    sizes: Counter[str] = Counter()
    for each in counts.values():
        sizes.update(each)
    share = collection.options.silence
    if not sizes or collection.form.kind != "class" or (SILENCE in sizes and share is None):
        return 0
    if share is not None:
        return round(share * sizes.total())
    return round(statistics.median(sizes.values())) if collection.noise else 0


def _cut(sound: Sound, length: float) -> list[tuple[Sound, Clip]]:
    """Pieces of a sound that do not overlap; the whole where it is shorter."""
    start, seconds = sound.clip.start, sound.inspection.seconds
    whole = max(1, int(seconds / length + 1e-6))
    ends = [min(start + seconds, start + (number + 1) * length) for number in range(whole)]
    return [
        (sound, Clip(sound.clip.path, round(start + number * length, 6), round(end, 6)))
        for number, end in enumerate(ends)
    ]


def _dealt(pieces: int, sizes: Mapping[str, int]) -> list[str]:
    """The split of each piece: as many as the sounds have, at least one where there are enough."""
    total = max(1, sum(sizes.values()))
    splits: list[str] = []
    for split in ("test", "validation"):
        if sizes.get(split):
            splits += [split] * max(1, round(pieces * sizes[split] / total))
    return [*splits[: max(0, pieces - 1)], *["train"] * pieces][:pieces]


def _silent(
    pieces: Sequence[tuple[Sound, Clip]], split: str, wanted: int, *, seed: int
) -> list[Sound]:
    sounds = []
    for number in range(min(wanted, _COPIES * len(pieces))):
        source, piece = pieces[number % len(pieces)]
        gain = 0.0 if number % _NOTHING == _NOTHING - 1 else _gain(piece, number, seed)
        clip = Clip(piece.path, piece.start, piece.end, gain)
        digest = hashlib.sha256(f"{source.digest}:{_name(piece)}:{gain}".encode()).hexdigest()
        seconds = (piece.end or 0.0) - piece.start
        heard = Inspection(
            digest, source.inspection.rate, source.inspection.channels, seconds, "made"
        )
        sounds.append(Sound(SoundEntry(clip, SILENCE, split, "made of noise"), heard))
    return sounds


def _gain(piece: Clip, number: int, seed: int) -> float:
    """How loud a copy is: from silent to as it was recorded."""
    drawn = int(draw_contents(seed, [f"{_name(piece)}:{number}"])[0]) / 2**64
    return round(drawn, 4)


def _name(piece: Clip) -> str:
    return f"{piece.path.name}:{piece.start}:{piece.end}"


def _made(work_dir: Path) -> Sound:
    """A minute of pink noise, written once."""
    path = work_dir / _MADE
    if not path.is_file():
        work_dir.mkdir(parents=True, exist_ok=True)
        samples = _LEVEL * coloured_noise(_SECONDS * _RATE, _PINK, np.random.default_rng(0))
        with replaced(path) as file:
            file.write(wav_bytes(np.rint(samples * 32767).astype(np.int16), rate=_RATE))
    clip = Clip(path)
    return Sound(SoundEntry(clip, SILENCE), inspect_clip(clip))
