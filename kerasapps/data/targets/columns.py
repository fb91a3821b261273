"""Several columns of a table that together are the target become one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from kerasapps.config.targets import TargetKind, bare_column
from kerasapps.data.rows.cells import MISSING, cell_text
from kerasapps.data.sources.column_choice import LABEL_NAMES, usual_place
from kerasapps.data.sources.columns import named_column, refuse_doubled_names, split_column
from kerasapps.data.sources.delimited import Record
from kerasapps.data.sources.rows import Problem, width_problem
from kerasapps.data.sources.split_names import split_named
from kerasapps.data.sources.table import Table
from kerasapps.data.targets.cells import bit_of
from kerasapps.errors import DataError
from kerasapps.wording.shortened import shortened

_LOOKED_AT = 100  # rows of a sample
_SHOWN = 5  # columns in a name
_ONE_HOT, _NAMED = "one-hot ", "columns "

Fold = Callable[[Mapping[str, object]], tuple[object, Problem | None]]
"""From the cells of a row by column to its target, and what is wrong with them."""


def fold_targets(
    table: Table,
    *,
    kind: TargetKind | None,
    columns: Sequence[str],
    label_column: str | None,
    others: Collection[str | None],
    noun: str,
) -> Table:
    """The table with one column in place of several that are its target together.

    These are the columns that the user named; else columns of ones and zeros, one a class or label,
    unless the table has a column of labels, by option or by a usual name. Their cells become a
    mapping of all columns; where examples have one class that which has the one.

    Args:
        table: to be read.
        kind: of the targets; None: guessed.
        columns: that the user named.
        label_column: likewise, of a single one.
        others: columns that are known to hold something else.
        noun: what an example is, in the singular.

    Raises:
        DataError: if a column is not there, holds something else, or its name stands over two; or
            rows have several ones where an example has one class.
    """
    if columns:
        return _folded(table, _named(table, columns, others), _mapping, title=_NAMED)
    folded = {name.strip().lower() for name in table.names}
    if label_column is not None or folded & set(LABEL_NAMES) or kind == "number":
        return table
    places = [place for place in range(len(table.names)) if _holds_bits(table, place, others)]
    if len(places) < 2:
        return table
    if kind != "class":
        return _folded(table, places, _mapping, title=_ONE_HOT)
    _refuse_several(table, places, noun)
    return _folded(table, places, _hot, title=_ONE_HOT)


def target_place(names: Sequence[str], free: Sequence[int]) -> int | None:
    """The place of the target among columns that `fold_targets` saw, if their names tell it.

    It is the column made of those that the user named; else one of a usual name; else the one made
    of ones and zeros.

    Args:
        names: of all columns.
        free: the places that may be taken.
    """
    last = len(names) - 1
    if names and is_named_target(names[-1]):
        return last
    usual = usual_place(names, LABEL_NAMES, free)
    made = bool(names) and names[-1].startswith(_ONE_HOT)
    return last if usual is None and made else usual


def is_named_target(name: str) -> bool:
    """Whether a column is the one that `fold_targets` made of those that the user named."""
    return name.startswith(_NAMED)


def _named(table: Table, columns: Sequence[str], others: Collection[str | None]) -> list[int]:
    """The places of the columns that the user named.

    Raises:
        DataError: see `fold_targets`.
    """
    where = table.where or "the table"
    bare = [name if name in table.names else bare_column(name) for name in columns]
    refuse_doubled_names(table.names, bare, where)
    places = [
        place
        for name in bare
        if (place := named_column(name, table.names, option="target_columns", where=where))
        is not None
    ]
    split = split_column(table.names, table.sample)
    for place in places:
        name = table.names[place]
        if name in others or place == split:
            what = "the splits of rows" if place == split else "what is read"
            raise DataError(
                f"target_columns names {name!r}, the column with {what} in {where}: name the "
                "columns of what is answered only"
            )
    return places


def _holds_bits(table: Table, place: int, others: Collection[str | None]) -> bool:
    name = table.names[place]
    values = [row[place] for row in table.sample[:_LOOKED_AT] if len(row) > place]
    other = name in others or split_named(name) is not None
    return bool(values) and not other and all(bit_of(value) is not None for value in values)


def _folded(table: Table, places: Sequence[int], target_of: Fold, *, title: str) -> Table:
    rest = [place for place in range(len(table.names)) if place not in places]
    names = [table.names[place] for place in places]

    def fold(record: Record) -> Record:
        # A row that is too short may have as many fields as are left.
        problem = record.problem or width_problem(record.fields, table.names)
        if problem is not None:
            return Record(record.number, [], problem)
        target, problem = target_of({table.names[place]: record.fields[place] for place in places})
        return Record(record.number, [*(record.fields[place] for place in rest), target], problem)

    def records(wanted: Sequence[int]) -> Iterator[Record]:
        chosen = {rest[index] for index in wanted if index < len(rest)}
        return map(fold, table.records(sorted(chosen | set(places))))

    return dataclasses.replace(
        table,
        names=[
            *(table.names[place] for place in rest),
            f"{title}{shortened(names, _SHOWN, more=', …')}",
        ],
        sample=[fold(Record(0, list(row))).fields for row in table.sample],
        records=records,
    )


def _refuse_several(table: Table, places: Sequence[int], noun: str) -> None:
    """Make sure that no row of the sample has several classes.

    Raises:
        DataError: if one has; it names them.
    """
    for row in table.sample:
        if len(row) != len(table.names):
            continue
        _, problem = _hot({table.names[place]: row[place] for place in places})
        if problem is not None and problem.fault == "bad label":
            raise DataError(
                f"{table.where or 'the table'} has {problem.reason} in one row: here a {noun} "
                "has one label. Name the column of the one to learn with label_column"
            )


def _mapping(values: Mapping[str, object]) -> tuple[Any, Problem | None]:
    """All columns; None where none of them has a value."""
    missing = all(cell_text(value) == MISSING for value in values.values())
    return (None if missing else dict(values)), None


def _hot(values: Mapping[str, object]) -> tuple[str | None, Problem | None]:
    """The class whose column has a one, if any has, and what is wrong with the row."""
    odd = [name for name, value in values.items() if bit_of(value) is None]
    if odd:
        reason = f"{odd[0]} is {values[odd[0]]!r}, where the rows before have 0 or 1"
        return None, Problem("format", reason)
    hot = [name for name, value in values.items() if bit_of(value)]
    if len(hot) > 1:
        return None, Problem("bad label", f"several labels: {shortened(hot, _SHOWN, more=', …')}")
    return hot[0] if hot else None, None
