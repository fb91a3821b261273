"""What the report's section of a search is given."""

from __future__ import annotations

import dataclasses

import pytest

from kerasapps.evaluation.parallel import DRAWN
from kerasapps.evaluation.search_section import search_section
from tests.evaluation.searches import search_of, shown_search
from tests.evaluation.svg import title_of


def test_two_charts_and_the_picture_of_all_options():
    search = shown_search()
    found = search_section(search)
    assert [title for title, _ in found["charts"]] == [
        "val_accuracy by trial", "val_accuracy by time"
    ]  # fmt: skip
    assert [title_of(svg) for _, svg in found["charts"]] == [
        "val_accuracy by trial", "val_accuracy by time"
    ]  # fmt: skip
    assert 'id="search-parallel-title"' in found["picture"]
    assert found["shown"] is search and found["absences"] is True
    assert (found["undrawn"], found["drawn"]) == (0, DRAWN)
    assert search_section(search_of([0.5, 0.6]))["absences"] is False


def test_what_there_is_nothing_to_show_of():
    assert search_section(None) is None
    assert search_section(shown_search(trials=[])) is None
    (only,) = search_of([0.5]).trials
    found = search_section(shown_search(trials=[only]))
    assert len(found["charts"]) == 2 and found["picture"] is None
    failed = dataclasses.replace(only, figure=None, rank=None, state="failed")
    found = search_section(shown_search(trials=[failed]))
    assert found["charts"] == [] and found["counts"] == "1 trial, of which 1 failed."


def test_one_trial_with_a_figure_is_enough_for_charts():
    trials = [
        dataclasses.replace(each, figure=None, rank=None) if each.number else each
        for each in search_of([0.5, 0.6]).trials
    ]
    assert len(search_section(shown_search(trials=trials))["charts"]) == 2


def test_trials_beyond_the_lines_of_the_picture_are_counted():
    search = search_of([index / 1000 for index in range(DRAWN + 2)])
    lost = dataclasses.replace(search.trials[0], figure=None)
    assert search_section(search)["undrawn"] == 2
    some = shown_search(trials=[lost, *search.trials[1:-2]], axes=search.axes)
    assert search_section(some)["undrawn"] == 0


@pytest.mark.parametrize(
    ("states", "counts"),
    [
        (["done"], "1 trial."),
        (["done", "done"], "2 trials."),
        (["done", "stopped", "stopped"], "3 trials, of which 2 ended early."),
        (["done", "over"], "2 trials, of which 1 beyond a limit."),
        (
            ["interrupted", "failed", "over", "stopped", "failed"],
            "5 trials, of which 1 ended early, 1 beyond a limit, 2 failed, 1 interrupted.",
        ),
    ],
)
def test_what_became_of_the_trials(states, counts):
    given = search_of([0.5] * len(states)).trials
    trials = [
        dataclasses.replace(
            each,
            state="done" if state == "over" else state,
            rank=each.rank if state == "done" else None,
        )
        for each, state in zip(given, states, strict=True)
    ]
    assert search_section(shown_search(trials=trials))["counts"] == counts
