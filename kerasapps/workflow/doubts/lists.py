"""Lists of what was found in data, as CSV to correct these by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from kerasapps.files.whole import replaced
from kerasapps.workflow.bulk.table import written_rows
from kerasapps.workflow.doubts.doubt import LABEL_COLUMNS, LabelDoubt

LABELS_FILE: Final = "label_errors.csv"


def write_doubts(folder: Path, doubts: Sequence[LabelDoubt]) -> Path:
    """Writes labels that may be wrong as CSV, a row each, in the place of an older list.

    Args:
        folder: made if missing.
        doubts: the surest first.

    Raises:
        OSError: if it cannot be written.
    """
    return write_list(folder / LABELS_FILE, LABEL_COLUMNS, [each.cells for each in doubts])


def write_list(file: Path, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Path:
    """Writes a table in the place of an older one.

    Args:
        file: its folder is made if missing.
        columns: their names.
        rows: a value a column each.

    Returns:
        The file.

    Raises:
        OSError: if it cannot be written.
    """
    with replaced(file) as stream:
        stream.write(written_rows([columns, *rows]).encode("utf-8"))
    return file
