"""What a search says of itself to its charts."""

from __future__ import annotations

import dataclasses

from kerasapps.evaluation import shown_search as shown_search_module
from tests.answers import ERRORS
from tests.evaluation.searches import SHARE, search_of, shown_search
from tests.values import kinds_of, left_open_in


def test_a_range_is_wide_from_a_hundredfold_on():
    losses = shown_search(metric=None)
    assert not losses.is_wide([0.25, 25.0]) and losses.is_wide([0.25, 25.5])
    assert not losses.is_wide([0.0, 25.5]) and not losses.is_wide([-1.0, 500.0])
    assert not shown_search(metric=SHARE).is_wide([0.001, 0.9])
    assert shown_search(metric=ERRORS.metric).is_wide([0.001, 0.9])


def test_only_finite_figures_can_be_drawn():
    (trial,) = search_of([0.5]).trials
    figures = (0.5, 0.0, None, float("nan"), float("inf"))
    trials = [dataclasses.replace(trial, figure=each) for each in figures]
    assert [each.is_drawable for each in trials] == [True, True, False, False, False]
    assert shown_search(trials=trials).drawable == trials[:2]


def test_over_a_limit_is_what_came_to_its_end_without_a_rank():
    (trial,) = search_of([0.5]).trials
    states = [("done", 1), ("done", None), ("stopped", None), ("failed", None)]
    over = [dataclasses.replace(trial, state=state, rank=rank).is_over for state, rank in states]
    assert over == [False, True, False, False]


def test_kinds_of_values():
    assert kinds_of(shown_search_module) == {
        "ShownAxis": "frozen, by name",
        "ShownTrial": "frozen, by name",
        "ShownSearch": "frozen, by name",
    }


def test_what_need_not_be_given():
    assert left_open_in(shown_search_module) == {
        "ShownAxis": {"choices": (), "log": False},
        "ShownTrial": {"reason": ""},
        "ShownSearch": {"notes": ()},
    }
