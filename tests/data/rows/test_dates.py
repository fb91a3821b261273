from __future__ import annotations

import datetime

import numpy as np
import pytest

from kerasapps.data.rows.dates import PARTS, date_parts, is_ambiguous, order_of

DATES = [f"2024-{month:02}-{day:02}" for month in (1, 2, 12) for day in (1, 13, 28)]


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (DATES, "year-month-day"),
        ([f"{date}T10:30:00Z" for date in DATES], "year-month-day"),
        ([f"{date} 10:30:00.125+02:00" for date in DATES], "year-month-day"),
        (["2024/1/2", "2023/12/31"], "year-month-day"),
        (["31.12.2023", "01.02.2024"], "day-month-year"),
        (["12/31/2023", "02/01/2024"], "month-day-year"),
        (["02/01/2024", "03/04/2024"], "day-month-year"),
        (["10:30", "23:59:59"], "time"),
        (["10:30", "24:00"], None),
        (["2024", "2023"], None),
        (["2024-02-30", "2023-13-01"], None),
        (["a", "b"], None),
        ([], None),
    ],
)
def test_the_order_is_told_by_the_values(texts: list[str], order: str | None) -> None:
    assert order_of([(text, 1) for text in texts]) == order


def test_a_few_values_may_be_something_else() -> None:
    assert order_of([("2024-01-01", 19), ("soon", 1)]) == "year-month-day"
    assert order_of([("2024-01-01", 18), ("soon", 2)]) is None


def test_days_and_months_that_could_be_either_are_ambiguous() -> None:
    assert is_ambiguous(["02/01/2024", "03/04/2024"])
    assert not is_ambiguous(["02/01/2024", "13/04/2024"])


def test_parts_are_those_of_the_calendar() -> None:
    texts = ["2024-02-29T23:05", "1969-12-31", "2100-03-01", "0001-01-01"]
    dates = [datetime.date.fromisoformat(text[:10]) for text in texts]
    parts = date_parts(texts, "year-month-day")
    assert parts.shape == (4, len(PARTS))
    expected = [
        (d.year, d.month, d.day, d.weekday(), (d - datetime.date(1970, 1, 1)).days) for d in dates
    ]
    np.testing.assert_array_equal(parts[:, :5], expected)
    np.testing.assert_array_equal(parts[0, 5:], [23, 5])
    assert np.isnan(parts[1:, 5:]).all()


def test_what_is_no_such_date_has_no_parts() -> None:
    assert np.isnan(date_parts(["2023-02-29", "", "29.02.2024"], "year-month-day")).all()
    assert date_parts([], "time").shape == (0, len(PARTS))
    np.testing.assert_array_equal(date_parts(["7:30"], "time")[0, 5:], [7, 30])
