"""Findings that say the same of different places, told once with their number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

_DIFFERING: Final = re.compile(r"0x[0-9a-f]+|\d+|'[^']*'")


def grouped(items: Iterable[Any]) -> list[tuple[str, int]]:
    """The first of the items that have one reason, as text, and how many more there are like it.

    Items without a `reason` are told one by one. Reasons that differ by numbers and quoted values
    alone are one.

    Args:
        items: such as `BrokenRow`.
    """
    groups: dict[object, tuple[str, int]] = {}
    for number, item in enumerate(items):
        reason = getattr(item, "reason", None)
        key = number if reason is None else _DIFFERING.sub("", reason)
        first, more = groups.get(key, (str(item), -1))
        groups[key] = (first, more + 1)
    return [*groups.values()]


def told(group: tuple[str, int]) -> str:
    """A group in words."""
    first, more = group
    return f"{first} (and {more:,} more like it)" if more else first
