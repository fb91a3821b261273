"""What one cell says of several labels or numbers, in any of the forms that data has.

"a|b"                     parted by a sign
["a", "b"], '["a", "b"]'  a list, of JSON or as Python writes it
[1, 0, 1]                 ones and zeros, one a label
{"a": 1, "b": 0}          likewise, with names; or numbers with names
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kerasapps.data.labels import is_missing_label

_LONGEST_LIST = 100_000  # characters of a list that is written as a text
_BITS: Mapping[str, bool] = {
    "1": True, "1.0": True, "true": True, "0": False, "0.0": False, "false": False, "-1": False,
    "-1.0": False,
}  # fmt: skip


def bit_of(value: object) -> bool | None:
    """Whether a value says that a label is there (1, true) or not (0, false, -1); else None."""
    return _BITS.get(str(value).strip().lower())


def as_several(value: Any) -> Sequence[Any] | Mapping[str, Any] | None:
    """The list or mapping that a cell is, or is the text of; None for a single value.

    Args:
        value: a cell of any type. An array or a tensor of one value is a single one.
    """
    if isinstance(value, Mapping):
        return {str(name): each for name, each in value.items()}
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if hasattr(value, "__array__") and not isinstance(value, np.generic):
        array = np.asarray(value)
        return array.tolist() if array.ndim == 1 else None
    return _written_list(value) if isinstance(value, str) else None


def parts_of(text: str, sign: str) -> list[str]:
    """The labels of a cell that are parted by a sign, without the blanks around them."""
    return [part.strip() for part in text.split(sign) if part.strip()]


def hot_names(bits: Sequence[Any] | Mapping[str, Any]) -> list[str] | None:
    """The names, or else the places, of the ones among ones and zeros; None where more is there.

    What is missing is a zero.
    """
    named = bits.items() if isinstance(bits, Mapping) else enumerate(bits)
    hot = []
    for name, value in named:
        bit = False if is_missing_label(value) else bit_of(value)
        if bit is None:
            return None
        if bit:
            hot.append(str(name))
    return hot


def all_bits(values: Sequence[Any] | Mapping[str, Any]) -> bool:
    """Whether several values are nothing but ones and zeros."""
    each = values.values() if isinstance(values, Mapping) else values
    return all(bit_of(value) is not None for value in each)


def _written_list(text: str) -> list[Any] | None:
    """The list that a text is as JSON has it, or as Python writes it."""
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]")) or len(text) > _LONGEST_LIST:
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of what would be odd as a program
                value = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return value if isinstance(value, list) else None
    return None
