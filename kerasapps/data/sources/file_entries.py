"""The files of a source with their targets, before anybody looked inside, in a few bytes each."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np

from kerasapps.data.partition import NO_SPLIT, split_code
from kerasapps.data.sources.places import Place, PlaceColumns, Places, column_of
from kerasapps.data.splits import SPLITS

_NO_NUMBER = -1


@dataclass(frozen=True)
class FileEntry:
    """One example as a source names it, before anybody looked inside.

    Attributes:
        path: the encoded file, or the place within a shard.
        label: its target as a text, such as the class's name; see `targets.kinds`.
        split: one of `SPLITS`, or None when the source does not say.
        origin: where the entry comes from when that is not the path itself ("row 7").
    """

    path: Place
    label: str
    split: str | None = None
    origin: str = ""


@dataclass(frozen=True, eq=False)
class FileEntries(Sequence[FileEntry]):
    """Entries in columns; each is made when it is asked for.

    Attributes:
        places: where the examples are.
        labels: the different targets as texts, in the order in which they came.
        codes: int32 `(n,)` index into `labels`.
        splits: int8 `(n,)` split codes; see `partition`.
        wheres: the different tables that name entries; "" is none.
        where: int32 `(n,)` index into `wheres`.
        numbers: int64 `(n,)` row in the table, or of an example without one; -1 where the place
            says it all.
    """

    places: Places
    labels: tuple[str, ...]
    codes: np.ndarray
    splits: np.ndarray
    wheres: tuple[str, ...]
    where: np.ndarray
    numbers: np.ndarray

    @classmethod
    def of(cls, entries: Iterable[tuple[Place, str, str | None]]) -> FileEntries:
        """Those of places, labels and splits."""
        columns = EntryColumns()
        for place, label, split in entries:
            columns.add(place, label, split)
        return columns.finish()

    def select(self, rows: np.ndarray | slice) -> FileEntries:
        """Those of some rows: int `(n,)`, a mask bool `(n,)` or a slice."""
        return replace(
            self,
            places=self.places.select(rows),
            codes=self.codes[rows],
            splits=self.splits[rows],
            where=self.where[rows],
            numbers=self.numbers[rows],
        )

    def relabelled(self, rename: Callable[[str], str]) -> FileEntries:
        """The same with other names of their targets."""
        labels, codes = _joined([([rename(label) for label in self.labels], self.codes)])
        return replace(self, labels=labels, codes=codes)

    def with_labels(self, labels: Mapping[int, str]) -> FileEntries:
        """The same with other targets of some rows."""
        places = {label: place for place, label in enumerate(self.labels)}
        codes = self.codes.copy()
        for row, label in labels.items():
            codes[row] = places.setdefault(label, len(places))
        return replace(self, labels=tuple(places), codes=codes)

    def moved(self, place: Callable[[str | None], str | None]) -> FileEntries:
        """The same in other splits.

        Args:
            place: from the split of an entry to its other one; asked once for each.
        """
        splits = self.splits.copy()
        for code in np.unique(self.splits):
            splits[self.splits == code] = split_code(place(name_of_split(code)))
        return replace(self, splits=splits)

    @property
    def seen(self) -> frozenset[str | None]:
        """The splits that entries name; None where one names none."""
        return frozenset(map(name_of_split, np.unique(self.splits)))

    def label(self, row: int) -> str:
        """The target of an entry as a text."""
        return self.labels[self.codes[row]]

    def origin(self, row: int) -> str:
        """Where an entry comes from; "" where its place says so."""
        number, where = int(self.numbers[row]), self.wheres[self.where[row]]
        if number == _NO_NUMBER:
            return where
        return f"row {number} of {where}" if where else f"example {number}"

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, index: int) -> FileEntry: ...
    @overload
    def __getitem__(self, index: slice) -> FileEntries: ...
    def __getitem__(self, index: int | slice) -> FileEntry | FileEntries:
        if isinstance(index, slice):
            return self.select(index)
        split = name_of_split(self.splits[index])
        return FileEntry(self.places[index], self.label(index), split, self.origin(index))

    def __iter__(self) -> Iterator[FileEntry]:
        return map(self.__getitem__, range(len(self)))


class EntryColumns:
    """Takes entries one by one and keeps a few bytes of each."""

    def __init__(self) -> None:
        self._places = PlaceColumns()
        self._labels: dict[str, int] = {}
        self._wheres: dict[str, int] = {}
        self._codes, self._splits = array("i"), array("b")
        self._where, self._numbers = array("i"), array("q")

    def __len__(self) -> int:
        return len(self._codes)

    def add(
        self,
        place: Place,
        label: str,
        split: str | None = None,
        *,
        where: str = "",
        number: int | None = None,
    ) -> None:
        """Append an entry.

        Args:
            place: of the example.
            label: its target as a text.
            split: one of `SPLITS`, or None.
            where: the table that names it, or where it comes from if that has no rows.
            number: of the row, or of the example where there is no table.
        """
        self._places.add(place)
        self._codes.append(self._labels.setdefault(label, len(self._labels)))
        self._splits.append(split_code(split))
        self._where.append(self._wheres.setdefault(where, len(self._wheres)))
        self._numbers.append(_NO_NUMBER if number is None else number)

    def finish(self) -> FileEntries:
        """All of them."""
        return FileEntries(
            self._places.finish(),
            tuple(self._labels),
            column_of(self._codes),
            column_of(self._splits),
            tuple(self._wheres),
            column_of(self._where),
            column_of(self._numbers),
        )


def concatenated(parts: Sequence[FileEntries]) -> FileEntries:
    """The entries of all parts, one behind the other."""
    if len(parts) == 1:
        return parts[0]
    labels, codes = _joined([(each.labels, each.codes) for each in parts])
    wheres, where = _joined([(each.wheres, each.where) for each in parts])
    return FileEntries(
        Places.joined([each.places for each in parts]),
        labels,
        codes,
        np.concatenate([np.zeros(0, np.int8), *(each.splits for each in parts)]),
        wheres,
        where,
        np.concatenate([np.zeros(0, np.int64), *(each.numbers for each in parts)]),
    )


def name_of_split(code: int) -> str | None:
    """The split that a number stands for."""
    return None if code == NO_SPLIT else SPLITS[code]


def _joined(
    parts: Sequence[tuple[Sequence[str], np.ndarray]],
) -> tuple[tuple[str, ...], np.ndarray]:
    """Texts, each once, and the numbers of all parts by them."""
    places: dict[str, int] = {}
    numbers = [np.zeros(0, np.int32)]
    for names, codes in parts:
        renumber = [places.setdefault(name, len(places)) for name in names]
        numbers.append(np.array(renumber, np.int32)[codes])
    return tuple(places), np.concatenate(numbers)
