"""Which columns decided a row, without TensorFlow."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from kerasapps.config.explaining import ExplainConfig
from kerasapps.data.rows.cells import cell_text
from kerasapps.errors import DataError
from kerasapps.evaluation.parts import Agreement, weigh
from kerasapps.evaluation.shown import DASH, Shown
from kerasapps.recipes.answering import OneBundle
from kerasapps.recipes.explained import OCCLUSION, answering, explained_output
from kerasapps.recipes.tabular.reader import Row, RowReader, is_json, row_of_json
from kerasapps.recipes.tabular.unread import unread_cells

_ROW = re.compile(r"(?P<file>.+):(?P<row>[0-9]+)")
_DIGITS = 20  # of a row's number
_MANY_DIGITS = re.compile(r"-?[0-9]+\.[0-9]{6,}")
_MEANT = {
    OCCLUSION: "The weight of a column is what its typical value would take from the answer.",
    "shap": "The weight of a column is its SHAP value: together they are what the answer has more "
    "than that to the typical values.",
}


@dataclass(frozen=True)
class ColumnWeight:
    """What a column did for an answer.

    Attributes:
        column: its name.
        value: of the row, "" where it is missing.
        typical: the training's median, or most frequent value.
        weight: how much the answer falls when the typical value stands in the place of the row's,
            or the SHAP value against that; a share of 1 for a class, the target's unit for a
            number.
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
        is_number: whether the answer is one, and not a class, which may be called like one.
        method: `occlusion`, by one typical value at a time, or `shap`.
        agreement: with occlusion, of another method.
        unread: column → a cell that is no number or date as the column's others are, and counts as
            missing.
    """

    target: str
    answer: str
    score: float
    columns: tuple[ColumnWeight, ...]
    is_number: bool = False
    method: str = OCCLUSION
    agreement: Agreement | None = None
    unread: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {**asdict(self), "columns": [asdict(each) for each in self.columns]}

    def shown(self) -> Shown:
        """A row a column, with the answer above."""
        form = "{:+.4g}" if self.is_number else "{:+.3f}"
        agreed = [] if self.agreement is None else [self.agreement.line]
        return Shown(
            title=f"{self.target}: {self.answer}"
            + ("" if self.is_number else f" ({self.score:.1%})"),
            columns=("column", "value", "typical", "weight"),
            rows=[
                [each.column, each.value or DASH, _short(each.typical), form.format(each.weight)]
                for each in self.columns
            ],
            lines=[
                _MEANT[self.method],
                *(
                    f"{name} is {text!r}, which is not what the column has, and counts as missing."
                    for name, text in self.unread.items()
                ),
                *agreed,
            ],
        )


def explain_row(
    bundle: OneBundle, row: str | Row, *, label: str | None, how: ExplainConfig
) -> RowExplanation:
    """Which columns of a row decided its answer: by putting the typical value in their place.

    Args:
        bundle: with the file loaded.
        row: column → value; or the same as a JSON object, a table's file, of which the first row is
            taken, or `FILE:ROW`, its rows counted from 1.
        label: the class or label to explain, None for the likeliest.
        how: the method.

    Raises:
        ConfigError: if there is no such label, or one is asked of numbers.
        DataError: if there is no such row, or it lacks a column.
    """
    reader = bundle.reader
    assert isinstance(reader, RowReader)
    cells = found_row(row, reader) if isinstance(row, str) else row
    answer = answering(bundle)
    scores = answer(cells)
    place = explained_output(bundle, scores, label)
    weights, agreement = column_weights(
        cells, reader, lambda each: float(answer(each)[place]), how=how
    )
    score, labels = float(scores[place]), bundle.manifest.labels
    return RowExplanation(
        bundle.manifest.target or reader.spec.target,
        labels[place] if labels else _written(score),
        score,
        weights,
        is_number=not labels,
        method=how.method or OCCLUSION,
        agreement=agreement,
        unread=unread_cells(cells, reader.spec),
    )


def column_weights(
    row: Row, reader: RowReader, answer: Callable[[Row], float], *, how: ExplainConfig
) -> tuple[tuple[ColumnWeight, ...], Agreement | None]:
    """What each column did for an answer, the strongest first.

    The training's median or most frequent value stands in the place of what is left out. Columns
    that have it anyway weigh nothing.
    """
    values = {name: cell_text(row[name]) for name in reader.typical}
    odd = [name for name, value in values.items() if value != reader.typical[name]]

    def worth(there: np.ndarray) -> np.ndarray:
        return np.array([answer(_with_typical(each)) for each in there])

    def _with_typical(there: np.ndarray) -> Row:
        left_out = [name for name, stays in zip(odd, there, strict=True) if not stays]
        return {**row, **{name: reader.typical[name] for name in left_out}}

    weighed = weigh(worth, len(odd), how=how)
    weights = dict(zip(odd, map(float, weighed.weights), strict=True))
    columns = [
        ColumnWeight(name, value, reader.typical[name], weights.get(name, 0.0))
        for name, value in values.items()
    ]
    return tuple(sorted(columns, key=lambda each: -abs(each.weight))), weighed.agreement


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


def _short(typical: str) -> str:
    """A median with many digits as people read it, and all else as it is."""
    return _written(float(typical)) if _MANY_DIGITS.fullmatch(typical) else typical or DASH
