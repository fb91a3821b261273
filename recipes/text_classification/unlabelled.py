"""Texts without labels; without TensorFlow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from kerasapps.config import TextConfig
from kerasapps.data.sources.forms import is_frame
from kerasapps.data.sources.rows import Problem, Row, RowListing, numbered
from kerasapps.data.sources.table_shapes import is_table
from kerasapps.data.sources.walk import files_below
from kerasapps.data.texts.collect import collect_texts
from kerasapps.data.texts.examples import TextExamples
from kerasapps.data.texts.sources import list_text_source
from kerasapps.data.unlabelled import Unlabelled
from kerasapps.recipes.unlabelled import (
    has_labels,
    inputs_of,
    items_of,
    names_label,
    place_of,
    temperature,
)
from kerasapps.workflow.bulk.feed import Item, Part
from kerasapps.workflow.bulk.tables import frame_part
from kerasapps.workflow.bulk.texts import classified_column, feed_of_texts
from kerasapps.workflow.steps import Options

__all__ = ["NOISE", "inputs", "read", "temperature"]

NOISE: Final[dict[str, Any]] = {}  # networks of texts hide words anyway, each as many as suit it
_NONE = "?"  # the label of what has none


def read(data: Any, *, options: Options, folder: Path) -> Unlabelled[TextExamples]:
    """The texts of any form, cleaned and on disk; see `UnlabelledSteps`."""
    text: TextConfig = options["text"]
    place = place_of(data)
    if place is not None:
        parts = _parts(place.argument, place.folder, text)
        labelled = any(names_label(part, text.label_column) for part in parts)
        if place.folder is not None and parts[0].columns == ("file",):
            above = {file.parent for file in files_below(place.folder)}
            labelled |= len(above - {place.folder}) > 1
        return _collected(map(_row, items_of(parts)), text, folder, parts=parts, labelled=labelled)
    if is_frame(data):
        part = frame_part(data, choice=classified_column(text.text_column), asked=_asked)
        labelled = names_label(part, text.label_column)
        return _collected(map(_row, part.items()), text, folder, parts=[part], labelled=labelled)
    inputs = inputs_of(data)
    if inputs is not None:
        rows = numbered((each, _NONE) for each in inputs)
        return _collected(rows, text, folder, labelled=has_labels(data))
    listing = list_text_source(data, config=text)
    rows = (row._replace(values=(*row.values[:1], _NONE), split=None) for row in listing.rows())
    return _collected(rows, text, folder, labelled=True, notes=listing.guesses)


def inputs(examples: TextExamples) -> Sequence[str]:
    """The texts."""
    return examples.texts


def _parts(argument: str, folder: Path | None, text: TextConfig) -> Sequence[Part]:
    """What `predict` would be asked of; of a folder of tables each of them."""
    names = [argument]
    if folder is not None:
        files = [*files_below(folder)]
        if not any(file.suffix.lower() == ".txt" for file in files):
            names = [str(file) for file in sorted(files) if is_table(file)] or names
    choice = classified_column(text.text_column)
    return [
        part
        for name in names
        for part in feed_of_texts([name], encoding=text.encoding, choice=choice).parts
    ]


def _asked(value: Any) -> Any:
    return value


def _row(item: Item) -> Row:
    """An input as a row of a table; a blank one is told by who collects them."""
    if item.problem is not None:
        return Row(item.name, None, problem=Problem("format", item.problem))
    return Row(item.name, None, (item.value, _NONE))


def _collected(
    rows: Iterable[Row],
    text: TextConfig,
    folder: Path,
    *,
    labelled: bool,
    parts: Sequence[Part] = (),
    notes: Sequence[str] = (),
) -> Unlabelled[TextExamples]:
    def each() -> Iterator[Row]:
        yield from rows

    config = replace(text, target_kind="class", target_columns=(), label_column=None)
    collection, _ = collect_texts(RowListing([each]), config=config, folder=folder / "texts")
    examples = TextExamples(
        collection.texts,
        np.zeros(len(collection), np.int32),
        collection.origins,
        collection.exact[:, 0],
    )
    told = [*notes, *(note for part in parts for note in part.notes)]
    return Unlabelled(examples, collection.broken, told, labelled)
