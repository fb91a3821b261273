"""Examined pictures become training, validation and test: without leaks, stratified, seeded."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Conflict, Duplicate
from kerasapps.data.decode import Inspection
from kerasapps.data.examples import SPLITS, Entry, label_order

# Where a picture stays when it is in several splits: the test split is never touched.
_PRIORITY = {"test": 0, "validation": 1, "train": 2, None: 3}


@dataclass(frozen=True)
class Picture:
    """A usable entry and what its inspection showed."""

    entry: Entry
    inspection: Inspection

    @property
    def digest(self) -> str:
        """SHA-256 of the decoded pixels."""
        return self.inspection.digest


def drop_duplicates(
    pictures: Sequence[Picture],
) -> tuple[list[Picture], list[Duplicate], list[Duplicate], list[Conflict]]:
    """Take pictures that are also in a more protected split out of the less protected one.

    Test outranks validation, validation outranks training. Copies within a split stay.

    Returns:
        The pictures kept, in content order; duplicates across splits (dropped); copies within a
        split (kept); pictures under different labels (kept unless dropped as duplicates).
    """
    kept: list[Picture] = []
    across: list[Duplicate] = []
    within: list[Duplicate] = []
    conflicts: list[Conflict] = []
    for group in _by_digest(pictures):
        first = group[0].entry
        kept.append(group[0])
        for picture in group[1:]:
            entry = picture.entry
            dropped = entry.split != first.split
            duplicate = Duplicate(
                first.path, first.split or "", entry.path, entry.split or "", dropped
            )
            (across if dropped else within).append(duplicate)
            if not dropped:
                kept.append(picture)
        labels = tuple(sorted({picture.entry.label for picture in group}))
        if len(labels) > 1:
            paths = tuple(picture.entry.path for picture in group)
            conflicts.append(Conflict(paths, labels))
    return kept, across, within, conflicts


def assign_splits(
    pictures: Sequence[Picture], *, config: LoadConfig, seed: int
) -> tuple[list[Picture], list[str]]:
    """Give every picture a split: the one it came with, or a stratified, seeded one.

    Without any splits, test and validation take `config.test_split` and `config.validation_split`
    of every class. A split that is missing beside the given ones is taken from training. A
    picture's place depends on its pixels and the seed only: not on file names, nor on the order of
    the files. Copies of one picture stay together.

    Returns:
        The pictures with `entry.split` set, and errors that name classes too small to split.
    """
    given = {picture.entry.split for picture in pictures} - {None}
    shares = {
        name: share
        for name, share in (("test", config.test_split), ("validation", config.validation_split))
        if name not in given
    }
    done = [picture for picture in pictures if picture.entry.split in ("validation", "test")]
    pool = [picture for picture in pictures if picture.entry.split in ("train", None)]
    errors: list[str] = []
    by_label: dict[str, list[list[Picture]]] = defaultdict(list)
    for group in _by_digest(pool):
        by_label[group[0].entry.label].append(group)
    for label in label_order(set(by_label)):
        groups = by_label[label]
        enough = len(groups) > len(shares)
        if not enough:
            errors.append(_too_few(label, len(groups), shares))
        groups.sort(key=lambda group: _draw(seed, group[0].digest))
        start = 0
        for name, count in _counts(len(groups), shares if enough else {}).items():
            for group in groups[start : start + count]:
                done += [_moved(picture, name) for picture in group]
            start += count
    return sorted(done, key=lambda picture: (picture.digest, picture.entry.label)), errors


def fingerprint(pictures: Iterable[Picture]) -> str:
    """SHA-256 over the sorted (split, content, label) of all pictures in use."""
    lines = sorted(f"{p.entry.split}\t{p.digest}\t{p.entry.label}\n" for p in pictures)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _by_digest(pictures: Iterable[Picture]) -> list[list[Picture]]:
    groups: dict[str, list[Picture]] = defaultdict(list)
    for picture in pictures:
        groups[picture.digest].append(picture)
    for group in groups.values():
        group.sort(key=lambda p: (_PRIORITY[p.entry.split], p.entry.label, p.entry.path))
    return [groups[digest] for digest in sorted(groups)]


def _draw(seed: int, digest: str) -> str:
    """A sort key that is random in the seed and fixed by a picture's content."""
    return hashlib.sha256(f"{seed}:{digest}".encode()).hexdigest()


def _counts(total: int, shares: dict[str, float]) -> dict[str, int]:
    """How many of `total` go where, at least one each; `total` is larger than `len(shares)`."""
    counts = {name: max(1, round(total * share)) for name, share in shares.items()}
    while sum(counts.values()) >= total:
        counts[max(counts, key=lambda name: counts[name])] -= 1
    return {**counts, "train": total - sum(counts.values())}


def _too_few(label: str, count: int, shares: dict[str, float]) -> str:
    wanted = ", ".join(sorted({"train", *shares}, key=SPLITS.index))
    return (
        f"class {label!r} has {count} different picture{'s' * (count != 1)}, too few to be in "
        f"every split ({wanted}): add pictures (at least {len(shares) + 1}) or remove the class"
    )


def _moved(picture: Picture, split: str) -> Picture:
    return replace(picture, entry=replace(picture.entry, split=split))
