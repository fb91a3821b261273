from __future__ import annotations

from kerasapps.export.refusals import refusals_in_words


def test_reasons_are_counted_the_most_frequent_first() -> None:
    errors = ["", "a TIFF", "x", "a TIFF", ""]
    assert refusals_in_words(errors) == "refuses 3 of 5 examples: 2× a TIFF; 1× x"
    assert refusals_in_words(["", ""]) == refusals_in_words([]) == ""


def test_three_reasons_are_shown() -> None:
    assert refusals_in_words(list("abc")) == "refuses 3 of 3 examples: 1× a; 1× b; 1× c"
    assert refusals_in_words(list("aabbccde")).endswith("2× c; 2 other reasons")
