"""The values of a table's row, whatever library it is from, as values of Python, or as texts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, time
from typing import Any

import numpy as np

from kerasapps.data.sources.rows import Problem, decode, is_missing

_PLAIN = frozenset((str, int, bool, type(None)))


def plain_values(values: Sequence[object]) -> tuple[tuple[object, ...], Problem | None]:
    """The values of a row as Python's own, and what is wrong with them.

    What is missing (None, NaN, NaT, NA) is None, a number of numpy one of Python, and bytes are
    texts in UTF-8. Anything else stays what it is.
    """
    problem: Problem | None = None
    plain: list[object] = []
    for value in values:
        if type(value) in _PLAIN:
            plain.append(value)
            continue
        converted, fault = _plain(value)
        problem = problem or fault
        plain.append(converted)
    return (tuple(plain), None) if problem is None else ((), problem)


def written_values(values: Sequence[object]) -> tuple[tuple[object, ...], Problem | None]:
    """The values of a row as texts, and what is wrong with them; what is missing stays None.

    True is "true", a date is written as ISO 8601 has it, and lists and mappings as JSON has them.
    """
    plain, problem = plain_values(values)
    return tuple(map(_written, plain)), problem


def _plain(value: Any) -> tuple[object, Problem | None]:
    if isinstance(value, np.generic):
        # Nanoseconds since 1970 would be a whole number.
        value = (value.astype("datetime64[us]") if value.dtype.kind == "M" else value).item()
    if is_missing(value):
        return None, None
    return decode(value) if isinstance(value, bytes) else (value, None)


def _written(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
