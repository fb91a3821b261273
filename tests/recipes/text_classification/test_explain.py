"""What an explanation prints of itself."""

from __future__ import annotations

import json

from kerasapps.outputs.classes.words import WordWeight
from kerasapps.recipes.text_classification.explain import Explanation


def explained(*weights: float, truncated: bool = False) -> Explanation:
    """Words w00, w01, … with these weights."""
    text = " ".join(f"w{number:02d}" for number in range(len(weights)))
    words = tuple(
        WordWeight(f"w{number:02d}", 4 * number, weight) for number, weight in enumerate(weights)
    )
    return Explanation(text, "pos", 0.875, words, truncated)


def test_the_ten_weightiest_words_are_printed() -> None:
    shown = explained(*(number / 100 for number in range(-6, 7))).shown()
    assert shown.title == "What the probability loses without the word, in points"
    assert shown.columns == ("word", "points") and not shown.lines
    assert [points for _, points in shown.rows] == [
        "-6.0", "+6.0", "-5.0", "+5.0", "-4.0", "+4.0", "-3.0", "+3.0", "-2.0", "+2.0",
    ]  # fmt: skip
    assert shown.rows[1][0] == "w12" and shown.lead[1:] == ["pos 87.5%"]


def test_words_that_weigh_nothing_are_not_listed() -> None:
    shown = explained(0.0, 0.5, truncated=True).shown()
    assert shown.rows == [["w01", "+50.0"]]
    assert shown.lead[1:] == [
        "(the text is longer than the model reads: its end was ignored)", "pos 87.5%",
    ]  # fmt: skip


def test_words_are_coloured_by_what_they_speak_for() -> None:
    assert explained(1.0, -1.0, 0.5, -0.25, 0.25, 0.75, 0.0).shown().lead[0] == (
        ("w00", "green bold"), (" ", ""), ("w01", "red bold"), (" ", ""), ("w02", "green"),
        (" ", ""), ("w03", "red"), (" ", ""), ("w04", "green"), (" ", ""), ("w05", "green bold"),
        (" w06", ""),
    )  # fmt: skip


def test_an_explanation_is_plain_values() -> None:
    values = explained(0.5).to_dict()
    assert values["truncated"] is False and Explanation("", "a", 1.0, ()).truncated is False
    assert values["words"] == ({"word": "w00", "start": 0, "weight": 0.5},)
    assert json.loads(json.dumps(values))["score"] == 0.875


def test_it_is_said_where_no_single_word_counts() -> None:
    shown = explained(0.0, 0.0).shown()
    assert shown.rows == []
    (line,) = shown.lines
    assert isinstance(line, str) and line.startswith("No single word changes the answer")
