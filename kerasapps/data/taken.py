"""Some examples of several splits as one: nothing is read, and long columns are not copied."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.rows.values import Values
from kerasapps.data.sources.places import Places
from kerasapps.data.splits import is_of_all

ExamplesT = TypeVar("ExamplesT")
ItemT = TypeVar("ItemT")


class Taken(Sequence[ItemT]):
    """Items of several sequences, each asked for when it is needed.

    Args:
        parts: the sequences, one behind the other.
        rows: int64 `(n,)` places in all of them.
    """

    def __init__(self, parts: Sequence[Sequence[ItemT]], rows: NDArray[np.int64]) -> None:
        self._parts = tuple(parts)
        self._rows = rows
        self._starts = np.cumsum([0, *map(len, parts)])

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> ItemT: ...
    @overload
    def __getitem__(self, index: slice) -> Taken[ItemT]: ...
    def __getitem__(self, index: int | slice) -> ItemT | Taken[ItemT]:
        if isinstance(index, slice):
            return Taken(self._parts, self._rows[index])
        row = self._rows[index]
        part = int(np.searchsorted(self._starts, row, side="right")) - 1
        return self._parts[part][int(row - self._starts[part])]


def taken(parts: Sequence[ExamplesT], rows: NDArray[np.int64], *, like: ExamplesT) -> ExamplesT:
    """Some of the examples of several splits.

    Args:
        parts: examples of one kind, a dataclass whose fields hold one value an example each, but
            for those that are marked with `splits.OF_ALL`.
        rows: int64 `(n,)` places among the examples of all parts, one part behind the other.
        like: whose marked fields are taken.

    Returns:
        The same kind of examples, in the order of `rows`.
    """
    values = {
        field.name: getattr(like, field.name)
        if is_of_all(field)
        else _column([getattr(part, field.name) for part in parts], rows)
        for field in dataclasses.fields(like)  # type: ignore[arg-type]
    }
    return type(like)(**values)


def _column(parts: Sequence[Any], rows: NDArray[np.int64]) -> Any:
    first = parts[0]
    if any(part is None for part in parts) or not any(map(len, parts)):
        return first  # nobody says it of these
    if isinstance(first, np.ndarray):
        return np.concatenate(parts)[rows]
    if isinstance(first, Mapping):
        return {name: _column([part[name] for part in parts], rows) for name in first}
    if isinstance(first, Values | Places):
        joined = _joined(parts) if isinstance(first, Values) else Places.joined(parts)
        return joined.select(rows)
    if isinstance(first, list | tuple):
        items = [item for part in parts for item in part]
        return type(first)([items[row] for row in rows.tolist()])
    return Taken(parts, rows)


def _joined(parts: Sequence[Values]) -> Values:
    """The values of all parts; those of one column have the same texts most of the time."""
    texts = dict.fromkeys(text for part in parts for text in part.texts)
    places = {text: place for place, text in enumerate(texts)}
    codes = [
        np.array([places[text] for text in part.texts], np.int32)[part.codes] for part in parts
    ]
    return Values(tuple(texts), np.concatenate(codes))
