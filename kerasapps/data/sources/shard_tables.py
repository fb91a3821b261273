"""The records of shards become rows, as those of tables do; pictures stay where they lie."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kerasapps.data.sources.class_names import class_names
from kerasapps.data.sources.columns import Columns, refuse_doubles, unread_splits
from kerasapps.data.sources.delimited import Record
from kerasapps.data.sources.lines import LINE_LIMIT
from kerasapps.data.sources.picture_formats import PICTURE_SUFFIXES, guess_suffix
from kerasapps.data.sources.places import ShardPlace
from kerasapps.data.sources.raw_bytes import are_raw, chosen_columns
from kerasapps.data.sources.rows import Problem, RowListing, decode
from kerasapps.data.sources.shard_files import Shard, Shards
from kerasapps.data.sources.table import Table
from kerasapps.data.sources.tables import TableKind, rows_of
from kerasapps.errors import DataError
from kerasapps.shards import Located
from kerasapps.shards.record import name_fields
from kerasapps.shards.webdataset import KEY
from kerasapps.wording.harmless import printable
from kerasapps.wording.shortened import shortened

_SAMPLE = 64  # records of the first shard that its columns are guessed by
_SAMPLE_BYTES = 1 << 26
FOLDER = "class"
"""The column of the folders within an archive, where nothing else tells classes."""


class Cell(NamedTuple):
    """The value of a column, and the field of the record that it is from."""

    field: str
    value: object


@dataclasses.dataclass(frozen=True)
class ShardHead:
    """What the first records of the first shard tell of all.

    Attributes:
        names: of the columns, in the order in which they come.
        sample: some rows.
        classes: names of classes by the column of their numbers.
        by_folder: whether the folders within archives are the classes.
        picture: column of pictures whose suffixes differ; None if there is none.
        raw: columns of bytes that are neither encoded pictures nor texts.
    """

    names: tuple[str, ...]
    sample: tuple[tuple[object, ...], ...]
    classes: Mapping[str, Sequence[str]]
    by_folder: bool = False
    picture: str | None = None
    raw: frozenset[str] = frozenset()


def shard_head(shards: Shards) -> ShardHead:
    """What the first records tell of all.

    Raises:
        DataError: if the first shard has none, or cannot be read.
        DependencyError: if a package is missing that reads its format.
    """
    first = shards.parts[0].file
    found: list[Mapping[str, Cell]] = []
    size = 0
    tar = shards.format.name == "webdataset"
    records = [each for _, each in zip(range(_SAMPLE), _bounded(shards), strict=False)]
    by_folder = tar and all(_only_in_folder(each) for each in records)
    for located in records:
        found.append(_cells(located, by_folder=by_folder))
        size += located.length
    if not found:
        raise DataError(f"{printable(first)} has no examples: leave it out")
    names = tuple(dict.fromkeys(name for cells in found for name in cells))
    names = tuple(name for name in names if any(_is_there(each, name) for each in found))
    picture = next((name for name in names if tar and f".{name}" in PICTURE_SUFFIXES), None)
    classes = class_names(first, shards.format, names)
    sample = tuple(tuple(_sampled(cells, name, classes) for name in names) for cells in found)
    raw = frozenset(
        name for name in names if are_raw([each[name].value for each in found if name in each])
    )
    return ShardHead(names, sample, classes, by_folder, picture, raw)


def head_table(shards: Shards) -> Table:
    """The first rows of shards as a table, to be looked at.

    Raises:
        DataError: as `shard_head`.
    """
    head = shard_head(shards)
    return Table(printable(shards.name), head.names, True, head.sample, lambda _: iter(()))


def add_shards(
    listing: RowListing, shards: Shards, *, kind: TableKind, in_place: bool = False
) -> Columns:
    """Add the examples of shards to a listing, and say which fields were taken.

    Args:
        listing: to add to.
        shards: of one data set; the first ones of the first say which fields there are.
        kind: what is to be read.
        in_place: whether bytes that are no text become the `ShardPlace` where they lie, as those of
            pictures do.

    Raises:
        DataError: if fields cannot be told, or the first shard cannot be read.
        DependencyError: if a package is missing that reads its format.
    """
    head = shard_head(shards)
    where = printable(shards.name)
    first = _reshaped(kind, Table(where, head.names, True, head.sample, lambda _: iter(())))
    columns = chosen_columns(kind, first, head.raw, where)
    if any(part.split is not None for part in shards.parts):
        columns = dataclasses.replace(columns, split=None)
    refuse_doubles(columns, where)
    listing.guesses += [*shards.guesses, *_told(columns, head, where)]
    unread = unread_splits(columns) if shards.parts[0].split is None else None
    listing.warnings += [*shards.warnings, *([f"{where}: {unread}"] if unread else [])]
    listing.columns = tuple(columns.names[place] for place in columns.places)
    for part in shards.parts:
        table = _reshaped(kind, _shard_table(part, shards, head, in_place=in_place))
        rows = _later(table, columns, part.split, listing)
        listing.parts.append(rows)
    return columns


def _later(
    table: Table, columns: Columns, split: str | None, listing: RowListing
) -> Callable[[], Iterator[Any]]:
    return lambda: rows_of(table, columns, split, listing, empty="has no examples: leave it out")


def _told(columns: Columns, head: ShardHead, where: str) -> list[str]:
    told = [columns.describe(where)] if columns.guessed or columns.split is not None else []
    read = {columns.names[place] for place in columns.places}
    for name in sorted(read & head.classes.keys()):
        many = len(head.classes[name])
        told.append(f"{where}: the numbers in {name!r} are of {many:,} classes whose names it has")
    if head.by_folder and FOLDER in read:
        told.append(f"{where}: classes are the folders within the archives")
    return told


def _reshaped(kind: TableKind, table: Table) -> Table:
    return table if kind.reshape is None else kind.reshape(table)


def _bounded(shards: Shards) -> Iterator[Located]:
    """The first records, until they are many bytes."""
    size = 0
    for located in shards.format.scan(shards.parts[0].file):
        yield located
        size += located.length
        if size > _SAMPLE_BYTES:
            return


def _shard_table(part: Shard, shards: Shards, head: ShardHead, *, in_place: bool) -> Table:
    lacking: dict[str, int] = {}

    def records(wanted: Sequence[int]) -> Iterator[Record]:
        count = 0
        for count, located in enumerate(shards.format.scan(part.file), start=1):
            cells = _cells(located, by_folder=head.by_folder)
            _take_picture(cells, head.picture)
            fields: list[object] = [None] * len(head.names)
            problem: Problem | None = None
            for place in wanted:
                name = head.names[place]
                cell = cells.get(name)
                if cell is None:
                    problem = problem or _no_field(name, cells, lacking)
                    continue
                at = _place(part, located, count, cell.field) if in_place else None
                fields[place], wrong = _value(cell.value, head.classes.get(name), at)
                problem = problem or wrong
            yield Record(count, fields, problem)
        for name, many in lacking.items():
            if many == count:
                table.errors.append(
                    f"{table.where}: none of its {count:,} examples has a field {name!r}, as those "
                    f"of {printable(shards.parts[0].file)} have"
                )

    table = Table(printable(part.file), head.names, True, head.sample, records)
    return table


def _place(part: Shard, located: Located, number: int, field: str) -> ShardPlace:
    return ShardPlace(part.file, located.offset, located.length, number, field)


def _no_field(name: str, cells: Mapping[str, Cell], lacking: dict[str, int]) -> Problem:
    lacking[name] = lacking.get(name, 0) + 1
    return Problem("columns", f"there is no field {name!r}, only {name_fields([*cells])}")


def _cells(located: Located, *, by_folder: bool) -> dict[str, Cell]:
    """The values of a record by column; an object of JSON, or a struct, is a column of each key."""
    cells: dict[str, Cell] = {}
    for field, value in located.record.items():
        if field == KEY:
            continue
        if isinstance(value, Mapping) and not _is_content(value):
            for key, inner in value.items():
                cells.setdefault(str(key), Cell("", inner))
        else:
            cells[field] = Cell(field, value)
    if by_folder:
        cells[FOLDER] = Cell("", _folder(located))
    return cells


def _is_content(value: Mapping[str, object]) -> bool:
    """Whether it is a file: its bytes, or the path of it, as Hugging Face stores pictures."""
    return "bytes" in value or "path" in value


def _is_there(cells: Mapping[str, Cell], name: str) -> bool:
    """Whether a column has a value in a record: some converters write all fields, some empty."""
    return name in cells and cells[name].value not in (None, b"", "", [])


def _take_picture(cells: dict[str, Cell], picture: str | None) -> None:
    """A picture whose suffix is another than the first one's has its column, too."""
    if picture is None or picture in cells:
        return
    other = next((name for name in cells if f".{name}" in PICTURE_SUFFIXES), None)
    if other is not None:
        cells[picture] = cells[other]


