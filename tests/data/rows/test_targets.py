from __future__ import annotations

from typing import Any

import pytest

from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.targets import read_target, target_places
from kerasapps.data.rows.values import values_of
from kerasapps.errors import DataError


@pytest.mark.parametrize(
    ("cells", "answer"),
    [
        (["<=50K", ">50K"], "class"),
        ([0, 1], "class"),
        (list(range(10)), "class"),
        (list(range(11)), "number"),
        ([0.5, 1], "number"),
        ([*range(11), "many"], "class"),
        ([*range(11), None], "number"),
    ],
)
def test_the_answer_is_told_by_the_values(cells: list[Any], answer: str) -> None:
    reading = read_target("y", values_of(cells), config=TabularConfig())
    assert reading.answer == answer
    other = {"class": "number", "number": "class"}[answer]
    assert f"a {answer} (" in reading.describe()
    are_words = cells == ["<=50K", ">50K"]
    assert (f"--answer {other}" in reading.describe()) is not are_words


def test_the_answer_can_be_asked_for() -> None:
    values = values_of([3, 4, 5])
    number = read_target("y", values, config=TabularConfig(answer="number"))
    words = read_target("y", values_of(["yes", "no", "7"]), config=TabularConfig())
    assert "--answer" not in words.describe() and "--answer class" in number.describe()
    assert (number.answer, number.why) == ("number", "3 to 5")
    classes = read_target("y", values_of([0.5, 1.5]), config=TabularConfig(answer="class"))
    assert (classes.answer, classes.why) == ("class", "2 different values")
    with pytest.raises(DataError, match="'y' holds no number \\('a', 'b'\\)"):
        read_target("y", values_of(["a", "b"]), config=TabularConfig(answer="number"))


def test_the_target_is_found_by_option_or_by_its_name() -> None:
    names = ["age", "Income", "class"]
    asked = TabularConfig(target="Income")
    assert target_places(names, config=asked, where="a.csv") == ((1,), None)
    place, line = target_places(names, config=TabularConfig(), where="a.csv")
    assert place == (2,) and line == (
        "a.csv: target in 'class'; name it with --target if that is wrong"
    )
    with pytest.raises(DataError, match=r"did you mean 'Income'\? Its columns: "):
        target_places(names, config=TabularConfig(target="income"), where="a.csv")
    with pytest.raises(DataError, match=r"which column of a.csv .*\(--target COLUMN\).*: age, b"):
        target_places(["age", "b"], config=TabularConfig(), where="a.csv")
