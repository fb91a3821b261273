"""From what a worker reports to what the search keeps."""

from __future__ import annotations

from dataclasses import replace

from kerasapps.errors import TrainingError
from kerasapps.tuning.objective import Objective, not_finite
from kerasapps.tuning.records import TrialRecord
from kerasapps.tuning.trial import Outcome


def judge(record: TrialRecord, outcome: Outcome, objective: Objective) -> TrialRecord:
    """The record of a trial that ended, which is failed if its figures are not usable.

    Args:
        record: the trial while it ran.
        outcome: as its worker reports it.
        objective: says which figures there must be.
    """
    ended = replace(record, seconds=outcome.seconds, figures=dict(outcome.figures))
    try:
        if outcome.state == "done":
            return _done(ended, outcome.reason, objective)
        if outcome.state == "stopped":
            return _stopped(ended, record, outcome.reason, objective)
    except TrainingError as error:
        return _failed(ended, str(error))
    return _failed(ended, outcome.reason or "it ended without a result")


def score_of(record: TrialRecord, objective: Objective) -> float | None:
    """What the search learns from a trial that ended; None from one that failed."""
    if record.state == "failed":
        return None
    if record.state == "stopped":
        return objective.score_so_far(record.figures)
    return objective.score(record.figures)


def _done(ended: TrialRecord, reason: str, objective: Objective) -> TrialRecord:
    objective.score(ended.figures)  # raises if a figure is missing
    trouble = not_finite(ended.figures)
    return _failed(ended, trouble) if trouble else replace(ended, state="done", reason=reason)


def _stopped(
    ended: TrialRecord, before: TrialRecord, reason: str, objective: Objective
) -> TrialRecord:
    """With the best of its curve as the monitored figure, should the worker have sent none."""
    trouble = not_finite(ended.figures)
    if trouble or not_finite(before.figures):  # the latter is why it was told to stop
        return _failed(ended, before.reason or trouble)
    figures = dict(ended.figures)
    if objective.monitor not in figures and ended.curve:
        best = max if objective.monitor_direction == "max" else min
        figures[objective.monitor] = best(figure for _, figure in ended.curve)
    objective.score_so_far(figures)  # raises if there is nothing to learn from
    reason = before.reason or reason or "stopped"
    return replace(ended, state="stopped", reason=reason, figures=figures)


def _failed(ended: TrialRecord, reason: str) -> TrialRecord:
    return replace(ended, state="failed", reason=reason, figures={})
