"""Tags as IOB2 has them: `B-X` begins an entity of type X, `I-X` goes on with it, `O` is none."""

from __future__ import annotations

from collections.abc import Sequence

OUTSIDE = "O"


def type_of(tag: str) -> str:
    """The type of a tag's entity, such as `PER` of `B-PER`; empty outside of entities."""
    return "" if tag == OUTSIDE else tag[2:]


def goes_on(tag: str) -> bool:
    """Whether a tag goes on with the entity of the word before."""
    return tag.startswith("I-")


def impossible_starts(tags: Sequence[str]) -> list[int]:
    """Numbers of the tags that no sentence starts with."""
    return [number for number, tag in enumerate(tags) if goes_on(tag)]


def impossible_moves(tags: Sequence[str]) -> list[tuple[int, int]]:
    """Numbers of the pairs `(before, after)` of tags that never follow each other.

    Examples:
        >>> from kerasapps.config.iob2 import impossible_moves
        >>> impossible_moves(("O", "B-PER", "I-PER"))
        [(0, 2)]
    """
    return [
        (before, after)
        for before, left in enumerate(tags)
        for after, right in enumerate(tags)
        if goes_on(right) and type_of(left) != type_of(right)
    ]
