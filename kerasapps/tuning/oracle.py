"""The events of a search: trials given out, watched, ended, taken back; and its own end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import keras_tuner
from keras_tuner.engine.trial import Trial, TrialStatus

from kerasapps.tuning.assignment import handed_out
from kerasapps.tuning.objective import not_finite
from kerasapps.tuning.pruning import is_hopeless, prunes
from kerasapps.tuning.records import Curve, Leaderboard, TrialRecord
from kerasapps.tuning.trial import Figures, Outcome
from kerasapps.tuning.trial_book import TrialBook
from kerasapps.tuning.verdict import judge

_FIRST_FAILURES: Final = 5
_LIVES: Final = 3
_SAVE_SECONDS: Final = 1.0


class SearchOracle(TrialBook):
    """Hands out trials and keeps account of them; a keras-tuner oracle beside it picks values.

    It takes the place of keras-tuner's own book-keeping (files written in place, prints, a lock
    that an error leaves held, trials that workers may change). All methods may be called from
    several threads.
    """

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._prunes = prunes(self._tune, self._goal)
        self._deaths: dict[int, int] = {}
        self._saved = self._clock()

    @property
    def ending(self) -> str:
        """Why no new trial begins, in words; empty while some may."""
        tried, minutes = len(self.trials), self._tune.search_minutes
        if self._first_failed():
            return f"the first {_FIRST_FAILURES} trials failed"
        if tried == self._tune.trials:
            return f"all {tried} trials have ended" if tried > 1 else "its one trial has ended"
        if tried > self._tune.trials:
            ended = len(self.end_order)
            return f"{ended} trials have ended, and {self._tune.trials} were asked for"
        if self._exhausted:
            return f"the space holds no more than these {tried} configurations"
        if minutes is not None and self.elapsed >= 60 * minutes:
            return f"its {minutes:g} minutes are over"
        return ""

    @property
    def finished(self) -> bool:
        """Whether no trial is to begin, to be repeated or to end any more."""
        with self._lock:
            return bool(self.ending) and not self._waiting and not self.ongoing_trials

    @property
    def failure(self) -> str:
        """The trials' reasons if the search came to nothing; empty otherwise.

        It came to nothing if its first five trials failed, or all that there were.
        """
        with self._lock:
            failed = [record for record in self._records.values() if record.state == "failed"]
            nothing = self.finished and len(failed) == len(self.end_order)
            if not nothing and not self._first_failed():
                return ""
            numbers: dict[str, list[str]] = {}
            for record in failed:
                numbers.setdefault(record.reason, []).append(str(record.number))
            return "; ".join(
                f"{'trial' if len(those) == 1 else 'trials'} {', '.join(those)}: {reason}"
                for reason, those in numbers.items()
            )

    def leaderboard(self) -> Leaderboard:
        """All trials as they stand now."""
        with self._lock:
            records = tuple(self._records[number] for number in sorted(self._records))
            return Leaderboard(self._goal, records, self.ending if self.finished else "")

    def create_trial(self, tuner_id: str) -> Trial:
        """The trial that `tuner_id` is to run: a running one of its own, a repeat, or a new one.

        Its status is "RUNNING"; or "IDLE" (ask again: another worker's trial may come back), or
        "STOPPED" (the search is over). `job_of` tells what to do.
        """
        with self._lock:
            if self._began is None:
                self._began = self._clock()
            trial = self._held_by(tuner_id) or self._next_trial()
            if trial is None:
                status = TrialStatus.IDLE if self.ongoing_trials else TrialStatus.STOPPED
                return Trial(keras_tuner.HyperParameters(), trial_id="", status=status)
            number = int(trial.trial_id)
            self._records[number] = replace(self._fresh(trial), worker=tuner_id)
            trial.status = TrialStatus.RUNNING
            self.ongoing_trials[tuner_id] = trial
            self._store()
            return handed_out(trial)

    def update_trial(self, trial_id: str, metrics: Figures, step: int = 0) -> Trial:
        """Take a running trial's figures after epoch `step`.

        The returned trial's status is "STOPPED" if it is to end now: it is hopeless, its figures
        are no numbers, or another worker has it.
        """
        with self._lock:
            trial, record = self.trials[trial_id], self._records[int(trial_id)]
            answer = handed_out(trial)
            if record.state != "running" or trial not in self.ongoing_trials.values():
                answer.status = TrialStatus.STOPPED
                return answer
            figures = {name: _decimal(value) for name, value in metrics.items()}
            record = self._with_epoch(record, figures, step)
            self._records[record.number] = record
            if record.reason:
                answer.status = TrialStatus.STOPPED
            if self._clock() - self._saved >= _SAVE_SECONDS:
                self._store()
            return answer

    def record_outcome(self, number: int, outcome: Outcome, worker: str) -> bool:
        """Take how a trial ended; from then on it is ended, also after a restart.

        Args:
            number: of the trial.
            outcome: of it.
            worker: the tuner_id that the trial was created for.

        Returns:
            False if it is not that worker's (any more): then the worker must not end it either.
        """
        with self._lock:
            trial = self.ongoing_trials.get(worker)
            if trial is None or int(trial.trial_id) != number:
                return False
            if self._records[number].state != "running":
                return False
            self._conclude(trial, outcome)
            self._store()
            return True

    def end_trial(self, trial: Trial) -> None:
        """Free the worker for another trial; the outcome should have been recorded before."""
        with self._lock:
            known = self.trials[trial.trial_id]
            if self._records[int(trial.trial_id)].state == "running":
                self._conclude(known, Outcome("failed", reason="its worker gave no outcome"))
            for tuner_id, held in list(self.ongoing_trials.items()):
                if held is known:
                    del self.ongoing_trials[tuner_id]
            self._store()

    def interrupt(self) -> None:
        """Take back all running trials, as nobody is at them any more."""
        with self._lock:
            self._queue(
                [
                    int(trial.trial_id)
                    for trial in self.ongoing_trials.values()
                    if not self._records[int(trial.trial_id)].ended
                ]
            )
            self.ongoing_trials.clear()

    def requeue(self, tuner_id: str, *, died: bool = True) -> int | None:
        """Take back the trial of a worker that is gone, to be repeated before any new one.

        One whose workers die again and again has failed.

        Args:
            tuner_id: of the worker.
            died: whether the trial may have been the death of it.

        Returns:
            The trial's number; None if the worker had none, or its outcome is known.
        """
        with self._lock:
            trial = self.ongoing_trials.pop(tuner_id, None)
            if trial is None or self._records[int(trial.trial_id)].state != "running":
                return None
            number = int(trial.trial_id)
            self._deaths[number] = self._deaths.get(number, 0) + died
            if self._deaths[number] < _LIVES:
                self._queue([number])
            else:
                reason = f"its workers died, {_LIVES} in all"
                self._conclude(trial, Outcome("failed", reason=reason))
            self._store()
            return number

    @property
    def _waiting(self) -> list[str]:
        """Trials to be repeated, the lowest number first; a search made shorter has no use for
        those beyond its length.
        """
        queue = reversed(self._retry_queue)
        return [trial_id for trial_id in queue if int(trial_id) < self._tune.trials]

    def _held_by(self, tuner_id: str) -> Trial | None:
        """The running trial of a worker that asks again; an ended one it need not end."""
        trial = self.ongoing_trials.get(tuner_id)
        if trial is not None and self._records[int(trial.trial_id)].state != "running":
            del self.ongoing_trials[tuner_id]
            return None
        return trial

    def _next_trial(self) -> Trial | None:
        if waiting := self._waiting:
            self._retry_queue.remove(waiting[0])
            return self.trials[waiting[0]]
        if self.ending:
            return None
        answer = self.populate_space(self.id_of(len(self.trials)))
        if answer["status"] != TrialStatus.RUNNING:
            self._exhausted = answer["status"] == TrialStatus.STOPPED
            return None
        return self._register(answer["values"])

    def _with_epoch(self, record: TrialRecord, figures: Figures, epoch: int) -> TrialRecord:
        """The record after an epoch; a reason in it means that the trial is to stop."""
        trouble = not_finite(figures)
        if trouble:
            return replace(record, figures=figures, reason=f"{trouble} after epoch {epoch}")
        curve = tuple(point for point in record.curve if point[0] < epoch)
        if self._goal.monitor in figures:
            curve = (*curve, (epoch, figures[self._goal.monitor]))
        record = replace(record, figures=figures, curve=curve)
        objection = self._objection(record.number, curve)
        return replace(record, reason=f"{objection} after epoch {epoch}") if objection else record

    def _objection(self, number: int, curve: Curve) -> str:
        """Why a running trial is not worth going on with; empty where it is."""
        if self._prunes and is_hopeless(curve, self.leaderboard().ranked, self._goal):
            return "worse than most trials"
        return ""

    def _conclude(self, trial: Trial, outcome: Outcome) -> None:
        record = judge(self._records[int(trial.trial_id)], outcome, self._goal)
        self._records[record.number] = record
        self._settle(trial, record)
        self.end_order.append(trial.trial_id)

    def _first_failed(self) -> bool:
        first = [self._records[int(trial_id)] for trial_id in self.end_order[:_FIRST_FAILURES]]
        return len(first) == _FIRST_FAILURES and all(r.state == "failed" for r in first)

    def _store(self) -> None:
        self._saved = self._clock()
        self._save()


def _decimal(figure: float) -> float:
    """The number that single precision stood for: 0.9, not 0.8999999761581421."""
    return float(f"{figure:.7g}")
