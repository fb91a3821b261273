"""What figures and explanations print of themselves."""

from __future__ import annotations

import pytest

from kerasapps.evaluation import shown
from tests.values import kinds_of, left_open_in


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [(None, "{:.2f}", "–"), (0.0, "{:.2f}", "0.00"), (1.25, "{}", "1.25")],
)
def test_what_there_is_no_value_of_is_a_dash(value: float | None, form: str, text: str) -> None:
    assert shown.cell(value, form) == text


def test_kinds_of_values() -> None:
    assert kinds_of(shown) == {"Shown": "frozen, by name"}


def test_what_need_not_be_given() -> None:
    assert left_open_in(shown) == {"Shown": dict.fromkeys(("lead", "lines", "spare", "before"), ())}
