"""How `predict` asks a bundle for entities, and how these are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kerasapps.workflow.answers import Answers
from kerasapps.workflow.inputs import Inputs

if TYPE_CHECKING:
    from kerasapps.evaluation.shown import Line
    from kerasapps.outputs.tags.bundle import TagBundle, Tagged

_STYLES = (
    "bold black on bright_cyan",
    "bold black on bright_yellow",
    "bold black on bright_green",
    "bold black on bright_magenta",
    "bold white on blue",
    "bold white on red",
)


def tag_answers(bundle: TagBundle, *, gather: Callable[[Sequence[str]], Inputs]) -> Answers:
    """How a bundle answers with entities.

    Args:
        bundle: which it is.
        gather: the arguments of a command line → the inputs that they give.
    """
    from kerasapps.outputs.tags.entities import entity_types

    types = entity_types(bundle.manifest.labels)
    return Answers(
        kind="text",
        gather=gather,
        find=lambda value: bundle.predict(value)[0],
        lines=_lines,
        values=_values,
        columns=("label", "entity", "start", "end", "score"),
        cells=_cells,
        coloured=lambda value, tagged: _coloured(tagged, types),
    )


def _lines(value: str, tagged: Tagged) -> list[str]:
    found = [
        f"{each.label} {each.text} ({each.start}-{each.end}, {each.score:.1%})"
        for each in tagged.entities
    ]
    return [f"{value}: {'; '.join(found) or 'no entities'}"]


def _coloured(tagged: Tagged, types: Sequence[str]) -> list[Line]:
    """The text with its entities marked, then a line for each."""
    from kerasapps.outputs.tags.bundle import marked

    style = {label: _STYLES[place % len(_STYLES)] for place, label in enumerate(types)}
    pieces = tuple(
        (f" {text} {label} " if label else text, style[label] if label else "")
        for text, label in marked(tagged.text, tagged.entities)
    )
    return [pieces, *(f"  {each}" for each in _entities(tagged))]


def _entities(tagged: Tagged) -> list[str]:
    return [
        f"{each.start}-{each.end}  {each.label}  {each.text}  {each.score:.1%}"
        for each in tagged.entities
    ] or ["no entities"]


def _values(tagged: Tagged) -> dict[str, Any]:
    return {"entities": [asdict(each) for each in tagged.entities]}


def _cells(tagged: Tagged) -> list[Any]:
    return [
        cell
        for each in tagged.entities
        for cell in (each.label, each.text, each.start, each.end, f"{each.score:.6g}")
    ]
