from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.readings import Reading, read_columns
from kerasapps.data.rows.values import values_of

WORDS = ("red", "green", "blue")


def read(cells: list[Any], name: str = "x", **options: Any) -> Reading:
    (reading,) = read_columns({name: values_of(cells)}, config=TabularConfig(**options))
    return reading


def several(count: int = 100) -> list[str]:
    """Texts of several words, all different."""
    return [f"the number {n} is what this says" for n in range(count)]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([n * 0.5 for n in range(100)], "number"),
        ([n % 7 for n in range(100)], "number"),
        ([n % 7 or None for n in range(100)], "number"),
        ([n % 2 for n in range(100)], "yes/no"),
        (["Yes", "No", None] * 30, "yes/no"),
        (list(WORDS) * 30, "category"),
        (["seen", None] * 30, "category"),
        (["seen"] * 60, "constant"),
        ([None] * 60, "constant"),
        ([f"2024-01-{1 + n % 28:02}" for n in range(100)], "date"),
        ([f"{n % 24}:30" for n in range(100)], "date"),
        (several(), "text"),
        (several(30) * 4, "category"),
        ([f"p{n}" for n in range(100)], "id"),
        (list(range(1000, 1100)), "id"),
        (WORDS[:2], "category"),
        (["a b c d", "e f g h i"], "category"),
        (list(range(19)), "number"),
        ([7, None] * 30, "category"),
        ([7] * 99 + ["x"], "category"),
        (["2024-01-02", None] * 30, "category"),
    ],
)
def test_columns_are_told_by_their_values(cells: list[Any], kind: str) -> None:
    assert read(list(cells)).kind == kind


def test_whole_numbers_of_their_own_are_ids_by_name_or_order_only() -> None:
    shuffled = np.random.default_rng(0).permutation(1000).tolist()
    assert read(shuffled).kind == "number"
    names = ("id", "customer_id", "customerId", "row key", "Unnamed: 0", "ID")
    assert {read(shuffled, name).kind for name in names} == {"id"}
    assert read(shuffled, "valid").kind == "number"
    assert read([n + 0.5 for n in shuffled], "id").kind == "number"
    assert read([*shuffled[:-1], shuffled[0]], "id").kind == "number"


def test_a_few_strange_values_are_missing_and_named() -> None:
    reading = read([*range(0, 200, 2), "high", "low", "high"], "x")
    assert (reading.kind, reading.odd, reading.odd_rows) == ("number", ("high", "low"), 3)
    dates = read(["2024-01-02", "2024-01-03"] * 50 + ["soon"])
    assert (dates.kind, dates.odd, dates.odd_rows) == ("date", ("soon",), 1)
    assert dates.order == "year-month-day"


def test_numbers_among_words_are_a_category_of_mixed_types() -> None:
    mixed = read([1, 2, 3, "low"] * 30)
    assert (mixed.kind, mixed.mixed) == ("category", True)
    assert not read(list(WORDS) * 30).mixed
    assert not read([*WORDS] * 40 + ["7"]).mixed


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"category_columns": "x"}, "category"),
        ({"number_columns": ("x",)}, "number"),
        ({"date_columns": ["x"]}, "date"),
        ({"ignore": "x"}, "left out"),
        ({"ignore": "y"}, "id"),
    ],
)
def test_options_have_the_last_word(options: dict[str, Any], kind: str) -> None:
    assert read(list(range(100)), **options).kind == kind


def test_what_is_asked_for_and_not_there_is_named() -> None:
    reading = read(list(WORDS) * 10, number_columns="x")
    assert (reading.odd, reading.odd_rows, reading.why) == (WORDS, 30, "no number")
    assert read(list(WORDS) * 10, date_columns="x").odd_rows == 30


def test_only_what_a_network_can_use_is_used() -> None:
    used = {read(cells).kind: read(cells).used for cells in ([1.5, 2], several(), [1, 1])}
    assert used == {"number": True, "text": False, "constant": False}


def test_a_reading_says_what_it_was_told_by() -> None:
    assert read([0.5, 12, 3]).why == "0.5 to 12"
    assert read(list(WORDS) * 30).why == "3 different values"
    assert read(["yes", "no"]).why == "'yes' and 'no'"
    assert read(["seen"] * 60).why == "'seen'"
    assert "month-day-year" in read(["02/01/2024", "03/04/2024"] * 3).why


def test_what_does_not_vary_is_left_out_though_it_is_asked_for() -> None:
    for cells, why in ([7, None], "7"), ([None, None], "no values"):
        reading = read(list(cells) * 30, number_columns="x")
        assert (reading.kind, reading.why) == ("constant", why)
    dates = read(["2024-01-02", None] * 30, date_columns="x")
    assert (dates.kind, dates.why) == ("constant", "'2024-01-02'")
    assert read(list(WORDS) * 10, date_columns="x").why == "no date"


@pytest.mark.parametrize(
    "form", ["{}%", "€{}", "$ {}", "{},5", "1,{}.50", "1.{},50", "1 {}", "1'{}", "-{} €"]
)
def test_numbers_with_marks_are_noticed(form: str) -> None:
    reading = read([form.format(number) for number in range(100, 150)] * 2)
    assert reading.marked == form.format(100) and reading.kind == "category"


def test_other_words_have_no_marks() -> None:
    for cells in (WORDS, ("10.0.0.1", "10.0.0.2"), ("1.2.3", "1.2.4"), (1, 2, 3, "low")):
        assert not read(list(cells) * 30).marked
