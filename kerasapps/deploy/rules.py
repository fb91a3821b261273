"""What one value of a `bundle.json` may be: the kinds that the tables of `schema` are made of."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_LONGEST_NAME = 255  # bytes of one name in a folder, on the file systems that people have


@dataclass(frozen=True)
class Rule:
    """What one value must be.

    Attributes:
        holds: whether a value is so; must not raise, whatever JSON holds.
        words: the same for people, after "must be".
    """

    holds: Callable[[Any], bool]
    words: str


def is_inner_path(path: Any) -> bool:
    """Whether a text is a path of plain names that cannot leave the folder it is read in.

    No root, drive, `..`, `.`, empty name, separator of Windows or control character.
    """
    return isinstance(path, str) and all(_is_plain(name) for name in path.split("/"))


def _is_plain(name: str) -> bool:
    strange = re.search(r"[\\:\x00-\x1f\x7f]", name)
    try:
        size = len(name.encode())
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return name not in ("", ".", "..") and not strange and size <= _LONGEST_NAME


def is_number(value: Any, low: float, high: float) -> bool:
    """Whether a value is a number in a range; NaN is in none."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and low <= value <= high


def number(low: float, high: float) -> Rule:
    """A number in a range."""
    return Rule(lambda value: is_number(value, low, high), f"a number from {low:g} to {high:g}")


def one_of(*words: str) -> Rule:
    """One of some words."""
    return Rule(lambda value: isinstance(value, str) and value in words, " or ".join(words))


def or_null(rule: Rule) -> Rule:
    """The same, or nothing."""
    return Rule(lambda value: value is None or rule.holds(value), f"{rule.words}, or null")


def whole_number(low: int, high: float = math.inf) -> Rule:
    """A whole number in a range."""
    return Rule(
        lambda value: isinstance(value, int) and is_number(value, low, high),
        f"a whole number from {low}" + ("" if high == math.inf else f" to {high}"),
    )


HUGE = 1e15
_DIGEST = re.compile(r"[0-9a-f]{64}")
NAME = Rule(
    lambda value: isinstance(value, str) and bool(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value)),
    "a name of letters, digits, - and _",
)
INNER = Rule(is_inner_path, "a path of plain names inside the bundle")
TEXT = Rule(lambda value: isinstance(value, str), "a text")
FLAG = Rule(lambda value: isinstance(value, bool), "true or false")
OBJECT = Rule(lambda value: isinstance(value, dict), "an object")
LIST = Rule(lambda value: isinstance(value, list), "a list")
SHA256 = Rule(
    lambda value: isinstance(value, str) and bool(_DIGEST.fullmatch(value)), "64 hexadecimal digits"
)
_LARGEST = 1e39  # an error may be as large as the numbers that a float32 file answers
FIGURE, SHARE = or_null(number(-_LARGEST, _LARGEST)), or_null(number(0, 1))
AMOUNT = or_null(number(0, _LARGEST))
