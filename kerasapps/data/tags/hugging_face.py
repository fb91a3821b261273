"""The names of tags that Hugging Face's data sets keep beside the numbers, wherever they lie."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasapps.data.sources.class_names import names_in_metadata
from kerasapps.data.sources.delimited import Record
from kerasapps.data.sources.lines import format_of
from kerasapps.data.sources.table import SAMPLE_ROWS, Table


def is_hugging_face(data: Any) -> bool:
    """Whether `data` is a `datasets.Dataset`; the package is not imported to find out."""
    return any(
        kind.__module__.partition(".")[0] == "datasets" and hasattr(data, "column_names")
        for kind in type(data).__mro__
    )


def open_hugging_face(data: Any) -> Table:
    """A `datasets.Dataset` as a table."""
    names = [str(name) for name in data.column_names]

    def records(_: object) -> Iterator[Record]:
        for number, row in enumerate(data):
            yield Record(number, [row[name] for name in names])

    sample = [[row[name] for name in names] for _, row in zip(range(SAMPLE_ROWS), data)]  # noqa: B905
    return Table("", names, True, sample, records)


def names_in(data: Any, column: str) -> tuple[str, ...]:
    """The names of a column's numbers; () where the data does not say.

    Args:
        data: a Parquet file, a pyarrow Table, or a `datasets.Dataset`.
        column: whose values are lists of numbers.
    """
    if isinstance(data, Path):
        if format_of(data) != ".parquet":
            return ()
        from pyarrow import parquet

        with parquet.ParquetFile(data) as opened:
            return names_in_metadata(opened.schema_arrow.metadata, column)
    if is_hugging_face(data):
        feature = getattr(data.features.get(column), "feature", None)
        return tuple(map(str, getattr(feature, "names", ())))
    schema = getattr(data, "schema", None)
    return names_in_metadata(getattr(schema, "metadata", None), column)
