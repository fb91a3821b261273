"""Bytes of no known kind, such as raw pixels: they are refused in one message."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Sequence
from typing import Final

from kerasapps.data.sources.columns import Columns
from kerasapps.data.sources.picture_formats import guess_suffix
from kerasapps.data.sources.table import Table
from kerasapps.data.sources.tables import TableKind
from kerasapps.errors import DataError

_LOOKED_AT: Final = 4096  # bytes of a value that may be a text
_CONTROLS: Final = bytes({*range(32), 127} - {*b"\t\n\v\f\r\x1b"})  # that texts do without
_MOST_CONTROLS: Final = 0.1  # of the bytes of a text


def are_raw(values: Sequence[object]) -> bool:
    """Whether half of a column's values are bytes of no known kind."""
    contents = [value for value in values if isinstance(value, bytes) and value]
    return bool(contents) and 2 * sum(map(_is_unknown, contents)) >= len(values)


def chosen_columns(
    kind: TableKind, table: Table, raw_names: Collection[str], where: str
) -> Columns:
    """The columns that are read, as the kind chooses them.

    Args:
        kind: what is to be read.
        table: with some rows of it.
        raw_names: columns whose values are raw bytes.
        where: the table, for messages.

    Raises:
        DataError: if they cannot be told, or one holds bytes that nothing here reads.
    """
    raw = [name for name in table.names if name in raw_names]
    try:
        columns = kind.choose(table.names, table.sample, where)
    except DataError as error:
        raise DataError(f"{error}. {_of_raw(raw)}" if raw else str(error)) from error
    read = [table.names[place] for place in columns.places]
    if wrong := [name for name in raw if name in read]:
        raise DataError(f"{where}: {_of_raw(wrong)}")
    return columns


def _of_raw(names: Sequence[str]) -> str:
    hold = "hold" if len(names) > 1 else "holds"
    return (
        f"{' and '.join(map(repr, names))} {hold} bytes that are neither encoded pictures nor "
        "UTF-8 texts, such as raw pixels: write pictures encoded, as PNG or JPEG "
        "(tf.io.encode_png), and texts as UTF-8"
    )


def _is_unknown(content: bytes) -> bool:
    if guess_suffix(content) is not None:
        return False
    begin = content[:_LOOKED_AT]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(begin)
    except UnicodeDecodeError:
        return True
    # Pixels of dark pictures are all below 128, so UTF-8 as well.
    controls = len(begin) - len(begin.translate(None, _CONTROLS))
    return controls > _MOST_CONTROLS * len(begin)
