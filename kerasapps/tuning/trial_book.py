"""The trials of a search as keras-tuner's algorithms see them, and their state on disk."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

import keras_tuner
import numpy as np
from keras_tuner.engine.trial import Trial, TrialStatus

from kerasapps.config import TuneConfig
from kerasapps.tuning.assignment import assignment_of
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import TrialRecord
from kerasapps.tuning.trial import Values
from kerasapps.tuning.verdict import score_of

State: TypeAlias = dict[str, Any]

_COLLISIONS: Final = 500  # draws before the space counts as used up


class TrialBook(keras_tuner.Oracle):
    """Trials and their records, kept so that an algorithm goes on from them alone.

    Args:
        tune: the search.
        objective: what is optimized.
        space: the options to search.
        seed: of the search.
        save: called after each event, to store `get_state()`.
        options: for the keras-tuner oracle beside it.
        clock: seconds that only go forward.
    """

    trials: dict[str, Trial]
    ongoing_trials: dict[str, Trial]
    _retry_queue: list[str]

    def __init__(
        self,
        *,
        tune: TuneConfig,
        objective: Objective,
        space: keras_tuner.HyperParameters,
        seed: int,
        save: Callable[[], None],
        options: Mapping[str, Any],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(
            objective=keras_tuner.Objective("score", "max"),
            hyperparameters=space,
            allow_new_entries=False,
            tune_new_entries=False,
            seed=seed + 1,  # 0 would count as none
            **options,
        )
        self._tune, self._goal = tune, objective
        self._save, self._clock = save, clock
        self._lock = threading.RLock()
        self._records: dict[int, TrialRecord] = {}
        self._exhausted = False
        self._elapsed = 0.0  # seconds, before this process
        self._began: float | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the first trial began, without the time between two processes."""
        running = 0.0 if self._began is None else self._clock() - self._began
        return self._elapsed + running

    def get_state(self) -> State:
        """Everything that a new oracle with the same arguments needs to go on, in JSON's types."""
        with self._lock:
            return {
                "trials": [self._entry(number) for number in sorted(self._records)],
                "ended": [int(trial_id) for trial_id in self.end_order],
                "seed_state": self._seed_state,
                "elapsed": self.elapsed,
                "exhausted": self._exhausted,
                "picker": self.picker_state(),
            }

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Let a new oracle go on; trials that were running are repeated first, in order.

        Raises:
            KeyError, TypeError, ValueError: if it is not a state of this kind of oracle.
        """
        with self._lock:
            for entry in state["trials"]:
                record = TrialRecord.from_dict(entry["record"])
                trial = self._register(entry["values"])
                self._records[record.number] = record
                if record.ended:
                    self._settle(trial, record)
            self.end_order = [self.id_of(number) for number in state["ended"]]
            self._seed_state = state["seed_state"]
            self._elapsed, self._began = state["elapsed"], None
            self._exhausted = state["exhausted"]
            self.restore_picker(state["picker"])
            self._queue([n for n, record in self._records.items() if not record.ended])

    def picker_state(self) -> State:
        """What the algorithm itself must remember beyond the trials, in JSON's types."""
        return {}

    def restore_picker(self, state: Mapping[str, Any]) -> None:
        """Take back `picker_state()`."""

    def id_of(self, number: int) -> str:
        """keras-tuner's name of a trial."""
        return f"{number:04d}"

    def active(self, values: Values) -> list[Any]:
        """The hyperparameters that count, given those in `values` that others depend on."""
        chosen = keras_tuner.HyperParameters()
        chosen.values = dict(values)
        return [hp for hp in self.hyperparameters.space if chosen.is_active(hp)]

    def completed(self, values: Values) -> dict[str, Any]:
        """`values` with the default of every other option that counts beside them."""
        chosen = keras_tuner.HyperParameters()
        chosen.values = dict(values)
        for hp in self.hyperparameters.space:  # parents come before what depends on them
            if chosen.is_active(hp):
                chosen.values.setdefault(hp.name, hp.default)
        return chosen.values

    def _random_values(self) -> dict[str, Any] | None:
        """The defaults for the first trial, then random values that were not tried; or None.

        In place of keras-tuner's, where searches with neighbouring seeds draw the same numbers.
        """
        if not self.trials:
            return self.completed({})
        for _ in range(_COLLISIONS):
            dice = random.Random(f"{self.seed}/{self._seed_state}")
            self._seed_state += 1
            chosen = keras_tuner.HyperParameters()
            for hp in self.hyperparameters.space:  # parents come before what depends on them
                if chosen.is_active(hp):
                    chosen.values[hp.name] = hp.prob_to_value(dice.random())
            if not self._duplicate(chosen.values):
                return chosen.values
        return None

    def _register(self, values: Values) -> Trial:
        """A new trial with the next number."""
        hyperparameters = self.hyperparameters.copy()
        hyperparameters.values = {name: _plain(value) for name, value in values.items()}
        trial = Trial(hyperparameters, trial_id=self.id_of(len(self.trials)))
        self.trials[trial.trial_id] = trial
        self.start_order.append(trial.trial_id)
        self._tried_so_far.add(self._compute_values_hash(hyperparameters.values))
        return trial

    def _queue(self, numbers: list[int]) -> None:
        """To be repeated, without what was seen of them, the lowest number first."""
        for number in numbers:
            trial = self.trials[self.id_of(number)]
            trial.status = TrialStatus.INVALID
            self._records[number] = replace(self._fresh(trial), state="interrupted")
        waiting = {*self._retry_queue, *map(self.id_of, numbers)}
        self._retry_queue = sorted(waiting, key=int, reverse=True)  # taken from its end

    def _fresh(self, trial: Trial) -> TrialRecord:
        job = assignment_of(trial)
        return TrialRecord(job.number, job.values)

    def _settle(self, trial: Trial, record: TrialRecord) -> None:
        """Let the algorithm see how a trial ended."""
        failed = record.state == "failed"
        trial.status = TrialStatus.FAILED if failed else TrialStatus.COMPLETED
        trial.score = score_of(record, self._goal)
        trial.message = record.reason

    def _entry(self, number: int) -> State:
        """A trial for the state; of a running one only what is needed to repeat it."""
        trial, record = self.trials[self.id_of(number)], self._records[number]
        kept = record if record.ended else replace(self._fresh(trial), state="interrupted")
        return {"values": dict(trial.hyperparameters.values), "record": kept.to_dict()}


def _plain(value: Any) -> Any:
    """NumPy's scalars as Python's."""
    return value.item() if isinstance(value, np.generic) else value
