"""What is said of labels that nothing got, or that nothing has."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kerasapps.outputs.labels.verdict import warnings_of


def said(never_given: Mapping[str, float], unseen: tuple[str, ...] = ()) -> str:
    return " ".join(warnings_of(0.9, 0.5, never_given=never_given, unseen=unseen))


@pytest.mark.parametrize(
    ("never_given", "told"),
    [
        ({"a": 0.3}, "got the label 'a', though some have it; more examples with it would help"),
        ({"a": 0.3, "b": 0.2}, "got the labels 'a' and 'b', though some have them; more examples"),
        ({"a": 0.1, "b": 0.1, "c": 0.1}, "the labels 'a', 'b' and 'c', though"),
        ({str(n): 0.1 for n in range(50)}, "'29' and 20 more, though some have them"),
    ],
)
def test_labels_that_nothing_got_are_named(never_given: Mapping[str, float], told: str) -> None:
    assert told in said(never_given) and "threshold" not in said(never_given)


def test_a_threshold_is_named_where_it_is_what_fails() -> None:
    told = said({"a": 0.97, "b": 0.2, "c": 0.88})
    assert "'a' and 'c' are nearly in the right order (average precision of 88% or more)" in told
    assert "threshold" in told and "--validation-split" in told
    assert told.endswith("Of the label 'b': more examples with it would help most.")
    assert "more examples" not in said({"a": 0.97})


def test_labels_that_nothing_has_are_named() -> None:
    assert said({}, ("a",)) == "No example has the label 'a': nothing is known of it here."
    assert "the labels 'a' and 'b': nothing is known of them" in said({}, ("a", "b"))


def test_a_little_more_than_guessing_may_be_luck() -> None:
    (warning,) = warnings_of(0.51, 0.5, never_given={}, unseen=())
    assert "not clearly better than giving all examples the same labels" in warning
    assert warnings_of(0.53, 0.5, never_given={}, unseen=()) == []
