"""Parquet files as shards: a row is a record, found by its number."""

from __future__ import annotations

import bisect
import itertools
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from kerasapps.errors import DataError
from kerasapps.files.named import open_regular, refuse_irregular
from kerasapps.files.whole import replaced
from kerasapps.shards.kept import Kept
from kerasapps.shards.record import MOST_BYTES, Located, Record, Value, lacking, plain, shard_error

NAME: Final = "parquet"
SUFFIX: Final = ".parquet"

_MAGIC = b"PAR1"
_BATCH = 64  # rows that are in memory while all are read
_GROUP_ROWS, _GROUP_BYTES = 1024, 16 << 20  # of a group of rows, which is read as a whole
_GROUPS_KEPT = 2  # of each open file


def is_one(path: Path) -> bool:
    """Whether a file begins as Parquet files do, whatever it is called."""
    with open_regular(path) as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


def scan(file: Path) -> Iterator[Located]:
    """All rows of a shard; an offset is the number of a row, from 0, a length the bytes of it.

    Raises:
        DataError: if it is damaged or no Parquet file.
        DependencyError: if pyarrow is not installed.
    """
    shard = _Shard(file)
    number = 0
    try:
        for batch in shard.opened.iter_batches(batch_size=_BATCH):
            for record in _rows(batch):
                yield Located(number, _size(record), record)
                number += 1
    except (_arrow().ArrowException, OSError, ValueError, OverflowError) as error:
        raise shard_error(file, f"it is damaged ({_said(error)})", number=number + 1) from error


def at(file: Path, offset: int, length: int) -> Record:
    """One row; its group of rows is kept for those that follow.

    Raises:
        DataError: if there is no such row any more, or it is damaged.
    """
    record = _files.get(file).row(offset)
    if _size(record) != length:
        raise shard_error(file, "another row lies there", number=offset + 1)
    return record


@contextmanager
def write(file: Path) -> Iterator[_Writer]:
    """A new shard, whole when the block ends; nothing of it stays if the block fails.

    The first rows fix the columns: as many as are held until a group of them is written.
    """
    _arrow()
    with replaced(file) as stream:
        writer = _Writer(stream)
        try:
            yield writer
            writer.close()
        except BaseException:
            writer.abandon()
            raise


class _Writer:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._writer: Any = None
        self._rows: list[dict[str, Value]] = []
        self._bytes = 0
        self._count = 0

    def add(self, record: Record) -> tuple[int, int]:
        row = {name: plain(value, name=name) for name, value in record.items()}
        size = _size(row)
        self._rows.append(row)
        self._bytes += size
        self._count += 1
        if len(self._rows) >= _GROUP_ROWS or self._bytes >= _GROUP_BYTES:
            self._flush()
        return self._count - 1, size

    def close(self) -> None:
        if self._rows or self._writer is None:
            self._flush()
        self._writer.close()

    def abandon(self) -> None:
        """End without the rest; the library would grumble about a file that is closed before."""
        if self._writer is not None:
            with suppress(OSError, ValueError, _arrow().ArrowException):
                self._writer.close()

    def _flush(self) -> None:
        arrow = _arrow()
        from pyarrow import parquet

        names = list(dict.fromkeys(name for row in self._rows for name in row))
        schema = None if self._writer is None else self._writer.schema
        try:
            if schema is None:
                columns = {name: [row.get(name) for row in self._rows] for name in names}
                table = arrow.table({name: arrow.array(each) for name, each in columns.items()})
                self._writer = parquet.ParquetWriter(
                    self._stream, table.schema, compression="zstd", write_page_checksum=True
                )
            else:
                further = [name for name in names if name not in schema.names]
                if further:
                    raise DataError(f"field {further[0]!r}: the first records have no such field")
                table = arrow.Table.from_pylist(self._rows, schema=schema)
        except (arrow.ArrowException, OverflowError) as error:
            raise DataError(f"the records do not fit into columns: {error}") from error
        self._writer.write_table(table)
        self._rows, self._bytes = [], 0


class _Shard:
    """An open file, and the groups of rows that were read last, which all threads share."""

    def __init__(self, file: Path) -> None:
        arrow = _arrow()
        from pyarrow import parquet

        self._file = file
        try:
            refuse_irregular(file)
            self.opened = parquet.ParquetFile(file, page_checksum_verification=True)
            groups = [
                self.opened.metadata.row_group(place)
                for place in range(self.opened.metadata.num_row_groups)
            ]
        except (arrow.ArrowException, OSError, ValueError) as error:
            raise shard_error(file, f"it is damaged, or no Parquet ({_said(error)})") from error
        names = self.opened.schema_arrow.names
        doubles = [name for name in names if names.count(name) > 1]
        if doubles:
            raise shard_error(file, f"two columns are called {doubles[0]!r}")
        for group in groups:
            if not 0 <= group.total_byte_size <= 4 * MOST_BYTES:
                raise shard_error(
                    file,
                    f"a group of its rows has {group.total_byte_size:,} bytes: write it with "
                    "smaller row groups",
                )
        self._ends = list(itertools.accumulate(group.num_rows for group in groups))
        self._groups: OrderedDict[int, Any] = OrderedDict()
        self._lock = threading.Lock()

    def row(self, number: int) -> Record:
        if not self._ends or not 0 <= number < self._ends[-1]:
            rows = self._ends[-1] if self._ends else 0
            raise shard_error(self._file, f"it has {rows:,} rows", number=number + 1)
        group = bisect.bisect_right(self._ends, number)
        try:
            table = self._table(group)
            first = self._ends[group - 1] if group else 0
            return _rows(table.slice(number - first, 1).to_batches()[0])[0]
        except (_arrow().ArrowException, OSError, ValueError, IndexError) as error:
            raise shard_error(
                self._file, f"it is damaged ({_said(error)})", number=number + 1
            ) from error

    def _table(self, group: int) -> Any:
        with self._lock:  # who waits finds it read
            if group not in self._groups:
                self._groups[group] = self.opened.read_row_group(group, use_threads=False)
            self._groups.move_to_end(group)
            while len(self._groups) > _GROUPS_KEPT:
                self._groups.popitem(last=False)
            return self._groups[group]


_files = Kept(_Shard, most=4, shared=True)


def _said(error: Exception) -> str:
    """What an exception of the library says, in one line."""
    return str(getattr(error, "strerror", None) or error).partition("\n")[0]


def _rows(batch: Any) -> list[dict[str, Value]]:
    columns = {
        name: _values(column)
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _values(column: Any) -> list[Value]:
    """The values of a column; texts that are no UTF-8 stay bytes."""
    try:
        values: list[Value] = column.to_pylist()
    except UnicodeDecodeError:
        values = column.cast(_arrow().large_binary()).to_pylist()
    return values


def _size(value: object) -> int:
    """Bytes of a row: of its texts as UTF-8, of numbers eight each."""
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, str):
        return len(value.encode("utf-8", "surrogatepass"))
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, list):
        return sum(map(_size, value))
    return 0 if value is None else 8


def _arrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise lacking("pyarrow", "Parquet") from error
    return pyarrow
