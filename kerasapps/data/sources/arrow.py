"""Parquet files and pyarrow tables become rows. pyarrow is imported only when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kerasapps.data.sources.delimited import Record
from kerasapps.data.sources.picture_formats import guess_suffix
from kerasapps.data.sources.rows import Problem, decode
from kerasapps.data.sources.table import SAMPLE_ROWS
from kerasapps.errors import DataError, DependencyError
from kerasapps.files.named import refuse_irregular
from kerasapps.wording.harmless import printable

_BATCH = 1024
Records = Callable[[Sequence[int]], Iterator[Record]]


def open_parquet(file: Path) -> tuple[list[str], list[list[object]], Records]:
    """Column names of a Parquet file, some rows, and a function that streams the wanted columns.

    Raises:
        DataError: if it is no Parquet file.
        DependencyError: if pyarrow is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise DependencyError(
            f'reading {printable(file)} needs pyarrow: pip install "kerasapps[parquet]"'
        ) from error
    try:
        refuse_irregular(file)
        with parquet.ParquetFile(file) as opened:
            names = [str(name) for name in opened.schema_arrow.names]
            head = next(opened.iter_batches(batch_size=SAMPLE_ROWS), None)
    except (pyarrow.ArrowException, OSError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"cannot read {printable(file)} as Parquet: {reason}") from error
    sample: list[list[object]] = []
    if head is not None:
        # By place: two columns that nobody asks for may share a name.
        columns = dict(enumerate(head.columns))
        sample = [each.fields for each in _records(columns, len(names), head.num_rows, first=1)]
    return names, sample, lambda wanted: _parquet_records(file, names, wanted)


def arrow_batches(table: Any, wanted: Sequence[int], *, first: int) -> Iterator[Record]:
    """The rows of a `pyarrow.Table`, in batches.

    Args:
        table: in memory.
        wanted: indices of the columns to read; the others are None.
        first: number of the first row.
    """
    width = len(table.column_names)
    for batch in table.to_batches(max_chunksize=_BATCH):
        columns = {place: batch.column(place) for place in wanted}
        yield from _records(columns, width, batch.num_rows, first=first)
        first += batch.num_rows


def _parquet_records(file: Path, names: Sequence[str], wanted: Sequence[int]) -> Iterator[Record]:
    import pyarrow
    from pyarrow import parquet

    first = 1
    try:
        with parquet.ParquetFile(file) as opened:
            chosen = {place: names[place] for place in wanted}
            for batch in opened.iter_batches(batch_size=_BATCH, columns=list(chosen.values())):
                columns = {place: batch.column(name) for place, name in chosen.items()}
                yield from _records(columns, len(names), batch.num_rows, first=first)
                first += batch.num_rows
    except (pyarrow.ArrowException, OSError) as error:
        raise DataError(f"cannot read {printable(file)} after row {first - 1}: {error}") from error


def _records(columns: Mapping[int, Any], width: int, rows: int, *, first: int) -> Iterator[Record]:
    """Rows of `width` fields, from those of their columns that were read, by place."""
    read = {place: _values(column) for place, column in columns.items()}
    for row in range(rows):
        fields: list[object] = [None] * width
        problem: Problem | None = None
        for place, values in read.items():
            value = values[row]
            if isinstance(value, bytes) and guess_suffix(value) is None:
                value, wrong = decode(value)
                problem = problem or wrong
            fields[place] = value
        yield Record(first + row, fields, problem)


def _values(column: Any) -> list[object]:
    import pyarrow

    if pyarrow.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pyarrow.types.is_string(column.type) or pyarrow.types.is_large_string(column.type):
        # As bytes: one string that is not UTF-8 would otherwise cost the whole batch.
        column = column.cast(pyarrow.large_binary())
    if pyarrow.types.is_struct(column.type):
        keys = [field.name for field in column.type]
        values = zip(*(_values(each) for each in column.flatten()), strict=True)
        return [dict(zip(keys, row, strict=True)) for row in values]
    return list(column.to_pylist())
