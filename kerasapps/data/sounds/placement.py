"""Sounds become training, validation and test: without leaks, stratified, seeded.

What belongs to one group, such as a speaker, goes into one split where splits are drawn.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.classes import Counts, check_classes
from kerasapps.data.grouping import place_groups
from kerasapps.data.partition import (
    NO_SPLIT,
    TRAIN,
    dense_ranks,
    draw_contents,
    order_copies,
    place_contents,
    split_code,
    too_few,
    wanted_shares,
)
from kerasapps.data.sounds.audit import SoundConflict, SoundDuplicate
from kerasapps.data.sounds.collect import Sound, SoundCollection
from kerasapps.data.sounds.examples import Clip
from kerasapps.data.sounds.silence import make_silence
from kerasapps.data.splits import SPLITS, label_order


@dataclass(frozen=True, eq=False)
class SoundPlacement:
    """Where every sound goes.

    Attributes:
        sounds: those in use, each with the split that it goes to, in content order; clips of
            silence that were made stand last.
        noise: what may be mixed into training.
        counts: sounds in use per split and class, the classes in label order.
        brought: the splits that sounds in use came with.
        duplicates: same sounds in different splits.
        copies: same sounds within a split.
        conflicts: same sounds under different labels.
        errors: why the splits cannot be made.
        warnings: what the user should know of the classes.
    """

    sounds: tuple[Sound, ...]
    noise: tuple[Clip, ...]
    counts: Counts
    brought: frozenset[str | None]
    duplicates: tuple[SoundDuplicate, ...]
    copies: tuple[SoundDuplicate, ...]
    conflicts: tuple[SoundConflict, ...]
    errors: tuple[str, ...]
    warnings: tuple[str, ...]


def place_sounds(collection: SoundCollection, *, config: LoadConfig, seed: int) -> SoundPlacement:
    """Drop sounds that are also in a better protected split, and make the missing splits.

    Args:
        collection: the usable sounds.
        config: the sizes of the missing splits, and what to do with classes unknown in training.
        seed: of their draw; a sound's place depends on its samples, or its group, and the seed.
    """
    sounds = collection.sounds
    digests, contents = np.unique([sound.digest for sound in sounds], return_inverse=True)
    contents = contents.astype(np.int64)
    splits = np.array([split_code(sound.entry.split) for sound in sounds], np.int8)
    ranks = dense_ranks([(sound.label, str(sound.clip)) for sound in sounds])
    order, first = order_copies(contents, splits, ranks)
    dropped = splits != splits[first]
    kept = np.flatnonzero(~dropped)
    names = label_order({sound.label for sound in sounds})
    numbers = np.array([names.index(sound.label) for sound in sounds], np.int32)
    groups = [sounds[place].entry.group for place in first]  # copies go where the first goes
    shares = wanted_shares(splits, config)
    placed = splits.copy()
    apart = np.array([place for place in kept if groups[place] is None], np.int64)
    together = np.array([place for place in kept if groups[place] is not None], np.int64)
    placed[apart], few = place_contents(
        contents[apart],
        numbers[apart],
        splits[apart],
        ranks=ranks[apart],
        draws=draw_contents(seed, digests),
        shares=shares,
    )
    placed[together], errors = _place_together(
        [str(groups[place]) for place in together],
        numbers[together],
        splits[together],
        shares=shares,
        seed=seed,
    )
    if not len(together):
        errors += too_few(
            {names[number]: few[number] for number in sorted(few)}, shares, noun="sound"
        )
    where = [SPLITS[code] for code in placed]
    rows = [place for place in order if not dropped[place]]
    rows.sort(key=lambda place: (sounds[place].digest, sounds[place].label))
    used = [_in_split(sounds[place], where[place]) for place in rows]
    classes = check_classes(_counts(used), config=config, noun="sound")
    used = [sound for sound in used if sound.label not in classes.unknown]
    silence = make_silence(collection, _counts(used), seed=seed)
    return SoundPlacement(
        sounds=(*used, *silence.sounds),
        noise=silence.noise,
        counts=_counts([*used, *silence.sounds]),
        brought=frozenset(sounds[place].entry.split for place in kept),
        duplicates=tuple(_duplicates(sounds, order[dropped[order]], first, splits, placed)),
        copies=tuple(_copies(sounds, order[~dropped[order]], first, placed)),
        conflicts=tuple(_conflicts(sounds, contents, order)),
        errors=(*errors, *classes.errors),
        warnings=classes.warnings,
    )


def _place_together(
    groups: Sequence[str],
    numbers: np.ndarray,
    splits: np.ndarray,
    *,
    shares: dict[str, float],
    seed: int,
) -> tuple[np.ndarray, list[str]]:
    """Split codes of grouped sounds, and the error for too few groups."""
    placed = splits.copy()
    pool = np.flatnonzero(splits <= TRAIN)
    placed[pool] = TRAIN
    if not shares or not len(pool):
        return placed, []
    names, places = np.unique([groups[int(place)] for place in pool], return_inverse=True)
    codes = place_groups(
        places.astype(np.int64),
        numbers[pool],
        draws=draw_contents(seed, names),
        shares=shares,
    )
    placed[pool] = codes[places]
    missing = [name for name in shares if not (codes == SPLITS.index(name)).any()]
    if not missing:
        return placed, []
    return placed, [
        f"{len(names)} groups are too few for {', '.join(['train', *shares])}: none can be spared "
        f"for {' and '.join(missing)}, as each class must be left in training: add sounds of "
        "others, or leave out group_column and group_pattern"
    ]


def fingerprint(sounds: Iterable[Sound]) -> str:
    """SHA-256 over the sorted (split, content, label) of all sounds in use."""
    lines = sorted(f"{each.entry.split}\t{each.digest}\t{each.label}\n" for each in sounds)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _in_split(sound: Sound, split: str) -> Sound:
    return replace(sound, entry=replace(sound.entry, split=split))


def _counts(sounds: Sequence[Sound]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {split: defaultdict(int) for split in SPLITS}
    for sound in sounds:
        counts[sound.entry.split or "train"][sound.label] += 1
    return {
        split: {label: each[label] for label in label_order(set(each))}
        for split, each in counts.items()
    }


def _split_name(code: int) -> str:
    return "" if code == NO_SPLIT else SPLITS[code]


def _duplicates(
    sounds: Sequence[Sound],
    rows: np.ndarray,
    first: np.ndarray,
    splits: np.ndarray,
    placed: np.ndarray,
) -> list[SoundDuplicate]:
    return [
        SoundDuplicate(
            kept=str(sounds[first[row]].entry),
            kept_split=_split_name(placed[first[row]]),
            copy=str(sounds[row].entry),
            copy_split=_split_name(splits[row]),
            dropped=True,
        )
        for row in rows
    ]


def _copies(
    sounds: Sequence[Sound], rows: np.ndarray, first: np.ndarray, placed: np.ndarray
) -> list[SoundDuplicate]:
    """Same sounds of one class within a split; under another label it is a conflict."""
    return [
        SoundDuplicate(
            kept=str(sounds[first[row]].entry),
            kept_split=_split_name(placed[first[row]]),
            copy=str(sounds[row].entry),
            copy_split=_split_name(placed[row]),
            dropped=False,
        )
        for row in rows
        if row != first[row] and sounds[row].label == sounds[first[row]].label
    ]


def _conflicts(
    sounds: Sequence[Sound], contents: np.ndarray, order: np.ndarray
) -> list[SoundConflict]:
    conflicts = []
    for rows in np.split(order, np.flatnonzero(np.diff(contents[order])) + 1):
        labels = tuple(sorted({sounds[row].label for row in rows}))
        if len(labels) > 1:
            conflicts.append(SoundConflict(tuple(str(sounds[row].entry) for row in rows), labels))
    return conflicts