def _only_in_folder(located: Located) -> bool:
    names = [name for name in located.record if name != KEY]
    return len(names) == 1 and f".{names[0]}" in PICTURE_SUFFIXES and bool(_folder(located))


def _folder(located: Located) -> str:
    return str(located.record[KEY]).rpartition("/")[0].rpartition("/")[2]


def _sampled(cells: Mapping[str, Cell], name: str, classes: Mapping[str, Sequence[str]]) -> object:
    value, _ = _value(cells[name].value if name in cells else None, classes.get(name), None)
    return value


def _value(
    value: object, classes: Sequence[str] | None, place: ShardPlace | None
) -> tuple[Any, Problem | None]:
    """What a column has for a value: text for bytes, a name for the number of a class.

    Args:
        value: of the record.
        classes: their names, if it is a number of one.
        place: where its bytes lie, if those that are no text are left there; else they stay bytes.
    """
    if isinstance(value, Mapping):
        return (value if place is None or not value.get("bytes") else place), None
    if isinstance(value, bytes):
        return _text(value, place)
    if isinstance(value, list):
        values = [_value(each, classes, None) for each in value]
        wrong = next((problem for _, problem in values if problem is not None), None)
        return [each for each, _ in values], wrong
    if isinstance(value, str) and len(value) > LINE_LIMIT:
        return None, _too_long(len(value.encode("utf-8", "surrogatepass")))
    return (value, None) if classes is None else _class(value, classes)


def _text(value: bytes, place: ShardPlace | None) -> tuple[Any, Problem | None]:
    if guess_suffix(value) is not None:
        return (value if place is None else place), None
    if place is None and len(value) > LINE_LIMIT:
        return None, _too_long(len(value))
    text, problem = decode(value)
    if problem is not None and place is not None:
        return place, None  # a picture that is broken, or of an unknown format
    return (text if problem is None else value), problem


def _too_long(size: int) -> Problem:
    return Problem("format", f"a text of {size:,} bytes: {LINE_LIMIT:,} are the most")


def _class(number: Any, classes: Sequence[str]) -> tuple[str | None, Problem | None]:
    if number is None or number == -1:
        return None, None  # held back
    if isinstance(number, int) and 0 <= number < len(classes):
        return classes[number], None
    reason = f"{number!r} is the number of none of its classes: {shortened(classes, 5)}"
    return None, Problem("bad label", reason)
