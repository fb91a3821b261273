"""Cells of CSV files that a spreadsheet shows instead of running."""

from __future__ import annotations

import re
from typing import Any

# A formula begins so, in some programs behind white space, in full width too.
_FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")  # noqa: RUF001


def plain_cell(value: Any) -> Any:
    """The value as a cell: a text that would be a formula begins with an apostrophe.

    A number stays one, also as text: "-1.5" is no formula.
    """
    if not isinstance(value, str) or not _FORMULA.match(value) or _is_number(value):
        return value
    return f"'{value}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
