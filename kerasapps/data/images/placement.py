"""Examined pictures become training, validation and test: without leaks, stratified, seeded."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.images.audit import Conflict, Duplicate
from kerasapps.data.images.collect import Picture, PictureCollection
from kerasapps.data.partition import (
    dense_ranks,
    draw_contents,
    order_copies,
    place_contents,
    split_code,
    wanted_shares,
)
from kerasapps.data.splits import SPLITS
from kerasapps.data.targets.forms import TargetForm
from kerasapps.data.targets.kinds import shown_apart
from kerasapps.data.targets.placement import PlacedTargets, place_targets
from kerasapps.data.targets.targets import Targets


@dataclass(frozen=True, eq=False)
class PicturePlacement:
    """Where every picture goes.

    Attributes:
        pictures: those in use, each with the split that it goes to, in content order.
        targets: what they are to be answered with.
        brought: the splits that pictures in use came with.
        duplicates: same pictures in different splits.
        copies: same pictures within a split.
        conflicts: same pictures under different labels.
    """

    pictures: tuple[Picture, ...]
    targets: PlacedTargets
    brought: frozenset[str | None]
    duplicates: tuple[Duplicate, ...]
    copies: tuple[Duplicate, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def errors(self) -> tuple[str, ...]:
        """Why the pictures cannot be split, or learnt from."""
        return self.targets.errors

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of classes and labels."""
        return self.targets.warnings


def place_pictures(
    collection: PictureCollection, *, config: LoadConfig, seed: int
) -> PicturePlacement:
    """Drop pictures that are also in a better protected split, and make the missing splits.

    Args:
        collection: the usable pictures.
        config: the sizes of the missing splits, and what to do with classes unknown in training.
        seed: of their draw; a picture's place depends on its pixels and the seed only.
    """
    kept, duplicates, copies, conflicts = drop_duplicates(
        collection.pictures, answers=collection.form.answers
    )
    placed, targets = assign_splits(kept, collection.form, config=config, seed=seed)
    splits = {picture.entry.path: picture.entry.split or "" for picture in placed}
    return PicturePlacement(
        pictures=tuple(placed),
        targets=targets,
        brought=frozenset(picture.entry.split for picture in kept),
        duplicates=tuple(duplicates),
        # They are found before the data is split: say where they went.
        copies=tuple(
            replace(
                each,
                kept_split=splits.get(each.kept, ""),
                copy_split=splits.get(each.copy, ""),
            )
            for each in copies
        ),
        conflicts=tuple(conflicts),
    )


def drop_duplicates(
    pictures: Sequence[Picture], *, answers: Sequence[str] = ()
) -> tuple[list[Picture], list[Duplicate], list[Duplicate], list[Conflict]]:
    """Take pictures that are also in a more protected split out of the less protected one.

    Test outranks validation, validation outranks training. Copies within a split stay.

    Args:
        pictures: all of them.
        answers: names of the several answers of a picture; none where it has a single one.

    Returns:
        The pictures kept, in content order; duplicates across splits (dropped); copies within a
        split (kept); pictures under different labels (kept unless dropped as duplicates).
    """
    contents, _ = _contents(pictures)
    order, first = order_copies(contents, _splits(pictures), _ranks(pictures))
    kept: list[Picture] = []
    across: list[Duplicate] = []
    within: list[Duplicate] = []
    groups: dict[int, list[Picture]] = defaultdict(list)
    for index in order:
        entry, best = pictures[index].entry, pictures[first[index]].entry
        groups[first[index]].append(pictures[index])
        dropped = entry.split != best.split
        if not dropped:
            kept.append(pictures[index])
        # Under another label it is no copy to keep but a conflict, which is told as such.
        if entry is not best and (dropped or entry.label == best.label):
            duplicate = Duplicate(
                best.path, best.split or "", entry.path, entry.split or "", dropped
            )
            (across if dropped else within).append(duplicate)
    return kept, across, within, _conflicts(groups.values(), answers)


def assign_splits(
    pictures: Sequence[Picture], form: TargetForm, *, config: LoadConfig, seed: int
) -> tuple[list[Picture], PlacedTargets]:
    """Give every picture a split: the one it came with, or a stratified, seeded one.

    Without any splits, test and validation take `config.test_split` and `config.validation_split`
    of every class or label. A split that is missing beside the given ones is taken from training. A
    picture's place depends on pixels and the seed only: not on file names, nor on the order of the
    files. Copies of one picture stay together.

    Returns:
        The pictures in use with `entry.split` set, and what they are to be answered with.
    """
    contents, digests = _contents(pictures)
    splits = _splits(pictures)
    targets = Targets.of([picture.entry.label for picture in pictures], form)
    shares = wanted_shares(splits, config)
    placed, few = place_contents(
        contents,
        targets.strata,
        splits,
        ranks=_ranks(pictures),
        draws=draw_contents(seed, digests),
        shares=shares,
        sets=targets.sets,
    )
    answers = place_targets(targets, placed, few=few, shares=shares, config=config, noun="picture")
    done = [
        replace(picture, entry=replace(picture.entry, split=SPLITS[code]))
        for picture, code, kept in zip(pictures, placed, answers.kept, strict=True)
        if kept
    ]
    return sorted(done, key=lambda picture: (picture.digest, picture.entry.label)), answers


def fingerprint(pictures: Iterable[Picture]) -> str:
    """SHA-256 over the sorted (split, content, label) of all pictures in use."""
    lines = sorted(f"{p.entry.split}\t{p.digest}\t{p.entry.label}\n" for p in pictures)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _contents(pictures: Sequence[Picture]) -> tuple[np.ndarray, np.ndarray]:
    """Content number of every picture, and the digest of every content."""
    digests, numbers = np.unique([picture.digest for picture in pictures], return_inverse=True)
    return numbers.astype(np.int64), digests


def _splits(pictures: Sequence[Picture]) -> np.ndarray:
    return np.array([split_code(picture.entry.split) for picture in pictures], np.int8)


def _ranks(pictures: Sequence[Picture]) -> np.ndarray:
    return dense_ranks([(picture.entry.label, picture.entry.path) for picture in pictures])


def _conflicts(groups: Iterable[Sequence[Picture]], answers: Sequence[str]) -> list[Conflict]:
    conflicts = []
    for group in groups:
        labels = shown_apart(sorted({picture.entry.label for picture in group}), answers)
        if len(labels) > 1:
            conflicts.append(Conflict(tuple(picture.entry.path for picture in group), labels))
    return conflicts
