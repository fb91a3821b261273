"""A search driven by hand: real oracles, planted figures, restarts after any event."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras_tuner

from kerasapps.config import TuneConfig
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.tuning.assignment import Assignment, job_of
from kerasapps.tuning.objective import make_objective
from kerasapps.tuning.oracle import SearchOracle
from kerasapps.tuning.oracles import make_oracle
from kerasapps.tuning.store import Snapshot, read_snapshot, write_snapshot
from kerasapps.tuning.trial import Outcome, Values


def small_space() -> keras_tuner.HyperParameters:
    hp = keras_tuner.HyperParameters()
    hp.Float("learning_rate", 1e-4, 1e-2, sampling="log", default=1e-3)
    hp.Choice("width", [0.5, 1.0, 2.0], default=1.0)
    hp.Int("depth", 1, 4, default=2)
    return hp


def branched_space() -> keras_tuner.HyperParameters:
    """Two models that share an option's name, with other ranges and defaults."""
    hp = keras_tuner.HyperParameters()
    hp.Choice("model", ["cnn", "mlp"], default="mlp")
    with hp.conditional_scope("model", ["cnn"]):
        hp.Choice("width", [1, 2], default=2)
        hp.Boolean("residual", default=True)
    with hp.conditional_scope("model", ["mlp"]):
        hp.Choice("width", [10, 20, 30], default=30)
    return hp


def accuracy_of(values: Values) -> float:
    """Best at a learning rate of 10^-2.5, wide and deep."""
    rate = values.get("learning_rate", 1e-3)
    return 0.8 - 0.1 * abs(math.log10(rate) + 2.5) + 0.02 * values["width"]


def outcome_of(job: Assignment) -> Outcome:
    """Every sixth trial fails."""
    if job.number % 6 == 5:
        return Outcome("failed", reason=f"planted {job.number}")
    return Outcome("done", {"val_accuracy": accuracy_of(job.values)}, seconds=1.5)


@dataclass
class DrivenSearch:
    """An oracle whose state lives in a file, so that it can be dropped at any time."""

    tune: TuneConfig
    path: Path
    space: Callable[[], keras_tuner.HyperParameters] = small_space
    epochs: int | None = 9
    seed: int = 3
    clock: Callable[[], float] | None = None
    saves: int = 0
    jobs: list[Assignment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.oracle = self._made()

    def restart(self) -> None:
        """As after SIGKILL: nothing stays but the file."""
        self.oracle = self._made()
        snapshot = read_snapshot(self.path)
        if snapshot is not None:
            self.oracle.set_state(snapshot.state)

    def step(self, worker: str, *, restarts: bool = False) -> bool:
        """One trial from its creation to its end; False: there is none."""
        trial = self.oracle.create_trial(worker)
        if trial.status != "RUNNING":
            return False
        if restarts:
            again = self._given_again(worker)
            assert job_of(again) == job_of(trial)
        job = job_of(trial)
        self.jobs.append(job)
        outcome = self._trained(job, worker, restarts=restarts)
        assert self.oracle.record_outcome(job.number, outcome, worker)
        if restarts:
            self.restart()
        self.oracle.end_trial(trial)
        if restarts:
            self.restart()
        return True

    def run(self, *, restarts: bool = False) -> DrivenSearch:
        """All trials, one after another."""
        while self.step("w", restarts=restarts):
            assert len(self.jobs) < 100
        return self

    def _given_again(self, worker: str) -> Any:
        self.restart()
        return self.oracle.create_trial(worker)

    def _trained(self, job: Assignment, worker: str, *, restarts: bool) -> Outcome:
        """Epochs that rise to the final figure, until the oracle has seen enough."""
        final = outcome_of(job)
        if final.state == "failed":
            return final
        for epoch in range(1, 4):
            figures = {"val_accuracy": final.figures["val_accuracy"] * (1 - 0.5**epoch)}
            name = self.oracle.id_of(job.number)
            if self.oracle.update_trial(name, figures, epoch).status == "STOPPED":
                return Outcome("stopped", figures, seconds=1.0)
            if restarts and epoch == 2 and job.number % 4 == 0:
                assert job_of(self._given_again(worker)) == job
                return self._trained(job, worker, restarts=False)
        return final

    def _made(self) -> SearchOracle:
        oracle = make_oracle(
            self.tune,
            space=self.space(),
            objective=make_objective(self.tune, answer=CLASSES),
            seed=self.seed,
            epochs=self.epochs,
            save=lambda: self._store(oracle),
        )
        if self.clock is not None:
            oracle._clock = self.clock
        return oracle

    def _store(self, oracle: SearchOracle) -> None:
        self.saves += 1
        write_snapshot(self.path, Snapshot({}, oracle.get_state()))
