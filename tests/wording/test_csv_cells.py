from __future__ import annotations

import pytest

from kerasapps.wording.csv_cells import plain_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\n=1",
        "\u00a0=1",
        "\uff1d1+1",
        "\uff20SUM",
        "-",
    ],
)
def test_what_would_be_a_formula_is_a_text(text: str) -> None:
    assert plain_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", ["", "a=b", "word", "-1.5", "+3e-4", " -2 ", "a\n=b", 3, -1.5, None, True]
)
def test_all_else_stays(value: object) -> None:
    assert plain_cell(value) is value
