"""A few configurations tried in this very process: all briefly, the best of them wholly.

The rounds of successive halving (Jamieson and Talwalkar 2016), over configurations that are named
instead of drawn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import keras_tuner
from keras_tuner.engine.trial import Trial, TrialStatus

from kerasapps.config import TuneConfig
from kerasapps.errors import TrainingError
from kerasapps.files.room import is_out_of_space
from kerasapps.process.interrupts import interruptible
from kerasapps.tuning.assignment import job_of
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.oracle import SearchOracle
from kerasapps.tuning.pruning import is_far_behind
from kerasapps.tuning.records import Curve, Leaderboard, TrialRecord
from kerasapps.tuning.search import restore
from kerasapps.tuning.store import SNAPSHOT, Snapshot, write_snapshot, writing
from kerasapps.tuning.trial import Figures, Outcome, TrialFunction, TrialJob, Values
from kerasapps.tuning.trial_process import in_one_line

TRIALS: Final = "trials"
_HERE: Final = "here"
_HALFWAY: Final = 2.0  # times as far behind as at the end, before a brief trial ends early


@dataclass(frozen=True)
class Entrant:
    """A configuration of a race.

    Attributes:
        values: option → value.
        epochs: of its brief training.
    """

    values: Values
    epochs: int


class RaceOracle(SearchOracle, keras_tuner.Oracle):
    """Hands out each entrant briefly and, where several are promising, the best ones wholly.

    A brief trial is number 0, 1 …, in the order of the entrants; those that are trained wholly come
    after them, and begin afresh.

    Args:
        entrants: what is tried.
        finalists: how many at most are trained wholly.
        arguments: of `SearchOracle`.
    """

    def __init__(self, *, entrants: Sequence[Entrant], finalists: int, **arguments: Any) -> None:
        space = keras_tuner.HyperParameters()
        super().__init__(space=space, options={}, **arguments)
        self._entrants, self._most = tuple(entrants), finalists

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """The next entrant, then the next finalist."""
        number = int(trial_id)
        if number < len(self._entrants):
            entrant = self._entrants[number]
            values = {**entrant.values, "tuner/epochs": entrant.epochs}
            return {"status": TrialStatus.RUNNING, "values": values}
        finalists = self.finalists()
        place = number - len(self._entrants)
        if place >= len(finalists):
            return {"status": TrialStatus.STOPPED, "values": None}
        values = dict(self._entrants[finalists[place]].values)
        return {"status": TrialStatus.RUNNING, "values": values}

    def finalists(self) -> list[int]:
        """Brief trials whose entrants are trained wholly; none where only one is promising."""
        brief = [record for record in self._ranked() if record.number < len(self._entrants)]
        near = [each for each in brief[: self._most] if not self._is_behind(each, brief[0])]
        return [each.number for each in near] if len(near) > 1 else []

    def _ranked(self) -> Sequence[TrialRecord]:
        return self.leaderboard().ranked

    def _is_behind(self, record: TrialRecord, best: TrialRecord) -> bool:
        figure, ahead = (self._goal.figure(each.figures) for each in (record, best))
        return is_far_behind(figure, ahead, self._goal)

    def _objection(self, number: int, curve: Curve) -> str:
        """A brief trial that is half over and far behind the best one is not worth going on with.

        The last half of its epochs brings it less near than the first.
        """
        best = next(iter(self._ranked()), None)
        brief = number < len(self._entrants) and curve
        if best is None or not brief or 2 * curve[-1][0] < self._entrants[number].epochs:
            return ""
        choose = max if self._goal.monitor_direction == "max" else min
        now = choose(figure for _, figure in curve)
        behind = is_far_behind(now, self._goal.figure(best.figures), self._goal, factor=_HALFWAY)
        return "far behind the best one" if behind else ""


def run_race(
    entrants: Sequence[Entrant],
    attempt: TrialFunction,
    *,
    objective: Objective,
    settings: Values,
    folder: Path,
    finalists: int,
    minutes: float,
    tell: Callable[[TrialRecord], None],
) -> Leaderboard:
    """Tries the entrants; killed at any time and called again, it goes on.

    Args:
        entrants: what is tried, at least one.
        attempt: trains one, up to `TrialJob.epochs` or wholly; what it raises fails that trial
            alone. Its folder may hold what the same trial left when it was killed.
        objective: what counts; a figure of the network.
        settings: JSON-able; what identifies the race.
        folder: for its state and the trials' folders.
        finalists: how many at most are trained wholly.
        minutes: no trial begins after so long.
        tell: hears of each trial that has ended, and of those of an earlier process.

    Returns:
        All trials, at least one of which is done.

    Raises:
        TrainingError: if every trial failed, or the folder holds another race.
    """
    path = folder / SNAPSHOT
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)

    def save() -> None:
        write_snapshot(path, Snapshot(settings, oracle.get_state()))

    oracle = RaceOracle(
        entrants=entrants,
        finalists=finalists,
        tune=TuneConfig(trials=len(entrants) + finalists, search_minutes=minutes),
        objective=objective,
        seed=0,
        save=save,
    )
    restore(oracle, path, settings)
    told = set[int]()
    while True:
        for record in oracle.leaderboard().records:
            if record.ended and record.number not in told:
                tell(record)
                told.add(record.number)
        trial = oracle.create_trial(_HERE)
        if trial.status != TrialStatus.RUNNING:
            break
        _try(oracle, trial, attempt, folder)
    save()  # with the time that is over, so that after a kill no other trial begins
    leaderboard = oracle.leaderboard()
    if leaderboard.best is None:
        path.unlink(missing_ok=True)  # called again, perhaps with more memory, it tries all again
        reasons = "; ".join(dict.fromkeys(each.reason for each in leaderboard.records))
        raise TrainingError(f"None of the models could be trained: {reasons}")
    return leaderboard


class _Report:
    """What a trial tells of its epochs, and whether the oracle let it go on."""

    def __init__(self, oracle: RaceOracle, trial: Trial) -> None:
        self._oracle, self._trial = oracle, trial
        self.stopped = 0

    def __call__(self, epoch: int, figures: Figures, *, final: bool = False) -> bool:
        trial = self._oracle.update_trial(self._trial.trial_id, figures, epoch)
        go_on = final or trial.status != TrialStatus.STOPPED
        self.stopped = self.stopped or (0 if go_on else epoch)
        return go_on


def _try(oracle: RaceOracle, trial: Trial, attempt: TrialFunction, folder: Path) -> None:
    assignment = job_of(trial)
    place = folder / TRIALS / str(assignment.number)
    with writing(place):
        place.mkdir(parents=True, exist_ok=True)
    job = TrialJob(assignment.number, assignment.values, place, assignment.epochs)
    oracle.record_outcome(assignment.number, _outcome(attempt, job, _Report(oracle, trial)), _HERE)
    oracle.end_trial(trial)


def _outcome(attempt: TrialFunction, job: TrialJob, report: _Report) -> Outcome:
    """How a trial ended; that it failed is no other's affair, but that the disk is full is."""
    began = time.monotonic()
    try:
        with interruptible():
            figures = attempt(job, report)
    except Exception as error:
        if is_out_of_space(error):
            raise
        return Outcome("failed", reason=in_one_line(error), seconds=time.monotonic() - began)
    seconds = time.monotonic() - began
    if report.stopped:
        reason = f"ended early after epoch {report.stopped}"
        return Outcome("stopped", figures, reason, seconds)
    return Outcome("done", figures, seconds=seconds)
