"""Inputs that are read one by one, again as often as is needed: nothing of millions is kept."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kerasapps.errors import ConfigError, DataError
from kerasapps.process.all_cores import size_of
from kerasapps.wording.shortened import shortened
from kerasapps.workflow.inputs import Inputs


class Item(NamedTuple):
    """One input.

    Attributes:
        name: what messages call it: "line 7", "a.csv, row 3".
        value: as the bundle takes it; of no use where there is a problem.
        cells: what a table says of it, in the order of the columns; None: the value itself, or of a
            row its values by column.
        problem: why it cannot be read, if that is known already.
        within: whether it is a part of something, so that what is wrong with it must be told with
            its name.
    """

    name: str
    value: Any
    cells: Sequence[Any] | None = None
    problem: str | None = None
    within: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of the places that inputs come from.

    Attributes:
        identity: what it is, for whoever asks whether it is the same as before.
        columns: of the table that is written, before the answers.
        items: begins to read; standard input can be read once only.
        total: about how many there are, where that can be found out; it may take its time.
        notes: how it is read; some come while it is read.
        once: whether it can be read only once.
    """

    identity: str
    columns: tuple[str, ...]
    items: Callable[[], Iterable[Item]]
    total: Callable[[], int | None] = lambda: None
    notes: list[str] = field(default_factory=list)
    once: bool = False


@dataclass(frozen=True)
class Feed:
    """All that is to be answered, in order.

    Attributes:
        parts: at least one; all have the same columns.
    """

    parts: Sequence[Part]

    def __post_init__(self) -> None:
        if not self.parts:
            raise ConfigError("there is nothing to answer.")
        first = self.parts[0]
        for part in self.parts[1:]:
            if set(part.columns) != set(first.columns):
                raise DataError(
                    f"{part.identity} has other columns ({shortened(part.columns)}) than "
                    f"{first.identity} ({shortened(first.columns)}): answer it alone."
                )

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of an input in the table that is written."""
        return self.parts[0].columns

    @property
    def identity(self) -> list[str]:
        """What all parts are."""
        return [part.identity for part in self.parts]

    @property
    def notes(self) -> list[str]:
        """How the inputs are read, as far as that is known; each once."""
        return list(dict.fromkeys(note for part in self.parts for note in part.notes))

    @property
    def once(self) -> bool:
        """Whether they can be read only once."""
        return any(part.once for part in self.parts)

    def items(self) -> Iterator[Item]:
        """All inputs, from the beginning."""
        columns = self.columns
        for part in self.parts:
            if part.columns == columns:
                yield from part.items()
                continue
            places = [part.columns.index(name) for name in columns]
            for item in part.items():
                cells = item.cells
                yield item if cells is None else item._replace(cells=[cells[p] for p in places])

    def total(self) -> int | None:
        """About how many there are, where that can be found out."""
        counts = []
        for part in self.parts:
            count = part.total()
            if count is None:
                return None
            counts.append(count)
        return sum(counts)


class Digest:
    """Tells whether the first inputs are those that were there before."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=16)

    def add(self, item: Item) -> None:
        """One more input."""
        value = item.value
        content = value if isinstance(value, bytes) else repr(value).encode("utf-8", "replace")
        self._hash.update(b"%d:" % len(content))
        self._hash.update(content)

    @property
    def text(self) -> str:
        """Of all inputs so far."""
        return self._hash.hexdigest()


def size_of_item(item: Item) -> int:
    """Bytes that an input takes in memory, as far as that counts."""
    return size_of(item.value)


def part_of_inputs(inputs: Inputs, *, kind: str, identity: str) -> Part:
    """A few inputs that are in memory already.

    Args:
        inputs: all of them.
        kind: what an input is, as the column is called where inputs have none.
        identity: what they are.
    """
    columns = tuple(inputs.columns)

    def items() -> Iterator[Item]:
        for each in inputs.inputs:
            cells = None
            if columns:
                cells = [each.value[name] if each.value else "" for name in columns]
            yield Item(each.name, each.value, cells, each.problem)

    return Part(
        identity=identity,
        columns=columns or (kind,),
        items=items,
        total=lambda: len(inputs.inputs),
        notes=list(inputs.notes),
    )


def part_of_values(values: Iterable[Any], *, kind: str, noun: str) -> Part:
    """Inputs of a Python program, one by one; what is no list can be read once.

    Args:
        values: as the bundle takes them; rows are mappings.
        kind: what an input is, as its column is called.
        noun: the same for messages.
    """
    listed = values if isinstance(values, Sequence) else None
    once = listed is None
    each = iter(values)
    first = next(each, None) if listed is None else next(iter(listed), None)
    columns = tuple(map(str, first)) if isinstance(first, Mapping) else (kind,)

    def items() -> Iterator[Item]:
        known = [] if first is None else [first]
        start = itertools.chain(known, each) if listed is None else listed
        for number, value in enumerate(start, 1):
            name = f"{noun} {number}"
            if isinstance(value, Mapping):
                yield _row_item(name, value, columns)
            else:
                yield Item(name, value, None if _is_plain(value) else (name,), within=True)

    return Part(
        identity=f"{noun}s of a program",
        columns=columns,
        items=items,
        total=lambda: None if listed is None else len(listed),
        once=once,
    )


def _row_item(name: str, value: Mapping[str, Any], columns: Sequence[str]) -> Item:
    lacking = [column for column in columns if column not in value]
    if lacking:
        said = f"{name} lacks {shortened(list(map(repr, lacking)))}, which the first has"
        return Item(name, {}, [value.get(column, "") for column in columns], said)
    return Item(name, dict(value), [cell_of(value[column]) for column in columns], within=True)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) or hasattr(value, "__fspath__")


def cell_of(value: Any) -> Any:
    """A value as a cell of a table."""
    return "" if value is None else value
