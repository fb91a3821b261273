"""Numbers of things, in the singular where there is one."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """The number and what there are so many of: `1 row`, `2 rows`, `1,200 classes`.

    Args:
        number: how many.
        noun: one of them.
        plural: several of them, where that is more than an "s" behind the noun.
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def are(number: int) -> str:
    """The verb behind `counted`."""
    return "is" if number == 1 else "are"
