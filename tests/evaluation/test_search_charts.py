"""Charts of a search: parsed, and looked at for what they must show."""

from __future__ import annotations

import dataclasses
import re

import pytest

from kerasapps.evaluation.search_charts import progress_chart
from tests.evaluation.describe import check_chart
from tests.evaluation.searches import search_of, shown_search
from tests.evaluation.svg import lines, marks, texts, title_of


@pytest.mark.parametrize(("better", "best"), [(True, [0.5, 0.7, 0.9]), (False, [0.5, 0.4])])
def test_the_line_is_the_best_so_far(better, best):
    svg = progress_chart(
        search_of([0.5, 0.4, 0.7, 0.6, 0.9], higher_is_better=better), over="trial"
    )
    steps = lines(svg, "--series-validation")[0]
    heights = list(dict.fromkeys(y for _, y in steps))
    assert len(heights) == len(best)
    # The page's y runs downwards.
    assert heights == sorted(heights, reverse=better)
    assert len(marks(svg, "--series-train")) == 5 + 1  # and one in the legend


def test_what_cannot_win_is_marked_and_does_not_count():
    search = shown_search()
    svg = progress_chart(search, over="trial")
    assert {"done", "ended early", "over a limit", "best so far", "trial"} <= set(texts(svg))
    assert len(marks(svg, "--series-train")) == 17 + 1
    raised = [
        dataclasses.replace(each, figure=0.999) if each.rank is None and each.figure else each
        for each in search.trials
    ]
    svg = progress_chart(shown_search(trials=raised), over="trial")
    (line, *_), (over, _) = lines(svg, "--series-validation"), marks(svg, "--bad")
    assert min(y for _, y in line) > float(over), "better, but out of the running"
    plain = progress_chart(search_of([0.5, 0.6]), over="trial")
    assert not {"ended early", "over a limit"} & set(texts(plain))


def test_time_adds_up():
    svg = progress_chart(search_of([0.5] * 9), over="minutes")
    named = [float(text) for text in texts(svg) if text and re.fullmatch(r"[\d.]+", text)]
    assert "minutes of all trials together" in texts(svg)
    assert 4 <= max(named) <= 4.5 and min(named) >= 0.5  # nine trials of half a minute


def test_shares_are_per_cent_and_losses_that_ran_away_are_on_a_log_scale():
    assert any(text.endswith(" %") for text in texts(progress_chart(shown_search(), over="trial")))
    losses = {"metric": None, "higher_is_better": False, "objective": "val_loss"}
    svg = progress_chart(search_of([0.2, 0.3, 5e6], **losses), over="trial")
    points = re.findall(r'<use [^>]*y="([\d.]+)"[^>]*style="fill: var\(--series-train\)', svg)
    heights = sorted(float(each) for each in points)[-3:]
    assert heights[2] - heights[1] > 2, "0.2 and 0.3 can be told apart"
    assert {"0.1", "1", "10", "100000"} <= set(texts(svg)), "plain numbers, no formula"


def test_only_finite_figures_are_drawn():
    search = search_of([0.25, float("inf"), 0.2], metric=None, higher_is_better=False)
    svg = progress_chart(search, over="trial")
    assert len(marks(svg, "--series-train")) == 2 + 1
    assert len(lines(svg, "--series-validation")[0]) > 2


def test_without_a_ranked_trial_there_is_no_best():
    trials = [dataclasses.replace(each, rank=None) for each in search_of([0.5, 0.6]).trials]
    assert "best so far" not in texts(progress_chart(shown_search(trials=trials), over="trial"))


@pytest.mark.parametrize("title", ["search by trial", "search by minutes", "search of one"])
def test_the_chart_is_the_known_one(title):
    check_chart(title)


def test_colours_are_the_pages_and_hostile_values_stay_text():
    svg = progress_chart(shown_search(objective="<script>$x$ & 猫"), over="minutes")
    assert "<script" not in svg and title_of(svg) == "<script>$x$ & 猫 by time"
    assert not re.search(r"#[0-9a-fA-F]{6}", svg), "a colour that dark mode cannot change"
    assert "font-family" not in svg
