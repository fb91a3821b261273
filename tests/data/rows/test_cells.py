from __future__ import annotations

import datetime
import decimal

import numpy as np
import pandas as pd
import pytest

from kerasapps.data.rows.cells import LONGEST, are_yes_and_no, cell_text, numbers_in


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  Private ", "Private"),
        ("39.0", "39"),
        ("39.50", "39.50"),
        ("007", "007"),
        (39, "39"),
        (39.0, "39"),
        (-0.25, "-0.25"),
        (np.int64(7), "7"),
        (np.float32(0.1), "0.1"),
        (np.float64(1e30), "1e+30"),
        (2**70, str(2**70)),
        (decimal.Decimal("1.10"), "1.10"),
        (True, "true"),
        (np.bool_(False), "false"),
        (b"caf\xc3\xa9", "café"),
        (np.array(3), "3"),
        (datetime.date(2024, 2, 3), "2024-02-03"),
        (pd.Timestamp("2024-02-03 04:05"), "2024-02-03T04:05:00"),
        (np.datetime64("2024-02-03"), "2024-02-03"),
        (datetime.time(4, 5), "04:05:00"),
    ],
)
def test_equal_values_are_equal_texts(value: object, text: str) -> None:
    assert cell_text(value) == text


@pytest.mark.parametrize(
    "value",
    [
        *("", "  ", "?", "NA", "n/a", "NaN", "NULL", "<NA>", b"?"),
        *(None, float("nan"), float("inf"), pd.NA, pd.NaT, np.datetime64("NaT"), np.float32("nan")),
    ],
)
def test_missing_values_are_nothing(value: object) -> None:
    assert cell_text(value) == ""


def test_words_that_only_look_missing_are_values() -> None:
    assert [cell_text(text) for text in ("none", "-", "0", "nano")] == ["none", "-", "0", "nano"]
    assert len(cell_text("x" * 5000)) == LONGEST


def test_numbers_are_what_is_written_as_one() -> None:
    texts = ["3", "-2.5", "+.5", "1e3", "4.", "", "1_000", "0x10", "1e999", "nan", "٣٤", "1 2"]
    numbers = numbers_in(texts)
    np.testing.assert_array_equal(numbers[:5], [3, -2.5, 0.5, 1000, 4])
    assert np.isnan(numbers[5:]).all()


@pytest.mark.parametrize(
    ("texts", "are"),
    [
        (["Yes", "no"], True),
        (["true", "false"], True),
        (["0", "1"], True),
        (["y", "n"], True),
        (["yes", "true"], False),
        (["yes"], False),
        (["yes", "YES", "no"], False),
        (["yes", "maybe"], False),
    ],
)
def test_yes_and_no(texts: list[str], are: bool) -> None:
    assert are_yes_and_no(texts) is are
