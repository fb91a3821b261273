"""Examined pictures become training, validation and test: without leaks, stratified, seeded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.found import Found
from kerasapps.data.images.audit import Conflict, Duplicate
from kerasapps.data.images.collect import PictureCollection
from kerasapps.data.partition import (
    dense_ranks,
    draw_contents,
    number_contents,
    order_copies,
    place_contents,
    wanted_shares,
    with_several,
)
from kerasapps.data.sources.file_entries import FileEntries, name_of_split
from kerasapps.data.sources.places import Place, Places
from kerasapps.data.splits import SPLITS
from kerasapps.data.targets.kinds import shown_apart
from kerasapps.data.targets.placement import PlacedTargets, place_targets
from kerasapps.data.targets.targets import Targets

_BLOCK = 10_000  # digests as text
_UNUSED = len(SPLITS)  # the code of what is in no split
_NAMES = (*SPLITS, "", "")  # by code; the last is that of a picture without a split


@dataclass(frozen=True, eq=False)
class PicturePlacement:
    """Where every picture goes.

    Attributes:
        rows: int64, the pictures in use, in content order.
        splits: int8, the split code of each of them.
        targets: what they are to be answered with.
        brought: the splits that pictures in use came with.
        duplicates: same pictures in different splits.
        copies: same pictures within a split.
        conflicts: same pictures under different labels.
    """

    rows: np.ndarray
    splits: np.ndarray
    targets: PlacedTargets
    brought: frozenset[str | None]
    duplicates: Found[Duplicate]
    copies: Found[Duplicate]
    conflicts: Found[Conflict]

    @property
    def errors(self) -> tuple[str, ...]:
        """Why the pictures cannot be split, or learnt from."""
        return self.targets.errors

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of classes and labels."""
        return self.targets.warnings


@dataclass(frozen=True, eq=False)
class _Copies:
    """Which pictures are the same, and which of them stay.

    Attributes:
        contents: int64 `(n,)` content numbers.
        heads: int64, of each content a row that has it.
        ranks: int64 `(n,)`, what decides between copies of equal protection.
        order: int64 `(n,)` rows, copies side by side, the best protected first.
        first: int64 `(n,)`, for every row the first of its copies.
        dropped: bool `(n,)`, whether a better protected split has the picture too.
    """

    contents: np.ndarray
    heads: np.ndarray
    ranks: np.ndarray
    order: np.ndarray
    first: np.ndarray
    dropped: np.ndarray


def place_pictures(
    collection: PictureCollection, *, config: LoadConfig, seed: int
) -> PicturePlacement:
    """Drop pictures that are also in a better protected split, and make the missing splits.

    Test outranks validation, validation outranks training. Copies within a split stay, and stay
    together. Without any splits, test and validation take `config.test_split` and
    `config.validation_split` of every class or label. A split that is missing beside the given ones
    is taken from training.

    Args:
        collection: the usable pictures.
        config: the sizes of the missing splits, and what to do with classes unknown in training.
        seed: of their draw; a picture's place depends on its pixels and the seed only: not on file
            names, nor on the order of the files.
    """
    entries = collection.entries
    copies = _find_copies(collection)
    kept = copies.order[~copies.dropped[copies.order]]
    targets = Targets.numbered(entries.labels, entries.codes[kept], collection.form)
    splits = entries.splits[kept]
    shares = wanted_shares(splits, config)
    placed, few = place_contents(
        copies.contents[kept],
        targets.strata,
        splits,
        ranks=copies.ranks[kept],
        draws=draw_contents(seed, _hex_digests(collection.digests, copies.heads)),
        shares=shares,
        sets=targets.sets,
    )
    answers = place_targets(targets, placed, few=few, shares=shares, config=config, noun="picture")
    used, codes = kept[answers.kept], placed[answers.kept]
    names = _label_ranks(entries)[entries.codes[used]]
    order = np.lexsort((names, *collection.digests[used].T[::-1]))
    whole = np.full(len(entries), _UNUSED, np.int8)
    whole[used] = codes
    across, within = _list_copies(entries, copies, whole)
    return PicturePlacement(
        rows=used[order],
        splits=codes[order],
        targets=answers,
        brought=frozenset(map(name_of_split, np.unique(splits))),
        duplicates=across,
        copies=within,
        conflicts=_list_conflicts(entries, copies, collection.form.answers),
    )


