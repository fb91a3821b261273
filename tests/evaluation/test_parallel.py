"""Parallel coordinates of a search: parsed, and looked at for what they must show."""

from __future__ import annotations

import dataclasses
import re

import pytest

from kerasapps.evaluation import parallel as parallel_module
from kerasapps.evaluation.parallel import DRAWN, parallel_chart, plays_no_part
from kerasapps.evaluation.shown_search import ShownAxis
from tests.evaluation.describe import check_chart, describe
from tests.evaluation.searches import search_of, shown_search
from tests.evaluation.svg import lines, texts
from tests.values import kinds_of


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
    search = search_of([0.1, 0.2, 0.3, 0.4, 0.5], higher_is_better=False, metric=None, winner=9)
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
    axes = (ShownAxis(name="model"),)
    svg = parallel_chart(shown_search(trials=trials, axes=axes, objective="<b>"))
    assert "<script" not in svg and "<b>" not in svg and "<script>0 $x$…" in texts(svg)
    assert not re.search(r"#[0-9a-fA-F]{6}", svg), "a colour that dark mode cannot change"
    assert "font-family" not in svg


@pytest.mark.parametrize("title", ["parallel", "parallel of losses"])
def test_the_chart_is_the_known_one(title):
    check_chart(title)


def axis_of(values, **axis):
    """What is written beside the axis of an option of that name with these values."""
    given = search_of([0.5 + index / 100 for index in range(len(values))]).trials
    trials = [
        dataclasses.replace(each, values={axis["name"]: values[each.number]}) for each in given
    ]
    search = shown_search(trials=trials, axes=(ShownAxis(**axis),))
    described = describe(lambda: parallel_chart(search))
    end = described.index(next(each for each in described if "val_accuracy' 1," in each)) - 1
    found = [re.match(r"text '(.*)' ([^ ,]+),(\S+) ", each) for each in described[:end]]
    return {each[1]: float(each[3]) for each in found if each}


def test_names_and_choices_that_are_too_long_are_cut():
    shown = axis_of(["x" * 14, "y" * 15], name="n" * 20)
    assert set(shown) == {"n" * 20, "x" * 14, "y" * 13 + "…"}
    assert "m" * 19 + "…" in axis_of([1.0, 2.0], name="m" * 21)


def test_where_numbers_lie():
    linear = axis_of([0.0, 10.0], name="n")
    assert linear == {"n": 1.07, "0": 0, "2": 0.2, "4": 0.4, "6": 0.6, "8": 0.8, "10": 1}
    powers = axis_of([0.001, 1.0], name="n", log=True)
    assert powers == {"n": 1.07, "0.001": 0, "0.01": 0.3333, "0.1": 0.6667, "1": 1}
    # Few powers: halves and fifths too.
    assert list(axis_of([1.0, 20.0], name="n", log=True)) == ["n", "1", "2", "5", "10", "20"]
    # An order of magnitude of zero is none.
    assert axis_of([0.0, 10.0], name="n", log=True) == linear


def test_where_choices_lie():
    assert axis_of(["b", "a", "b"], name="n", choices=("a", "b", "c")) == {
        "n": 1.07, "a": 0, "b": 0.5, "c": 1,
    }  # fmt: skip
    # What a trial has besides the choices comes last; numbers among choices are names.
    assert axis_of([2, 64], name="n", choices=(2, 8)) == {"n": 1.07, "2": 0, "8": 0.5, "64": 1}
    # A text among the numbers makes all of them names.
    mixed = axis_of(["auto", 3.0], name="n")
    assert set(mixed) == {"n", "auto", "3"} and sorted(mixed.values()) == [0, 1, 1.07]
    # A choice that plays no part in one trial and is the same in all others.
    assert axis_of(["a", None], name="n") == {"n": 1.07, "a": 0, "–": -0.12}
    assert axis_of([3.0, None], name="n") == {"n": 1.07, "3": 0.5, "–": -0.12}


def test_who_lacks_an_option():
    search = shown_search()
    assert plays_no_part(search) and not plays_no_part(search_of([0.5, 0.6]))
    nowhere = [each for each in search.trials if "kernel" in each.values or each.figure is None]
    assert not plays_no_part(shown_search(trials=nowhere)), "a trial without a figure has no line"


def test_values_that_differ_in_the_twelfth_digit_differ():
    assert "n" in axis_of([0.1, 0.1000000001], name="n")
    same = search_of([0.5, 0.6]).trials
    same = [dataclasses.replace(each, values={"n": 0.1 + each.number * 1e-14}) for each in same]
    assert parallel_chart(shown_search(trials=same, axes=(ShownAxis(name="n"),))) is None


def test_kinds_of_values():
    assert kinds_of(parallel_module) == {"_Scale": "frozen"}
