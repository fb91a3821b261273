"""Rows of tables, read and split; without TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.examine import read_usable
from kerasapps.data.pairs.kinds import is_pair_data
from kerasapps.data.rows import steps
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.contents import row_contents
from kerasapps.data.rows.examples import RowSplits
from kerasapps.data.rows.readings import read_columns
from kerasapps.data.rows.values import Values, values_of
from kerasapps.data.sources.all_columns import list_table
from kerasapps.data.sources.forms import is_frame
from kerasapps.data.targets.kinds import key_of_names, key_of_parts
from kerasapps.errors import KerasAppsError
from kerasapps.outputs.labels.labelled import LabelledSets
from kerasapps.outputs.numbers.finished import Numbered
from kerasapps.outputs.several.finished import KnownAnswers
from kerasapps.recipes.answering import Known, answer_to, known_examples, known_of_split
from kerasapps.terminal.streams import tell

__all__ = ["KIND", "answer_to", "holds", "judged", "usable"]

KIND = steps
_LOOKED_AT = 200  # rows
_COLUMNS, _ROWS = 3, 20  # at least


def holds(data: Any) -> bool:
    """Whether it is a table of three columns or more, some numbers or dates, and none texts.

    A table of few rows says too little, and is another task's.
    """
    try:
        if is_pair_data(data) or not (is_frame(data) or isinstance(data, str | os.PathLike)):
            return False
        listing = list_table(data)
        rows = [row.values for row in islice(listing.rows(), _LOOKED_AT) if row.problem is None]
    except (KerasAppsError, OSError):
        return False
    cells = dict(zip(listing.names, zip(*rows, strict=True), strict=False))
    columns = {name: values_of(values) for name, values in cells.items()}
    readings = read_columns(columns, config=TabularConfig())
    kinds = [each.kind for each in readings]
    words = any(each.kind == "id" and not is_whole(columns[each.name]) for each in readings)
    exact = any(kind in ("number", "date") for kind in kinds)
    enough = len(kinds) >= _COLUMNS and len(rows) >= _ROWS
    return enough and exact and not words and "text" not in kinds


def is_whole(values: Values) -> bool:
    """Whether a column holds numbers only."""
    return not np.isnan(values.numbers()).any()


def judged(splits: RowSplits) -> Known:
    """The test split."""
    return known_of_split(rows_of_columns(splits.test.columns), splits)


def usable(data: Any, *, options: Mapping[str, Any], max_broken: float, folder: Path) -> Known:
    """All rows of some data; `options` says what a target is."""
    tabular = TabularConfig(**options)
    collection, places = read_usable(
        steps, data, options=tabular, max_broken=max_broken, work_dir=folder, tell=tell
    )
    columns = {name: values.select(places) for name, values in collection.columns.items()}
    targets = collection.targets
    return known_examples(
        rows_of_columns(columns),
        [targets.keys[code] for code in targets.codes[places]],
        np.empty(0, np.uint64),  # the bundle says which columns count: `known_rows`
        kind=targets.kind,
    )


def known_rows(examples: Known, names: Sequence[str]) -> NDArray[np.uint64]:
    """`row_contents` of rows to judge a bundle on, by the columns that its network sees."""
    columns = {name: values_of([row[name] for row in examples.inputs]) for name in names}
    if isinstance(examples, Numbered):
        return row_contents(columns, examples.numbers)
    if isinstance(examples, LabelledSets):
        return row_contents(columns, [*map(key_of_names, examples.labels)])
    if isinstance(examples, KnownAnswers):
        return row_contents(columns, [*map(key_of_parts, examples.keys)])
    return row_contents(columns, examples.labels)


def rows_of_columns(columns: Mapping[str, Values]) -> list[dict[str, str]]:
    """Columns as rows: column → value as text."""
    texts = ([values.texts[code] for code in values.codes] for values in columns.values())
    return [dict(zip(columns, row, strict=True)) for row in zip(*texts, strict=True)]
