from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kerasapps.config.targets import TargetKind
from kerasapps.data.targets.forms import TargetForm, find_form
from kerasapps.data.targets.kinds import memberships, names_of, numbers_of, shown
from kerasapps.data.targets.reader import TargetReader, looked_into

SETS = ["red|fast", "red", "slow|blue", "blue|fast", "slow", "red|slow"]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["cat", "dog"] * 5, "class"),
        ([*"0123456789"] * 3, "class"),
        ([*range(100)] * 5, "class"),  # as many as CIFAR-100 has, but each often
        (["1,5", "2,5", "1,2", "2,2", "5,1"], "class"),  # fractions with a comma
        (["Paris, France", "Lyon, France", "Nice, France"], "class"),
        (["cat", "dog", "cat|dog"], "class"),  # a single one may be an accident
        (["a|b", "c|d", "e|f"], "class"),
        # Of seven joined cells two have a part that no other cell has.
        ([*"abc", "a|b", "b|c", "a|c", "a|b|c", "c|b", "x|a", "y|b"], "class"),
        ([1.0, 1.5, 2.0, 2.5, 3.0] * 2, "class"),
        ([[0, 1], [1, 0]], "class"),
        ([[0, 1]] * 19 + [[1, 1]], "class"),  # one of twenty may be a fault
        ([[0, 1]] * 18 + [[1, 1]], "labels"),
        ([None, "", "cat", "dog"], "class"),
        (SETS, "labels"),
        ([each.replace("|", "; ") for each in SETS], "labels"),
        (["red, fast", *SETS[1:2], "fast, blue", "blue, red"], "labels"),
        (["2,17", "2", "17,4", "2,4,17", "4"], "labels"),
        ([["a"], ["b", "a"], []], "labels"),
        ([["a"], ["b", "a"], "c"], "labels"),  # most are lists
        (['["a", "b"]', "[]", '["b"]'], "labels"),
        (["['a', 'b']", "['c']"], "labels"),
        ([np.array([1, 0, 1]), np.array([0, 0, 0])], "labels"),
        ([{"a": 1, "b": 0}, {"a": True, "b": "1"}], "labels"),
        ([n / 7 for n in range(40)], "number"),
        ([n * n for n in range(40)], "number"),
        (["12.5", "-3", *map(str, range(20, 50))], "number"),
        ([[0.5, 2.0], [1.25, 3.0]], "several"),
        ([{"a": "x", "b": 1}, {"b": 3, "a": "y"}], "several"),
        ([*range(50), "12 kg"], "number"),  # one of many may be a fault
        ([], "class"),
    ],
)
def test_what_targets_are_taken_for(cells: list[Any], kind: TargetKind) -> None:
    form = find_form(cells, kind=None)
    assert form.kind == kind
    assert bool(form.told) == (kind != "class")


def test_the_guess_says_why_and_how_to_say_otherwise() -> None:
    assert find_form(SETS, kind=None).told == [
        "target: any number of labels each (parted by '|', 4 labels in 6 different cells); "
        "--target-kind class takes it for one class each"
    ]
    assert find_form([n / 4 for n in range(12)] * 5, kind=None).told == [
        "target: one class each (12 different numbers); --target-kind number takes it for numbers"
    ]
    assert find_form(SETS, kind="class") == TargetForm()
    assert find_form(["a", "b"], kind="labels").told == [
        "target: any number of labels each (one label a cell)"
    ]
    several = [{"high notes": n / 7, "mood": "ab"[n % 2]} for n in range(40)]
    (hint,) = [line for line in find_form(several, kind=None).told if "--target-columns" in line]
    assert "--target-columns 'high notes:class' takes" in hint  # as a shell takes it


def read(cells: list[Any], kind: TargetKind | None = None) -> list[str]:
    """Each target, or in brackets what is wrong with it."""
    form, stream = looked_into(iter(cells), lambda cell: cell, kind=kind)
    reader = TargetReader(form.of_column("price"))
    pairs = [reader.read(cell) for cell in stream]
    return [f"({problem.reason})" if problem else shown(key) for key, problem in pairs]


@pytest.mark.parametrize(
    ("cells", "kind", "targets"),
    [
        (["b| a|b", " a ", "", None, "||a|"], "labels", ["a + b", "a", *["no label"] * 2, "a"]),
        ([["b", 1, None], [], "a"], "labels", ["1 + b", "no label", "a"]),
        (['["x y", "z"]', "[]"], None, ["x y + z", "no label"]),
        ([[1, 0, 1], [0, 0, 0]], None, ["0 + 2", "no label"]),
        ([{"u": 1, "v": 1}, {"v": "0", "u": "true"}], None, ["u + v", "u"]),
        (["1.50", 2, "-1e3"], "number", ["1.5", "2.0", "-1000.0"]),
        ([[1.5], "[3]"], "number", ["1.5", "3.0"]),
        (["1.0", True], "class", ["1", "True"]),
    ],
)
def test_cells_become_targets(cells: Any, kind: Any, targets: list[str]) -> None:
    assert read(cells, kind) == targets


@pytest.mark.parametrize(
    ("cells", "kind", "reason"),
    [
        ([*[[1, 0], [1, 1]] * 10, [1]], None, "(1 ones and zeros where the first examples have 2)"),
        ([{"a": 1, "b": 1}, {"a": 1, "c": 1}], "labels", "(the names a, c are not those of the fi"),
        ([1.5, "12 kg"], "number", "('12 kg' is no number)"),
        ([1.5, "12,5"], "number", "('12,5' is no number: write it as 1234.5, without signs)"),
        ([1.5, None], "number", "(the number is missing)"),
        ([1.5, float("inf")], "number", "(inf is no finite number)"),
        ([1.5, True], "number", "(True is no number)"),
        ([*[[1.5, 2]] * 9, [1.5]], None, "(1 answers where the first examples have 2)"),
        ([*[{"a": 1, "b": 0}] * 9, None], None, "(the label is missing)"),
        (["a|b", "a\x07|c"], "labels", "(label 'a\\x07' has the control character U+0007)"),
    ],
)
def test_what_is_wrong_with_a_cell_is_said(cells: Any, kind: Any, reason: str) -> None:
    assert read(cells, kind)[-1].startswith(reason)


def test_targets_become_arrays() -> None:
    keys = [key for key, _ in map(TargetReader(find_form(SETS, kind=None)).read, SETS[:3])]
    assert [*map(names_of, keys)] == [("fast", "red"), ("red",), ("blue", "slow")]
    table = memberships([*keys, ""], ("red", "slow", "unseen"))
    assert table.tolist() == [[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert table.dtype == np.uint8
    assert numbers_of(["1.5", "2.0"]).tolist() == [1.5, 2.0]
