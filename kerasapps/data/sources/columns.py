"""The columns of a table that matter, and how a further file of the same data has them."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kerasapps.data.sources.rows import is_missing
from kerasapps.data.sources.split_names import split_named
from kerasapps.errors import DataError
from kerasapps.wording.shortened import shortened

SPLIT_COLUMN = "split"
_LIKE_SPLIT = (
    "dataset", "data set", "data_set", "data_split", "set", "subset", "partition", "usage", "phase",
    "fold", "part",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """A value that a kind of data has in each example, and how its column is found.

    Attributes:
        noun: what it is, such as "text".
        option: by which the user names its column, such as "text_column".
        named: the name that the user gave; None: it is guessed.
        usual: names that such a column usually has, in lower case, the most usual first.
    """

    noun: str
    option: str
    named: str | None = None
    usual: tuple[str, ...] = ()


@dataclass(frozen=True)
class Columns:
    """Where the values of a table's rows are.

    Attributes:
        names: of all columns; "column 1", "column 2" … without a header.
        header: whether the first row holds the names.
        wanted: what they are read for; none where all are read alike.
        places: the indices of those that are read.
        split: index of the column that names the split, or None.
        guessed: whether one of these was not named by option.
        usual: whether what was guessed has a usual name.
        otherwise: how to say otherwise where names leave a choice; "" where they do not.
    """

    names: tuple[str, ...]
    header: bool
    wanted: tuple[Wanted, ...]
    places: tuple[int, ...]
    split: int | None
    guessed: bool
    usual: bool = True
    otherwise: str = ""

    def describe(self, where: str, *, first_row: bool = False) -> str:
        """One line for the user: what was taken for what, and how to say otherwise in doubt.

        Args:
            where: the table.
            first_row: whether names would stand in its first row, as in a CSV file.
        """
        doubtful = self.guessed and not self.usual
        header = "the first row has the names of columns; " if first_row and doubtful else ""
        if not self.header:
            header = "no header; "
        taken = [
            f"{each.noun} in {self.names[place]!r}"
            for each, place in zip(self.wanted, self.places, strict=False)
        ]
        if not self.wanted and not self.header:
            taken = [f"columns are called {self.names[0]!r} to {self.names[-1]!r}"]
        if self.split is not None:
            taken.append(f"split in {self.names[self.split]!r}")
        options = " and ".join(f"--{each.option.replace('_', '-')}" for each in self.wanted)
        hint = f"; {self.otherwise}" if self.otherwise else ""
        hint = f"; name them with {options} if that is wrong" if doubtful else hint
        return f"{where}: {header}{', '.join(taken)}{hint}"


def unread_splits(columns: Columns) -> str | None:
    """A line on columns that are called after splits, such as `is_test`, and are not read."""
    read = {*columns.places, columns.split}
    names = [
        name
        for place, name in enumerate(columns.names)
        if place not in read and split_named(name) is not None
    ]
    if columns.split is not None or not names:
        return None
    listed = ", ".join(map(repr, names))
    return f"{listed} is not read: splits come from a column {SPLIT_COLUMN!r} of train and test"


def unread_columns(columns: Columns) -> str | None:
    """A line on the columns that are not read where all are wanted: the first file lacks them."""
    read = {*columns.places, columns.split}
    further = [repr(name) for place, name in enumerate(columns.names) if place not in read]
    if columns.wanted or not further:
        return None
    return f"further columns are not read: {shortened(further)}"


def match_columns(like: Columns, names: Sequence[str], *, header: bool, where: str) -> Columns:
    """The columns of a further file of the same data, found by the names of the first file's.

    Raises:
        DataError: if one is missing; it lists the columns.
    """
    places = []
    for index in like.places:
        if like.names[index] not in names:
            raise DataError(
                f"{where} has no column {like.names[index]!r}, as the first file has; "
                f"{listed_columns(names)}"
            )
        places.append(list(names).index(like.names[index]))
    return Columns(tuple(names), header, like.wanted, tuple(places), None, False)


def refuse_doubles(columns: Columns, where: str) -> None:
    """Make sure that each name which says where to read stands over one column only.

    Raises:
        DataError: if another column has the same name.
    """
    places = (*columns.places, *(() if columns.split is None else (columns.split,)))
    refuse_doubled_names(columns.names, [columns.names[place] for place in places], where)


def refuse_doubled_names(names: Sequence[str], wanted: Sequence[str], where: str) -> None:
    """Make sure that each name of `wanted` stands over one column only.

    Raises:
        DataError: if another column has the same name.
    """
    for name in wanted:
        count = list(names).count(name)
        if count > 1:
            raise DataError(
                f"{where} has {count} columns {name!r}, and which of them is meant cannot be told: "
                f"rename the others; {listed_columns(names)}"
            )


def named_column(
    wanted: str | None, names: Sequence[str], *, option: str, where: str
) -> int | None:
    """Index of the column that the user named; None if the user did not.

    Args:
        wanted: the name.
        names: of all columns.
        option: by which the user named it.
        where: the table, for the message.

    Raises:
        DataError: if there is none of that name; it lists them.
    """
    if wanted is None:
        return None
    if wanted in names:
        return list(names).index(wanted)
    near = difflib.get_close_matches(wanted, names, n=1)
    missing, columns = f"{where} has no column {wanted!r} ({option})", listed_columns(names)
    if near:
        raise DataError(f"{missing}; did you mean {near[0]!r}? I{columns[1:]}")
    raise DataError(f"{missing}; {columns}")


def split_column(
    names: Sequence[str],
    sample: Sequence[Sequence[object]] = (),
    *,
    taken: Sequence[int | None] = (),
    usual: Collection[str] = (),
) -> int | None:
    """Index of the column that names the split, if there is one.

    It is called "split"; or something else that is usual, if all its values name splits; or
    anything, if one of these is that of training. (A test split alone may be any word.)

    Args:
        names: of the columns.
        sample: some rows.
        taken: columns that the user wants for something else.
        usual: names, in lower case, of columns that hold something else.
    """
    free = {name.strip().lower(): i for i, name in enumerate(names) if i not in taken}
    if SPLIT_COLUMN in free:
        return free[SPLIT_COLUMN]
    named = {name: _splits(sample, place) for name, place in free.items() if name not in usual}
    known = [name for name, splits in named.items() if splits and name in _LIKE_SPLIT]
    others = [name for name, splits in named.items() if "train" in splits]
    return free[[*known, *others][0]] if known or others else None


def _splits(sample: Sequence[Sequence[object]], place: int) -> set[str | None]:
    """The splits that the values of a column name; none if one of them is something else."""
    values = [row[place] for row in sample if len(row) > place and not is_missing(row[place])]
    splits = {split_named(str(value)) for value in values if str(value).strip()}
    return set() if None in splits else splits


def listed_columns(names: Sequence[str]) -> str:
    """The first columns, for a message."""
    return f"its columns: {shortened(names)}"
