"""Trials and figures in words, as the terminal shows them."""

from __future__ import annotations

from typing import Any, Final

from kerasapps.config.metric import Answer
from kerasapps.tuning.objective import metric_of
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.tuning.space import shown_values
from kerasapps.wording.counted import counted

DASH = "–"
_UNITS: Final = {"size_mb": " MB", "latency_ms": " ms", "seconds": " s"}


def figure_text(name: str, value: float, *, answer: Answer) -> str:
    """A figure with its unit: `97.81 %`, `31.20`, `0.84 MB`, `0.2153`.

    Args:
        name: of the figure, such as `val_loss` or `int8_size_mb`; it tells the unit.
        value: as a trial reports it.
        answer: what the task is judged by.
    """
    metric = metric_of(name, answer)
    if metric is not None:
        return metric.text(value)
    if name.endswith(("epochs", "parameters")):
        return f"{value:,.0f}"
    unit = next((unit for end, unit in _UNITS.items() if name.endswith(end)), None)
    return f"{value:.4f}" if unit is None else f"{value:.2f}{unit}"


def seconds_text(seconds: float) -> str:
    """How long a trial took: `12.35 s`."""
    return f"{seconds:.2f} s"


def value_text(value: Any) -> str:
    """A value of an option, numbers with three significant digits."""
    if value is None:
        return DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def values_text(record: TrialRecord, default: TrialRecord | None) -> str:
    """What a trial does otherwise than the options as they are: `learning_rate 0.003, width 2`."""
    if record.number == 0:
        return "the options as they are"
    usual = {} if default is None else shown_values(default.values)
    changed = [
        f"{name} {value_text(value)}"
        for name, value in shown_values(record.values).items()
        if name not in usual or usual[name] != value
    ]
    return ", ".join(changed) or "as trial 0"


def outcome_text(record: TrialRecord, leaderboard: Leaderboard) -> str:
    """How a trial ended, in words and figures."""
    objective = leaderboard.objective
    figure = record.figures.get(objective.name)
    told = "" if figure is None else _objective_text(leaderboard, figure)
    if record.state == "failed":
        return f"failed: {record.reason}"
    if record.state == "stopped":
        return ", ".join(part for part in (f"ended early: {record.reason}", told) if part)
    excess = objective.excess(record.figures)
    if excess:
        return f"over the limit: {excess}, {told}"
    best = leaderboard.best
    return f"{told}, best so far" if best is not None and best.number == record.number else told


def progress_text(leaderboard: Leaderboard, trials: int) -> str:
    """How far the search is: `7 of 12 trials, 1 failed; best: trial 3, val_loss 0.2153`."""
    ended, best = leaderboard.ended, leaderboard.best
    failed = sum(record.state == "failed" for record in leaderboard.records)
    text = f"{ended} of {counted(max(trials, ended), 'trial')}"
    text += f", {failed} failed" if failed else ""
    if best is None:
        return text
    figure = leaderboard.objective.figure(best.figures)
    return f"{text}; best: trial {best.number}, {_objective_text(leaderboard, figure)}"


def _objective_text(leaderboard: Leaderboard, figure: float) -> str:
    objective = leaderboard.objective
    return f"{objective.name} {figure_text(objective.name, figure, answer=objective.answer)}"
