"""A search as the report shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kerasapps.config import TuneConfig
from kerasapps.evaluation.shown_search import ShownAxis, ShownSearch, ShownTrial
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.tuning.space import describe_space, shown_values
from kerasapps.workflow.search.setup import SearchSetup


def show_search(
    leaderboard: Leaderboard, *, setup: SearchSetup, tune: TuneConfig, winner: int
) -> ShownSearch:
    """Trials, what was searched and how, as plain values.

    Args:
        leaderboard: of the finished search.
        setup: of the search.
        tune: the search as it was asked for.
        winner: number of the trial whose configuration the bundle holds.
    """
    objective = leaderboard.objective
    ranks = {record.number: rank for rank, record in enumerate(leaderboard.ranked, start=1)}
    return ShownSearch(
        objective=objective.name,
        higher_is_better=objective.direction == "max",
        metric=objective.metric,
        axes=_axes(describe_space(setup.space)),
        trials=[
            _trial(record, objective, ranks.get(record.number))
            for record in (*leaderboard.ranked, *leaderboard.rest)
        ],
        winner=winner,
        notes=_notes(tune, setup.seed, leaderboard),
    )


def _axes(rows: Sequence[Mapping[str, Any]]) -> list[ShownAxis]:
    """An axis an option, with all that any of several models has of it."""
    axes: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["kind"] != "fixed":
            (name,) = shown_values({row["name"]: None})
            axes.setdefault(name, []).append(row)
    return [_axis(name, some) for name, some in axes.items()]


def _axis(name: str, rows: Sequence[Mapping[str, Any]]) -> ShownAxis:
    if any("values" not in row for row in rows):
        return ShownAxis(name=name, log=any(row.get("sampling") == "log" for row in rows))
    choices = list(dict.fromkeys(value for row in rows for value in row["values"]))
    if not any(isinstance(value, str) for value in choices):
        choices.sort()
    return ShownAxis(name=name, choices=choices)


def _trial(record: TrialRecord, objective: Objective, rank: int | None) -> ShownTrial:
    over = objective.excess(record.figures) if record.state == "done" else ""
    return ShownTrial(
        number=record.number,
        state=record.state,
        rank=rank,
        figure=record.figures.get(objective.name),
        values=shown_values(record.values),
        seconds=record.seconds,
        reason=record.reason or over,
    )


def _notes(tune: TuneConfig, seed: int, leaderboard: Leaderboard) -> list[str]:
    """How it was searched, in sentences."""
    objective = leaderboard.objective
    notes = [f"Algorithm: {tune.algorithm}, at most {tune.trials} trials, seed {seed}."]
    for limit, what, unit in (
        (objective.max_size_mb, "size", "MB"),
        (objective.max_latency_ms, "latency", "ms"),
    ):
        if limit is not None:
            notes.append(f"Limit of the {objective.mode} file's {what}: {limit:g} {unit}.")
    if tune.search_minutes is not None:
        notes.append(f"No trial began after {tune.search_minutes:g} minutes.")
    if leaderboard.ending:
        notes.append(f"The search ended: {leaderboard.ending}.")
    return notes
