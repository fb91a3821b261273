"""Charts of a search: parsed, and looked at for what they must show."""

from __future__ import annotations

import dataclasses
import re
from xml.etree import ElementTree

import pytest

from kerasapps.evaluation.parallel import DRAWN, parallel_chart
from kerasapps.evaluation.search import ShownAxis, ShownTrial
from kerasapps.evaluation.search_charts import progress_chart
from tests.evaluation.searches import shown_search


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter("text")]


def lines(svg, variable):
    """The points of each line in that colour, those of the legend last."""
    found = re.findall(rf'<path d="([^"]*)"[^>]*fill: none;[^"]* stroke: var\({variable}\)', svg)
    return [
        [tuple(map(float, pair)) for pair in re.findall(r"[ML] ([\d.-]+) ([\d.-]+)", path)]
        for path in found
    ]


def marks(svg, variable):
    """The heights of the markers in that colour, that of the legend last."""
    return re.findall(rf'<use [^>]*y="([\d.]+)"[^>]*style="fill: var\({variable}\)', svg)


def search_of(figures, **changes):
    """Trials with these figures, in this order."""
    better = changes.get("higher_is_better", True)
    order = sorted(
        range(len(figures)), key=lambda each: -figures[each] if better else figures[each]
    )
    trials = [
        ShownTrial(
            number=number,
            state="done",
            rank=order.index(number) + 1,
            figure=figure,
            values={"width": 1.0 + number},
            seconds=30.0,
        )
        for number, figure in enumerate(figures)
    ]
    trials.sort(key=lambda each: each.rank)
    axes = (ShownAxis(name="width"),)
    return shown_search(**{"trials": trials, "axes": axes, **changes})


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
    losses = {"is_share": False, "higher_is_better": False, "objective": "val_loss"}
    svg = progress_chart(search_of([0.2, 0.3, 5e6], **losses), over="trial")
    points = re.findall(r'<use [^>]*y="([\d.]+)"[^>]*style="fill: var\(--series-train\)', svg)
    heights = sorted(float(each) for each in points)[-3:]
    assert heights[2] - heights[1] > 2, "0.2 and 0.3 can be told apart"


def test_every_trial_with_a_figure_is_a_line_over_all_axes():
    svg = parallel_chart(shown_search())
    drawn = [each for level in range(1, 6) for each in lines(svg, f"--ramp-{level}")]
    (winner,) = lines(svg, "--series-validation")
    assert [len(each) for each in (*drawn, winner)] == [6] * 19
    assert len({x for each in drawn for x, _ in each}) == 6
    names = {"model", "width", "kernel", "dropout", "learning_rate", "val_accuracy"}
    assert names | {"cnn", "vit", "0.5", "1", "2"} <= set(texts(svg))


def test_a_trial_without_the_option_passes_below_its_axis():
    search = shown_search()
    without = sum("kernel" not in each.values for each in search.trials if each.figure)
    svg = parallel_chart(search)
    everything = [line for level in range(1, 6) for line in lines(svg, f"--ramp-{level}")]
    everything += lines(svg, "--series-validation")
    bottom = max(y for line in everything for y in (line[0][1], line[1][1]))
    assert 0 < sum(line[2][1] > bottom + 10 for line in everything) == without < 19
    assert texts(svg).count("–") == 1
    assert "–" not in texts(parallel_chart(search_of([0.5, 0.6])))


def test_the_winner_ends_highest_and_log_axes_are_by_powers():
    svg = parallel_chart(shown_search())
    (winner,) = lines(svg, "--series-validation")
    ends = [each[-1][1] for level in range(1, 6) for each in lines(svg, f"--ramp-{level}")]
    assert winner[-1][1] <= min(ends)
    assert {"0.001", "0.0005", "0.002"} <= set(texts(svg))


def test_a_lower_objective_that_is_better_makes_the_stronger_lines():
    search = search_of([0.1, 0.2, 0.3, 0.4, 0.5], higher_is_better=False, is_share=False, winner=9)
    svg = parallel_chart(search)
    (best,), (worst,) = (lines(svg, f"--ramp-{level}") for level in (5, 1))
    assert best[-1][1] > worst[-1][1], "0.1 lies below 0.5"


def test_options_in_which_no_trials_differ_have_no_axis():
    same = [dataclasses.replace(each, values={"width": 1.0}) for each in shown_search().trials]
    assert parallel_chart(shown_search(trials=same)) is None
    assert "width" in texts(parallel_chart(search_of([0.5, 0.6])))
    assert parallel_chart(search_of([0.5])) is None


def test_a_long_search_stays_small():
    svg = parallel_chart(search_of([index / 2000 for index in range(2000)]))
    assert sum(len(lines(svg, f"--ramp-{level}")) for level in range(1, 6)) < DRAWN + 10
    assert len(svg) < 1000 * DRAWN


def test_colours_are_the_pages_and_hostile_values_stay_text():
    trials = [
        dataclasses.replace(each, values={"model": f"<script>{each.number % 2} $x$ & 猫"})
        for each in shown_search().trials
    ]
    svg = parallel_chart(shown_search(trials=trials, axes=(ShownAxis(name="model"),)))
    assert "<script" not in svg and "<script>0 $x$…" in texts(svg)
    for each in (svg, progress_chart(shown_search(), over="minutes")):
        assert not re.search(r"#[0-9a-fA-F]{6}", each), "a colour that dark mode cannot change"
        assert "font-family" not in each
