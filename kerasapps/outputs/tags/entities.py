"""The tags of entities and the types that they name; without TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence

from kerasapps.config.iob2 import type_of


def entity_types(tags: Sequence[str]) -> tuple[str, ...]:
    """The types that tags know, sorted."""
    return tuple(sorted({type_of(tag) for tag in tags} - {""}))


def begins(label: str) -> str:
    """The tag of the first word of an entity."""
    return f"B-{label}"


def inside(label: str) -> str:
    """The tag of its other words."""
    return f"I-{label}"
