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
from kerasapps.data.grouping import place_groups
from kerasapps.data.partition import (
    NO_SPLIT,
    TRAIN,
    dense_ranks,
    draw_contents,
    order_copies,
    place_contents,
    split_code,
    wanted_shares,
)
from kerasapps.data.sounds.audit import SoundConflict, SoundDuplicate
from kerasapps.data.sounds.collect import Sound, SoundCollection
from kerasapps.data.sounds.examples import Clip
from kerasapps.data.sounds.silence import make_silence
from kerasapps.data.splits import SPLITS, label_order
from kerasapps.data.targets.forms import TargetForm
from kerasapps.data.targets.kinds import shown_apart
from kerasapps.data.targets.placement import PlacedTargets, place_targets
from kerasapps.data.targets.targets import Targets


@dataclass(frozen=True, eq=False)
class SoundPlacement:
    """Where every sound goes.

    Attributes:
        sounds: those in use, each with the split that it goes to, in content order; clips of
            silence that were made stand last.
        noise: what may be mixed into training.
        targets: what they are to be answered with.
        brought: the splits that sounds in use came with.
        duplicates: same sounds in different splits.
        copies: same sounds within a split.
        conflicts: same sounds under different labels.
        errors: why the splits cannot be made, or learnt from.
        warnings: what the user should know of the classes and labels.
    """

    sounds: tuple[Sound, ...]
    noise: tuple[Clip, ...]
    targets: PlacedTargets
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
    targets = Targets.of([sound.label for sound in sounds], collection.form)
    strata = targets.strata
    groups = [sounds[place].entry.group for place in first]  # copies go where the first goes
    shares = wanted_shares(splits, config)
    placed = splits.copy()
    apart = np.array([place for place in kept if groups[place] is None], np.int64)
    together = np.array([place for place in kept if groups[place] is not None], np.int64)
    placed[apart], few = place_contents(
        contents[apart],
        strata[apart],
        splits[apart],
        ranks=ranks[apart],
        draws=draw_contents(seed, digests),
        shares=shares,
        sets=targets.sets,
    )
    placed[together], errors = _place_together(
        [str(groups[place]) for place in together],
        _classes(targets)[together],
        splits[together],
        shares=shares,
        seed=seed,
    )
    if errors and not collection.options.says_groups:
        return _parts_apart(collection, config=config, seed=seed)
    few = {} if len(together) else few  # which is of contents that are drawn one by one
    rows = np.array([place for place in order if not dropped[place]], np.int64)
    answers = place_targets(
        targets.select(rows), placed[rows], few=few, shares=shares, config=config, noun="sound"
    )
    used = [_in_split(sounds[place], SPLITS[placed[place]]) for place in rows[answers.kept]]
    used.sort(key=lambda sound: (sound.digest, sound.label))
    silence = make_silence(collection, _counts(used), seed=seed)
    return SoundPlacement(
        sounds=(*used, *silence.sounds),
        noise=silence.noise,
        targets=_with_silence(answers, [*used, *silence.sounds], collection.form, config)
        if silence.sounds
        else answers,
        brought=frozenset(sounds[place].entry.split for place in kept),
        duplicates=tuple(_duplicates(sounds, order[dropped[order]], first, splits, placed)),
        copies=tuple(_copies(sounds, order[~dropped[order]], first, placed)),
        conflicts=tuple(_conflicts(sounds, contents, order, collection.form.answers)),
        errors=(*errors, *answers.errors),
        warnings=answers.warnings,
    )


def _parts_apart(collection: SoundCollection, *, config: LoadConfig, seed: int) -> SoundPlacement:
    """The same where parts of one file cannot stay together, which nobody asked for."""
    files = {sound.entry.group for sound in collection.sounds} - {None}
    sounds = (replace(each, entry=replace(each.entry, group=None)) for each in collection.sounds)
    apart = replace(collection, sounds=tuple(sounds))
    warning = (
        f"parts of one file are in several splits, as too few files have parts ({len(files)}) to "
        "keep each whole: they sound alike, and figures flatter; add recordings"
    )
    placement = place_sounds(apart, config=config, seed=seed)
    return replace(placement, warnings=(*placement.warnings, warning))


def _classes(targets: Targets) -> np.ndarray:
    """`(n, k)`, 1 where a sound is of a class, or has a label; of numbers all are of one class."""
    sets = targets.sets
    if sets is not None:
        table = np.zeros(
            (len(sets), 1 + max((int(each.max()) for each in sets if len(each)), default=0))
        )
        for row, places in zip(table, sets, strict=True):
            row[places] = 1
        return table[targets.codes]
    # Not one a key: of numbers there are as many as sounds, and all of them are of the first.
    return np.eye(1 + int(targets.strata.max(initial=0)))[targets.strata]


def _with_silence(
    answers: PlacedTargets, sounds: Sequence[Sound], form: TargetForm, config: LoadConfig
) -> PlacedTargets:
    """What all are to be answered with, clips of silence too."""
    splits = np.array([split_code(sound.entry.split) for sound in sounds], np.int8)
    targets = Targets.of([sound.label for sound in sounds], form)
    every = place_targets(targets, splits, few={}, shares={}, config=config, noun="sound")
    return replace(answers, target=every.target, counts=every.counts, sizes=every.sizes)


def _place_together(
    groups: Sequence[str],
    classes: np.ndarray,
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
        classes[pool],
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
    sounds: Sequence[Sound], contents: np.ndarray, order: np.ndarray, answers: Sequence[str]
) -> list[SoundConflict]:
    conflicts = []
    for rows in np.split(order, np.flatnonzero(np.diff(contents[order])) + 1):
        labels = shown_apart(sorted({sounds[row].label for row in rows}), answers)
        if len(labels) > 1:
            conflicts.append(SoundConflict(tuple(str(sounds[row].entry) for row in rows), labels))
    return conflicts
