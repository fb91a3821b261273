"""The rules that all searches for a translation keep."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

import numpy as np
import pytest

from kerasapps.deploy import hypotheses
from kerasapps.deploy.hypotheses import Hypothesis, Sampling, check_search, length_divisors
from kerasapps.errors import ConfigError


def test_the_marks_and_the_floor() -> None:
    marks = (hypotheses.PADDING, hypotheses.START, hypotheses.END)
    assert marks == (0, 2, 3) and hypotheses.FLOOR == -1e4


def test_divisors_are_powers_of_the_length() -> None:
    found = length_divisors(4, 0.5)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[1:], np.sqrt([1, 2, 3, 4]), rtol=1e-6)
    assert length_divisors(3, 0).tolist() == [1, 1, 1, 1]
    np.testing.assert_allclose(length_divisors(64, 2)[1:], np.arange(1.0, 65) ** 2)
    assert np.isfinite(length_divisors(3, 1.7)).all() and len(length_divisors(1, 1)) == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"max_length": 1}, None),
        ({"max_length": 0}, "max_length must be at least 1, got 0"),
        ({"beam": 3, "n_best": 3}, None),
        ({"beam": 0}, "beam must be at least 1, got 0"),
        ({"n_best": 0}, "n_best must be at least 1, got 0"),
        ({"beam": 2.5}, "beam must be a whole number, at least 1, got 2.5"),
        ({"beam": True}, "beam must be a whole number, at least 1, got True"),
        ({"beam": np.int64(100), "n_best": 100}, None),
        ({"beam": 101}, "beam must be at most 100, got 101: each hypothesis takes as long"),
        ({"n_best": 10**9}, "n_best must be at most 100, got 1000000000"),
        ({"max_length": 10**9}, None),
        ({"beam": 3, "n_best": 4}, r"n_best 4 is more than the beam keeps: raise beam \(now 3\)"),
        ({"n_best": 2}, r"now 1"),
        ({"length_penalty": 0.0}, None),
        ({"length_penalty": -1e-9}, "length_penalty must be a number of at least 0"),
        ({"length_penalty": float("nan")}, "length_penalty"),
        ({"length_penalty": float("inf")}, "length_penalty"),
    ],
)
def test_a_search_that_cannot_be_is_refused(options: dict[str, Any], words: str | None) -> None:
    options = {"max_length": 5, **options}
    if words is None:
        check_search(**options)
    else:
        with pytest.raises(ConfigError, match=words):
            check_search(**options)


def test_a_search_is_greedy_unless_more_is_asked_for() -> None:
    parameters = inspect.signature(check_search).parameters
    defaults = {name: each.default for name, each in parameters.items() if name != "max_length"}
    assert defaults == {"length_penalty": 1.0, "beam": 1, "n_best": 1}


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("temperature", (0.01, 1, 100), (0.009, 100.1, float("nan"))),
        ("top_k", (None, 1, 10**6), (0, -1, 1.5)),
        ("top_p", (None, 0.0001, 0.5, 1), (0.00009, 1.0001)),
        ("seed", (0, 2**31 - 1), (-1, 2**31, 0.5)),
    ],
)
def test_how_pieces_are_drawn_has_bounds(
    field: str, good: tuple[Any, ...], bad: tuple[Any, ...]
) -> None:
    for value in good:
        assert getattr(Sampling(**{field: value}), field) == value
    for value in bad:
        with pytest.raises(ConfigError, match=field):
            Sampling(**{field: value})


def test_all_pieces_are_drawn_from_as_they_are_unless_more_is_asked_for() -> None:
    assert dataclasses.astuple(Sampling()) == (1.0, None, None, 0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Sampling().seed = 1  # type: ignore[misc]


def test_a_hypothesis_is_itself_alone() -> None:
    one = Hypothesis((4, 3), -0.5)
    assert one != Hypothesis((4, 3), -0.5) and one.attention is None
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.score = 0.0  # type: ignore[misc]
