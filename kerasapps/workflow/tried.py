"""What came of the models that were tried: in a line, as rows, and in the report."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kerasapps.config.metric import Answer, Metric
from kerasapps.evaluation import formats
from kerasapps.evaluation.sections import Section, Table, plain_section
from kerasapps.tuning.objective import Objective, metric_of
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.tuning.wording import figure_text, seconds_text
from kerasapps.workflow.result import Choice

UNTRIED: Final = "not at all"
_STATES: Final = {"stopped": "ended early", "failed": "failed"}
_HEADINGS: Final = {
    "model": "Model",
    "trained": "Trained",
    "epochs": "Epochs",
    "parameters": "Parameters",
    "file_mb": "float32 file, MB",
    "latency_ms": "Latency, ms",
    "seconds": "Tried for, s",
    "reason": "Why no further",
}
_MEASURED: Final = ("epochs", "parameters", "file_mb", "latency_ms")

_COUNTED: Final = ("epochs", "parameters")


def trial_line(record: TrialRecord, objective: Objective) -> str:
    """How a trial ended, in a line: `text_cnn: val_accuracy 84.71 %, 5 epochs, …, 6.20 s`."""
    name, figures = record.values["model"], record.figures
    if record.state == "failed":
        return f"{name} failed: {record.reason}"
    answer, shown = objective.answer, objective.name
    words = {
        "epochs": "{:.0f} epochs",
        "parameters": "{:,.0f} parameters",
        "file_mb": "{:.2f} MB as float32",
        "latency_ms": "{:.2f} ms",
    }
    parts = [
        f"{shown} {figure_text(shown, objective.figure(figures), answer=answer)}",
        *(words[each].format(figures[each]) for each in _MEASURED if each in figures),
        seconds_text(record.seconds),
        *([record.reason] if record.reason else []),
    ]
    return f"{name}: {', '.join(parts)}"


def winner_of(leaderboard: Leaderboard, *, brief: int) -> TrialRecord:
    """The best trial: of the whole ones, or where there is none of the brief ones.

    Of several equally good ones it is the smallest network.

    Args:
        leaderboard: in which at least one trial is done.
        brief: how many brief trials come first.
    """
    return equals_of(leaderboard, brief=brief)[0]


def equals_of(leaderboard: Leaderboard, *, brief: int) -> list[TrialRecord]:
    """The winner, and the trials that did exactly as well, the smallest network first.

    Args:
        leaderboard: in which at least one trial is done.
        brief: how many brief trials come first.
    """
    ranked, figure = leaderboard.ranked, leaderboard.objective.figure
    candidates = [record for record in ranked if record.number >= brief] or ranked
    best = figure(candidates[0].figures)
    equal = [record for record in candidates if figure(record.figures) == best]
    return sorted(equal, key=lambda record: record.figures.get("parameters", math.inf))


def tried_rows(leaderboard: Leaderboard, models: Sequence[str]) -> list[dict[str, Any]]:
    """A row a model, of plain values that are ready for JSON: the winner's first.

    Args:
        leaderboard: of brief trials, in the order of `models`, and whole ones after them.
        models: all there were, tried or not.
    """
    objective, brief = leaderboard.objective, len(models)
    ranked = (*leaderboard.ranked, *leaderboard.rest)
    first = equals_of(leaderboard, brief=brief) if leaderboard.ranked else []
    order = (*first, *(each for each in ranked if each.number >= brief), *ranked)
    names = dict.fromkeys((*(str(each.values["model"]) for each in order), *models))
    return [_row(name, leaderboard.records, objective, brief=brief) for name in names]


def _row(
    model: str, records: Sequence[TrialRecord], objective: Objective, *, brief: int
) -> dict[str, Any]:
    trials = [record for record in records if record.values["model"] == model]
    if not trials:
        return {"model": model, "trained": UNTRIED, "reason": "the time for trials was over"}
    last = trials[-1]
    measured = {name: value for each in trials for name, value in each.figures.items()}
    return {
        "model": model,
        "trained": _STATES.get(last.state, "briefly" if last.number < brief else "wholly"),
        objective.name: last.figures.get(objective.name),
        **{
            name: int(measured[name]) if name in _COUNTED else measured[name]
            for name in _MEASURED
            if name in measured
        },
        "seconds": round(sum(each.seconds for each in trials), 2),
        "reason": last.reason,
    }


def choice_section(choice: Choice | None, answer: Answer) -> Section | None:
    """The report's section on how the model was chosen; None where nobody had to.

    Args:
        choice: of the model.
        answer: knows the units of the figures by which models were compared.
    """
    if choice is None:
        return None
    return plain_section(
        "model",
        link="Model",
        heading="Choice of the model",
        lead=f"{choice.model}: {choice.reason}",
        tables=[_table(choice.tried, answer)] if choice.tried else [],
    )


def _table(rows: Sequence[Mapping[str, Any]], answer: Answer) -> Table:
    """All that any model came to, a column each; figures are of the validation split."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    names = [name for name in names if any(row.get(name) not in (None, "") for row in rows)]
    names.sort(key=lambda name: list(_HEADINGS).index(name) if name in _HEADINGS else 1.5)
    return Table(
        heading="Models that were tried",
        columns=[_HEADINGS.get(name, name.replace("_", " ")) for name in names],
        rows=[[_cell(row.get(name), metric_of(name, answer)) for name in names] for row in rows],
        note="Compared on the validation split. The test split was not looked at.",
    )


def _cell(value: Any, metric: Metric | None) -> Any:
    """A figure in its own unit; others as they are, and a dash for no text."""
    if metric is None or value is None:
        return None if value == "" else value
    return formats.figure(value, metric)
