"""What a report says of rows: how one is given to a bundle."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

from kerasapps.data.rows.values import values_of
from kerasapps.preprocess.row_spec import ColumnSpec, RowSpec, Scale
from kerasapps.recipes.tabular.report import ask_row

SCALES = (Scale((0.0, 1.0), (-1.0, 1.0), 0.0),)
SPEC = RowSpec(
    columns=(
        ColumnSpec("age", "number", "30", SCALES),
        ColumnSpec("height, m", "number", "1.7", SCALES),
        ColumnSpec("unknown", "number", "1", SCALES),
        ColumnSpec("class", "category", "first", values=("first",)),
    ),
    target="y",
)
COLUMNS = {
    "age": values_of(["39", "1"]),
    "height, m": values_of(["1.75", "1"]),
    "unknown": values_of(["", "1"]),
    "class": values_of(['the "1st"', "b"]),
}
ARGUMENTS = {"age": "age", "height, m": "height__m", "unknown": "unknown", "class": "class"}


def test_the_first_row_is_written_out() -> None:
    asked = ask_row(COLUMNS, SPEC, ARGUMENTS)
    assert eval(asked.python) == {
        "age": 39, "height, m": 1.75, "unknown": None, "class": 'the "1st"',
    }  # fmt: skip
    assert "numbers [1, 3] and categories [1, 1]" in asked.takes
    assert (asked.typed, asked.explained) == ("new.csv", "new.csv:1")


def test_a_saved_model_gets_an_argument_a_column() -> None:
    def constant(value: list[Any], dtype: str = "text") -> tuple[Any, str]:
        return value[0], dtype

    tf = SimpleNamespace(constant=constant, float64="float64")
    served = ask_row(COLUMNS, SPEC, ARGUMENTS).served
    arguments = eval(f"dict({served})", {"tf": tf})
    assert arguments["age"] == (39, "float64") and arguments["height__m"] == (1.75, "float64")
    assert arguments["class"] == ('the "1st"', "text")
    assert math.isnan(arguments["unknown"][0]) and arguments["unknown"][1] == "float64"