def fingerprint(collection: PictureCollection, placement: PicturePlacement) -> str:
    """SHA-256 over the sorted (split, content, label) of all pictures in use."""
    rows, entries = placement.rows, collection.entries
    names = _label_ranks(entries, end="\n")[entries.codes[rows]]
    splits = np.array([SPLITS.index(name) for name in sorted(SPLITS)]).argsort()[placement.splits]
    words = collection.digests.T[::-1]
    order = np.lexsort((names, *(column[rows] for column in words), splits))
    digest = hashlib.sha256()
    contents = _hex_digests(collection.digests, rows[order])
    for place, content in zip(order, contents, strict=True):
        split, label = SPLITS[placement.splits[place]], entries.label(rows[place])
        digest.update(f"{split}\t{content}\t{label}\n".encode())
    return digest.hexdigest()


def _find_copies(collection: PictureCollection) -> _Copies:
    contents, heads = number_contents(collection.digests)
    splits, ranks = collection.entries.splits, _ranks(collection.entries, contents)
    order, first = order_copies(contents, splits, ranks)
    return _Copies(contents, heads, ranks, order, first, splits != splits[first])


def _ranks(entries: FileEntries, contents: np.ndarray) -> np.ndarray:
    """int64 `(n,)`, the order of label and path among copies; 0 of what has none."""
    ranks = np.zeros(len(contents), np.int64)
    if len(contents):
        rows = np.flatnonzero((np.bincount(contents) > 1)[contents])
        keys = [(entries.label(row), *_parts(entries.places[row])) for row in rows.tolist()]
        ranks[rows] = dense_ranks(keys)
    return ranks


def _parts(place: Place) -> tuple[str, ...]:
    """What places are ordered by: folders before names, numbers by their size."""
    if isinstance(place, Path):
        return place.parts
    return *place.file.parts, f"{place.number:020d}"


def _label_ranks(entries: FileEntries, end: str = "") -> np.ndarray:
    """int64, the place of each label among all, each followed by `end`."""
    return dense_ranks([(label + end,) for label in entries.labels])


def _hex_digests(digests: np.ndarray, rows: np.ndarray) -> Iterator[str]:
    """The digests of some rows as text, of which only a few are held at once."""
    for start in range(0, len(rows), _BLOCK):
        for words in digests[rows[start : start + _BLOCK]].astype(">u8"):
            yield words.tobytes().hex()


@dataclass(frozen=True, eq=False)
class _DuplicateAt:
    """Makes the duplicate of a number; see `Found`."""

    kept: Places
    kept_splits: np.ndarray
    copies: Places
    copy_splits: np.ndarray
    dropped: bool

    def __call__(self, number: int) -> Duplicate:
        kept_split, copy_split = self.kept_splits[number], self.copy_splits[number]
        return Duplicate(
            self.kept[number],
            _NAMES[kept_split],
            self.copies[number],
            _NAMES[copy_split],
            self.dropped,
        )


def _list_copies(
    entries: FileEntries, copies: _Copies, placed: np.ndarray
) -> tuple[Found[Duplicate], Found[Duplicate]]:
    """The same pictures in different splits as the source has these, and within those made here.

    Args:
        entries: of all pictures.
        copies: which of them are the same.
        placed: int8 `(n,)`, the split code of each; `_UNUSED` of those in none.
    """
    order, first = copies.order, copies.first
    further = order[first[order] != order]
    dropped = copies.dropped[further]
    # Under another label it is no copy to keep but a conflict, which is told as such.
    alike = entries.codes[further] == entries.codes[first[further]]

    def found(rows: np.ndarray, splits: np.ndarray, *, left_out: bool) -> Found[Duplicate]:
        best, places = first[rows], entries.places
        at = _DuplicateAt(
            places.select(best), splits[best], places.select(rows), splits[rows], left_out
        )
        return Found(len(rows), at)

    return (
        found(further[dropped], entries.splits, left_out=True),
        found(further[~dropped & alike], placed, left_out=False),
    )


@dataclass(frozen=True, eq=False)
class _ConflictAt:
    """Makes the conflict of a number; see `Found`."""

    entries: FileEntries
    starts: np.ndarray
    answers: tuple[str, ...]

    def __call__(self, number: int) -> Conflict:
        group = self.entries[self.starts[number] : self.starts[number + 1]]
        labels = sorted({each.label for each in group})
        return Conflict(tuple(group.places), shown_apart(labels, self.answers))


def _list_conflicts(
    entries: FileEntries, copies: _Copies, answers: tuple[str, ...]
) -> Found[Conflict]:
    several = with_several(copies.contents, entries.codes)
    rows = copies.order[several[copies.contents[copies.order]]]
    starts = np.flatnonzero(np.diff(copies.contents[rows], prepend=-1, append=-1))
    return Found(int(several.sum()), _ConflictAt(entries.select(rows), starts, answers))
