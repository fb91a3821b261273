"""The report's section on a search: charts, and a table of every trial."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from kerasapps.evaluation.parallel import DRAWN, parallel_chart, plays_no_part
from kerasapps.evaluation.search_charts import progress_chart
from kerasapps.evaluation.shown_search import ShownSearch
from kerasapps.wording.counted import counted


def search_section(search: ShownSearch | None) -> dict[str, object] | None:
    """What the template of the section takes; None without a search."""
    if search is None or not search.trials:
        return None
    # Markup: the charts are our own SVG, whose texts Matplotlib has escaped.
    charts = []
    if search.drawable:
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
        "undrawn": max(0, len(search.drawable) - DRAWN),
        "drawn": DRAWN,
        "absences": plays_no_part(search),
        "counts": _counts(search, states),
    }


def _counts(search: ShownSearch, states: Sequence[str]) -> str:
    """How many trials there were, and how many of them cannot win."""
    over = sum(each.is_over for each in search.trials)
    parts = [
        (states.count("stopped"), "ended early"),
        (over, "beyond a limit"),
        (states.count("failed"), "failed"),
        (states.count("interrupted"), "interrupted"),
    ]
    told = [f"{count} {words}" for count, words in parts if count]
    trials = counted(len(states), "trial")
    return f"{trials}, of which {', '.join(told)}." if told else f"{trials}."
