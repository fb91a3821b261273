"""Entities in tagged words: what `B-PER I-PER O` marks; without TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kerasapps.config.iob2 import OUTSIDE, goes_on, type_of


class Span(NamedTuple):
    """Words that are one entity.

    Attributes:
        first: place of its first word.
        end: place behind its last word.
        label: its type.
    """

    first: int
    end: int
    label: str


def entities_in(tags: Sequence[str]) -> list[Span]:
    """The entities of one sentence, in their order.

    An `I-X` behind no word of an X begins an entity, as CoNLL's own judge has it.

    Args:
        tags: IOB2, one a word.
    """
    spans: list[Span] = []
    first, label = 0, ""
    for place, tag in enumerate([*tags, OUTSIDE]):
        if goes_on(tag) and type_of(tag) == label:
            continue
        if label:
            spans.append(Span(first, place, label))
        first, label = place, type_of(tag)
    return spans


def entity_types(tags: Sequence[str]) -> tuple[str, ...]:
    """The types that tags know, sorted."""
    return tuple(sorted({type_of(tag) for tag in tags} - {""}))


def begins(label: str) -> str:
    """The tag of the first word of an entity."""
    return f"B-{label}"


def inside(label: str) -> str:
    """The tag of its other words."""
    return f"I-{label}"
