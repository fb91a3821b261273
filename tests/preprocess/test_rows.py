from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.readings import read_columns
from kerasapps.data.rows.values import Values, values_of
from kerasapps.errors import ConfigError
from kerasapps.preprocess.row_spec import MISSING_ID, UNKNOWN_ID, RowSpec, Scale
from kerasapps.preprocess.rows import KNOTS, REACH, encode_rows, fit_rows, fit_scale

RNG = np.random.default_rng(0)
ROWS = 400
TABLE: Mapping[str, list[Any]] = {
    "age": [20 + n % 60 for n in range(ROWS)],
    "gain": [0 if n % 10 else 1000 + n for n in range(ROWS)],
    "score": [None if n % 4 == 0 else n % 4 + 0.5 for n in range(ROWS)],
    "job": [("clerk", "cook", "smith", None)[n % 4] for n in range(ROWS - 1)] + ["king"],
    "member": [("yes", "no", "no")[n % 3] for n in range(ROWS)],
    "since": [f"20{10 + n % 9}-0{1 + n % 2}-05" for n in range(ROWS)],
    "row_id": list(range(ROWS)),
}


def columns_of(table: Mapping[str, list[Any]]) -> dict[str, Values]:
    return {name: values_of(cells) for name, cells in table.items()}


def fitted(table: Mapping[str, list[Any]] = TABLE, *, min_count: int = 3) -> RowSpec:
    columns = columns_of(table)
    readings = read_columns(columns, config=TabularConfig())
    return fit_rows(columns, readings, target="y", min_count=min_count)


def test_every_used_column_becomes_numbers_or_ids() -> None:
    spec = fitted()
    assert spec.names == ("age", "gain", "score", "job", "member", "since")
    assert spec.ignored == ("row_id",) and spec.target == "y"
    parts = [scale.part for column in spec.scaled for scale in column.scales]
    assert parts == ["", "", "", "year", "month", "weekday", "day number"]
    assert spec.numbers == len(parts) + 1, "a flag for the column with missing values"
    assert spec.ids == (2 + 3, 2 + 2)
    assert [column.typical for column in spec.columns] == [
        "48", "0", "2.5", "smith", "no", "2014-01-05",
    ]  # fmt: skip
    inputs = encode_rows(columns_of(TABLE), spec)
    assert inputs.numbers.shape == (ROWS, spec.numbers) and inputs.numbers.dtype == np.float32
    assert inputs.categories.shape == (ROWS, 2) and inputs.categories.dtype == np.int32
    assert len(inputs[:7]) == 7 and set(inputs.arrays) == {"numbers", "categories"}
    # The levels of evenly spread numbers have about mean 0 and deviation 1.
    assert abs(inputs.numbers[:, 0].mean()) < 0.05 and 0.9 < inputs.numbers[:, 0].std() < 1.1


def test_the_spec_survives_json() -> None:
    spec = fitted()
    again = RowSpec.from_dict(json.loads(json.dumps(spec.to_dict() | {"more": 1})))
    assert again == spec
    first = encode_rows(columns_of(TABLE), spec)
    np.testing.assert_array_equal(encode_rows(columns_of(TABLE), again).numbers, first.numbers)


def test_rare_values_are_unknown_and_missing_ones_have_an_id() -> None:
    spec = fitted()
    assert spec.categories[0].values == ("clerk", "cook", "smith")
    row = {**{name: [cells[1]] * 5 for name, cells in TABLE.items()}}
    row["job"] = ["king", "?", "smith", "Smith", "clerk"]
    row["member"] = ["TRUE", "0", None, "perhaps", "No"]
    ids = encode_rows(columns_of(row), spec).categories
    assert ids[:, 0].tolist() == [UNKNOWN_ID, MISSING_ID, 4, UNKNOWN_ID, 2]
    assert ids[:, 1].tolist() == [3, 2, MISSING_ID, UNKNOWN_ID, 2]
    assert "king" in fitted(min_count=1).categories[0].values


