"""A hyperparameter search as the report shows it: charts, and a table of every trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kerasapps.evaluation.parallel import DRAWN, parallel_chart, plays_no_part
from kerasapps.evaluation.search_charts import is_drawable, progress_chart


@dataclass(frozen=True, kw_only=True)
class ShownAxis:
    """An option that was searched.

    Attributes:
        name: of the option.
        choices: the values to choose among, in order; empty if it is a range of numbers.
        log: whether the range was searched by orders of magnitude.
    """

    name: str
    choices: Sequence[object] = ()
    log: bool = False


@dataclass(frozen=True, kw_only=True)
class ShownTrial:
    """One configuration that was tried.

    Attributes:
        number: from 0, the options as they are.
        state: "done", "stopped" (ended early), "failed" or "interrupted".
        rank: from 1, the best; None if it cannot win: stopped, failed or over a limit.
        figure: the objective; None if the trial came to none.
        values: option → value; an option that plays no part in the trial is missing.
        seconds: wall-clock time.
        reason: why it was stopped, failed or is out of the running.
    """

    number: int
    state: str
    rank: int | None
    figure: float | None
    values: Mapping[str, object]
    seconds: float
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ShownSearch:
    """Everything that the report shows of a search.

    Attributes:
        objective: name of the figure that was optimized.
        higher_is_better: whether the objective was to be large.
        is_share: whether it is a share from 0 to 1, shown in per cent.
        axes: the options that were searched, in the order in which they are shown.
        trials: in the order of the leaderboard: ranked ones first, the best before all.
        winner: number of the trial whose configuration was trained and shipped.
        notes: sentences on how it was searched: algorithm, seed, limits, budget.
    """

    objective: str
    higher_is_better: bool
    is_share: bool
    axes: Sequence[ShownAxis]
    trials: Sequence[ShownTrial]
    winner: int
    notes: Sequence[str] = ()


def search_section(search: ShownSearch | None) -> dict[str, object] | None:
    """What the template of the section takes; None without a search."""
    if search is None or not search.trials:
        return None
    # Markup: the charts are our own SVG, whose texts Matplotlib has escaped.
    charts = []
    if any(is_drawable(each) for each in search.trials):
        charts = [
            (f"{search.objective} by trial", Markup(progress_chart(search, over="trial"))),
            (f"{search.objective} by time", Markup(progress_chart(search, over="minutes"))),
        ]
    picture = parallel_chart(search)
    states = [each.state for each in search.trials]
    return {
        "shown": search,
        "charts": charts,
        "picture": None if picture is None else Markup(picture),
        "undrawn": max(0, sum(is_drawable(each) for each in search.trials) - DRAWN),
        "drawn": DRAWN,
        "absences": plays_no_part(search),
        "counts": _counts(search, states),
    }


def _counts(search: ShownSearch, states: Sequence[str]) -> str:
    """How many trials there were, and how many of them cannot win."""
    over = sum(each.state == "done" and each.rank is None for each in search.trials)
    parts = [
        (states.count("stopped"), "ended early"),
        (over, "beyond a limit"),
        (states.count("failed"), "failed"),
        (states.count("interrupted"), "interrupted"),
    ]
    told = [f"{count} {words}" for count, words in parts if count]
    trials = "1 trial" if len(states) == 1 else f"{len(states)} trials"
    return f"{trials}, of which {', '.join(told)}." if told else f"{trials}."
