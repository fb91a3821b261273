"""Which columns decided a row, without TensorFlow."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from kerasapps.config import choose
from kerasapps.data.rows.cells import cell_text
from kerasapps.deploy.runner import Bundle
from kerasapps.errors import ConfigError, DataError
from kerasapps.evaluation.shown import DASH, Shown
from kerasapps.outputs.labels.bundle import LabelBundle
from kerasapps.outputs.numbers.bundle import NumberBundle
from kerasapps.recipes.tabular.reader import Row, RowReader, is_json, row_of_json

_ROW = re.compile(r"(?P<file>.+):(?P<row>[0-9]+)")
_DIGITS = 20  # of a row's number


@dataclass(frozen=True)
class ColumnWeight:
    """What a column did for an answer.

    Attributes:
        column: its name.
        value: of the row, "" where it is missing.
        typical: the training's median, or most frequent value.
        weight: how much the answer falls when the typical value stands in the place of the row's: a
            share of 1 for a class, the target's unit for a number.
    """

    column: str
    value: str
    typical: str
    weight: float


@dataclass(frozen=True)
class RowExplanation:
    """Why a row got an answer.

    Attributes:
        target: the column that is answered.
        answer: the class's name, or the number as text.
        score: the class's probability, or the number.
        columns: what each did for it, the strongest first.
    """

    target: str
    answer: str
    score: float
    columns: tuple[ColumnWeight, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {**asdict(self), "columns": [asdict(each) for each in self.columns]}

    def shown(self) -> Shown:
        """A row a column, with the answer above."""
        is_number = self.answer == _written(self.score)
        form = "{:+.4g}" if is_number else "{:+.3f}"
        return Shown(
            title=f"{self.target}: {self.answer}" + ("" if is_number else f" ({self.score:.1%})"),
            columns=("column", "value", "typical", "weight"),
            rows=[
                [each.column, each.value or DASH, each.typical or DASH, form.format(each.weight)]
                for each in self.columns
            ],
            lines=["The weight of a column is what its typical value would take from the answer."],
        )


def explain_row(
    bundle: Bundle | LabelBundle | NumberBundle, row: str | Row, *, label: str | None
) -> RowExplanation:
    """Which columns of a row decided its answer: by putting the typical value in their place.

    Args:
        bundle: with the file loaded.
        row: column → value; or the same as a JSON object, a table's file, of which the first row is
            taken, or `FILE:ROW`, its rows counted from 1.
        label: the class or label to explain, None for the likeliest.

    Raises:
        ConfigError: if there is no such label, or one is asked of numbers.
        DataError: if there is no such row, or it lacks a column.
    """
    reader = bundle.reader
    assert isinstance(reader, RowReader)
    cells = found_row(row, reader) if isinstance(row, str) else row
    target = bundle.manifest.target or reader.spec.target
    if isinstance(bundle, NumberBundle):
        if label is not None:
            raise ConfigError(f"label is for classes; {bundle.manifest.called} answers numbers.")
        value = bundle.value(cells)
        weights = column_weights(cells, reader, bundle.value)
        return RowExplanation(target, _written(value), value, weights)
    if label is not None:
        choose(label, bundle.labels, what="label")
    scores = bundle.scores(cells)
    place = int(scores.argmax()) if label is None else bundle.labels.index(label)
    weights = column_weights(cells, reader, lambda each: float(bundle.scores(each)[place]))
    return RowExplanation(target, bundle.labels[place], float(scores[place]), weights)


def column_weights(
    row: Row, reader: RowReader, answer: Callable[[Row], float]
) -> tuple[ColumnWeight, ...]:
    """What each column did for an answer, the strongest first.

    Reference: Zeiler and Fergus 2014, section 4.2 (occlusion), with the training's median or most
    frequent value in the place of grey.
    """
    whole = answer(row)
    weights = []
    for name, typical in reader.typical.items():
        value = cell_text(row[name])
        weight = 0.0 if value == typical else whole - answer({**row, name: typical})
        weights.append(ColumnWeight(name, value, typical, weight))
    return tuple(sorted(weights, key=lambda each: -abs(each.weight)))


def found_row(text: str, reader: RowReader) -> Row:
    """The row that a text names: a JSON object, a table's file, or `FILE:ROW`.

    Raises:
        DataError: if there is no such row.
    """
    if is_json(text):
        return row_of_json(text)
    named = _ROW.fullmatch(text)
    file, digits = (named["file"], named["row"]) if named else (text, "1")
    rows = reader.split(file)
    # No table has rows of more digits, of which Python reads some thousands only.
    number = int(digits) if len(digits) < _DIGITS else 0
    if not 1 <= number <= len(rows):
        raise DataError(f"{file} has {len(rows):,} rows, so there is no row {digits[:_DIGITS]}.")
    return rows[number - 1]


def _written(value: float) -> str:
    return f"{value:.6g}"
