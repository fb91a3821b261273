"""Digests of rows by which a finished bundle knows again what it was trained on."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.rows.values import Values, values_of


def row_contents(
    columns: Mapping[str, Values], answers: Sequence[str] | NDArray[np.float64]
) -> NDArray[np.uint64]:
    """64 bits a row, equal where all cells and the answer are, in whatever order the columns come.

    Numbers are equal however they are written: spreadsheets write 0.50 as 0.5.

    Args:
        columns: name → values of the columns that a network sees, each `(n,)`.
        answers: of each row: a class's name, or a number.

    Returns:
        uint64 `(n,)`. The digests of the cells are added up, so that a table is read by columns.
    """
    if not isinstance(answers, np.ndarray):
        named = values_of(answers)
    else:
        named = values_of([repr(float(number)) for number in answers])
    contents = _digests("", named)
    for name, values in columns.items():
        contents += _digests(f"column {name}", values)
    return contents


def _digests(name: str, values: Values) -> NDArray[np.uint64]:
    """Of each cell: every different value is digested once, with its column's name."""
    digests = b"".join(
        hashlib.blake2b(
            f"{name}\x1f{_plain(text)}".encode("utf-8", "surrogatepass"), digest_size=8
        ).digest()
        for text in values.texts
    )
    return np.frombuffer(digests, "<u8").astype(np.uint64)[values.codes]


def _plain(text: str) -> str:
    """A number as Python writes it; anything else as it is."""
    try:
        number = float(text)
    except ValueError:
        return text
    return repr(number) if math.isfinite(number) else text
