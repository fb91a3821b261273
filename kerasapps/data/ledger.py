"""Where the rows of a source come from, and which of them cannot be used, in a few bytes each."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Generic, overload

import numpy as np

from kerasapps.data.audit import BrokenRow, ItemT, Listed
from kerasapps.data.partition import split_code
from kerasapps.data.sources.rows import Problem, Row, origin


class Origins(Sequence[str]):
    """Names of rows ("train.csv, row 7"), made when they are asked for.

    Args:
        names: of the files; "" where there is none.
        files: int32 `(n,)` index into `names`.
        numbers: int64 `(n,)` row or place in the file, or -1 where the name says it all.
    """

    def __init__(self, names: Sequence[str], files: np.ndarray, numbers: np.ndarray) -> None:
        self._names, self._files, self._numbers = names, files, numbers

    @property
    def names(self) -> tuple[str, ...]:
        """Those of the files."""
        return tuple(self._names)

    def columns(self) -> dict[str, np.ndarray]:
        """What is kept of each row, by name: the file, and the row in it."""
        return {"origin_files": self._files, "origin_numbers": self._numbers}

    def select(self, rows: np.ndarray) -> Origins:
        """Those of some rows, int64 `(n,)`."""
        return Origins(self._names, self._files[rows], self._numbers[rows])

    def __len__(self) -> int:
        return len(self._files)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Origins: ...
    def __getitem__(self, index: int | slice) -> str | Origins:
        if isinstance(index, slice):
            return Origins(self._names, self._files[index], self._numbers[index])
        number = int(self._numbers[index])
        return origin(self._names[self._files[index]], None if number < 0 else number)


class Tally(Generic[ItemT]):
    """Counts findings in rows, and keeps the first of them.

    Args:
        item: makes a finding of where its row comes from and what was found.
    """

    def __init__(self, item: Callable[..., ItemT]) -> None:
        self._item = item
        self._total = 0
        self._first: list[ItemT] = []

    def add(self, row: Row, *details: str) -> None:
        """Count a finding in a row; beyond the first ones it is not even made."""
        self._total += 1
        if len(self._first) < Listed.LIMIT:
            self._first.append(self._item(origin(row.where, row.number), *details))

    def listed(self) -> Listed[ItemT]:
        """How many there are, and the first."""
        return Listed(self._total, tuple(self._first))


class Ledger:
    """Books every row of a source, one after another.

    Attributes:
        faults: how many rows cannot be used, by kind.
        seen: the splits that rows name, broken ones too; None if a usable row names none.
    """

    def __init__(self) -> None:
        self.faults: Counter[str] = Counter()
        self.seen: set[str | None] = set()
        self._files: dict[str, int] = {}
        self._columns = {name: array(code) for name, code in _COLUMNS.items()}
        self._broken = Tally(BrokenRow)

    def note(self, row: Row, problem: Problem | None) -> bool:
        """Book one row; whether it can be used.

        Args:
            row: the next of the source.
            problem: what is wrong with it.
        """
        if problem is None or row.split is not None:  # a broken row may have lost its split
            self.seen.add(row.split)
        if problem is not None:
            self.faults[problem.fault] += 1
            self._broken.add(row, *problem)
            return False
        self._columns["file"].append(self._files.setdefault(row.where, len(self._files)))
        self._columns["row"].append(-1 if row.number is None else row.number)
        self._columns["split"].append(split_code(row.split))
        return True

    @property
    def broken(self) -> Listed[BrokenRow]:
        """The rows that cannot be used."""
        return self._broken.listed()

    def origins(self) -> Origins:
        """Where the usable rows come from."""
        files, rows = np.array(self._columns["file"]), np.array(self._columns["row"])
        return Origins(tuple(self._files), files, rows)

    def splits(self) -> np.ndarray:
        """int8 `(n,)` split codes of the usable rows; see `partition`."""
        return np.array(self._columns["split"])


class Digests:
    """128-bit digests of contents, a fixed number of them for each row.

    Args:
        each: how many a row has.
    """

    def __init__(self, each: int) -> None:
        self._each = each
        self._bytes = bytearray()

    def add(self, *contents: bytes) -> None:
        """Append those of one row."""
        for content in contents:
            self._bytes += hashlib.blake2b(content, digest_size=16).digest()

    def columns(self) -> list[np.ndarray]:
        """uint64 `(n, 2)`, most significant first, for each content of a row."""
        words = np.frombuffer(bytes(self._bytes), ">u8").astype(np.uint64)
        rows = words.reshape(-1, self._each, 2)
        return [rows[:, place] for place in range(self._each)]


_COLUMNS = {"file": "i", "row": "q", "split": "b"}
