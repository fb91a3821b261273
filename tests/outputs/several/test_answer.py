"""What several answers are judged by together, and what a bundle says of them."""

from __future__ import annotations

import pytest

from kerasapps.outputs.classes.answer import ACCURACY, CLASS_ANSWER
from kerasapps.outputs.labels.answer import explain_thresholds
from kerasapps.outputs.numbers.answer import NUMBER_ANSWER, RMSE
from kerasapps.outputs.several.answer import (
    explain_several,
    output_names,
    score_of,
    tolerance_of,
)


def test_a_share_is_its_own_score_and_an_error_is_what_it_explains() -> None:
    assert score_of(ACCURACY, 0.9, spread=1.0) == 0.9
    assert score_of(RMSE, 3.0, spread=6.0) == 0.75
    assert score_of(RMSE, 9.0, spread=6.0) == 0  # worse than the mean is worth no less
    assert (score_of(RMSE, 0.0, spread=0.0), score_of(RMSE, 1.0, spread=0.0)) == (1, 0)


def test_a_number_may_lose_twice_as_many_per_cent_as_a_share_points() -> None:
    assert tolerance_of(ACCURACY, 0.5) == 0.5
    assert tolerance_of(RMSE, 0.5) == 1.0


def test_outputs_have_plain_names_unlike_all_that_goes_in() -> None:
    names = ["age in years", "input", "Grösse", "x" * 90]
    outputs = output_names(names, taken={"input"})
    assert outputs["age in years"] == "age_in_years"
    assert outputs["input"] == "input_out"
    assert outputs["Grösse"].isascii() and len(outputs["x" * 90]) <= 64
    assert len(set(outputs.values())) == len(names)


def test_each_answer_is_said_with_its_output_and_labels() -> None:
    answers = {
        "breed": CLASS_ANSWER,
        "marks": explain_thresholds([0.25, 0.5]),
        "age": NUMBER_ANSWER,
    }
    said = explain_several(
        answers,
        outputs={"breed": "breed", "marks": "marks_2", "age": "age"},
        labels={"breed": ("pug", "husky"), "marks": ("spot", "scar"), "age": ()},
    )
    assert said == {
        "kind": "several",
        "answers": {
            "breed": {"kind": "classes", "labels": ["pug", "husky"], "output": "breed"},
            "marks": {
                "kind": "labels",
                "thresholds": [0.25, 0.5],
                "labels": ["spot", "scar"],
                "output": "marks_2",
            },
            "age": {"kind": "number", "output": "age"},
        },
    }


@pytest.mark.parametrize("name", ["a", "a_out"])
def test_two_outputs_never_share_a_name(name: str) -> None:
    outputs = output_names(["a", "a_out", name * 2], taken={"a"})
    assert len(set(outputs.values())) == 3 and "a" not in outputs.values()