def test_numbers_beyond_the_training_are_as_far_as_it_went() -> None:
    spec = fitted({"age": TABLE["age"], "score": TABLE["score"]})
    table = {"age": [-1e9, 20, 79, 1e9, None, "old"], "score": [9.0, 1.5, None, None, 1.5, -9]}
    numbers = encode_rows(columns_of(table), spec).numbers
    reach = np.float32(REACH)
    np.testing.assert_allclose(numbers[:4, 0], [-reach, -reach, reach, reach], rtol=1e-6)
    # Without missing values in training there is no flag, and the median stands in for one.
    np.testing.assert_allclose(numbers[4:, 0], spec.scaled[0].scales[0].typical, rtol=1e-6)
    np.testing.assert_array_equal(numbers[:, 2], [0, 0, 1, 1, 0, 0])
    assert numbers[2, 1] == np.float32(spec.scaled[1].scales[0].typical)
    order = encode_rows(columns_of({"age": [21, 40, 60], "score": [1.5] * 3}), spec).numbers[:, 0]
    assert (np.diff(order) > 0).all()


def test_a_column_that_says_nothing_in_training_is_left_out() -> None:
    spec = fitted({"age": TABLE["age"], "flat": [3] * ROWS})
    assert spec.names == ("age",) and spec.ignored == ("flat",)
    inputs = encode_rows(columns_of({"age": [30]}), spec)
    assert inputs.categories.shape == (1, 0) and set(inputs.arrays) == {"numbers"}
    assert set(encode_rows(columns_of({"job": ["cook"] * 2}), fitted({"job": TABLE["job"]})).arrays)
    only_ids = encode_rows(columns_of({"job": ["cook"] * 2}), fitted({"job": TABLE["job"]}))
    assert only_ids.numbers.shape == (2, 0) and set(only_ids.arrays) == {"categories"}


def test_what_is_rare_is_told_apart_beside_what_is_frequent() -> None:
    values = np.array([0.0, *np.arange(1, 81)])
    scale = fit_scale(values, np.array([920, *[1] * 80]))
    rest = scale(values[1:])
    # A plain quantile would leave the 8 % of the rows that differ 8 % of the range.
    assert rest[-1] - rest[0] > 2 * REACH * 0.7
    assert scale.typical == pytest.approx(-REACH)


def test_a_scale_has_few_knots_and_is_monotonic() -> None:
    values = np.sort(RNG.normal(size=5000))
    scale = fit_scale(values, np.ones(5000, int))
    assert len(scale.knots) <= KNOTS and len(scale.levels) == len(scale.knots)
    assert scale.knots[0] == values[0] and scale.knots[-1] == values[-1]
    assert (np.diff(scale.levels) > 0).all() and (np.diff(scale.knots) > 0).all()
    levels = scale(values)
    assert np.histogram(levels, 4)[0].min() > 1150, "evenly spread"
    assert scale(np.array([np.nan]))[0] == np.float32(scale.typical)
    assert abs(scale.typical) < 0.01


def test_a_part_of_a_date_has_its_place() -> None:
    assert [Scale((0.0, 1.0), (0.0, 1.0), 0.0, part).place for part in ("year", "minute")] == [0, 6]


def test_dates_beyond_the_training_and_no_dates_answer() -> None:
    spec = fitted({"since": TABLE["since"] + [None]})
    table = {"since": ["2031-02-05", "soon", "2014-01-05T12:30"]}
    numbers = encode_rows(columns_of(table), spec).numbers
    assert np.isfinite(numbers).all()
    assert numbers[:, -1].tolist() == [0, 1, 0]
    assert numbers[0, 0] == np.float32(REACH)
    assert dataclasses.asdict(spec)["columns"][0]["order"] == "year-month-day"


@pytest.mark.parametrize(
    ("column", "changes"),
    [
        ("since", {"scales": [{"knots": [0, 1], "levels": [0, 1], "typical": 0, "part": ""}]}),
        ("age", {"scales": [{"knots": [0, 10**400], "levels": [0, 1], "typical": 0, "part": ""}]}),
        ("age", {"scales": [{"knots": [0, 1], "levels": [0, 99], "typical": 0, "part": ""}]}),
        ("age", {"scales": [{"knots": [0, 1], "levels": [0, 1], "typical": 0, "part": "day"}]}),
        ("age", {"flagged": "yes"}),
        ("age", {"flagged": None}),
        ("age", {"name": "gain"}),
        ("job", {"values": ["cook", "cook", "smith"]}),
        ("member", {"values": ["a", "b", "c"]}),
    ],
)
def test_a_description_that_cannot_be_is_refused(column: str, changes: dict[str, Any]) -> None:
    values = json.loads(json.dumps(fitted().to_dict()))
    RowSpec.from_dict(values)
    next(each for each in values["columns"] if each["name"] == column).update(changes)
    with pytest.raises(ConfigError, match="does not describe table rows"):
        RowSpec.from_dict(values)
