"""Our search on a task of `search_tasks.py`: chief, a worker, and a process for each trial.

Run as a module it is the worker.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search_tasks import TASKS, declare
from search_training import EPOCHS, Trials

from kerasapps.tuning.trial import Figures, Report, TrialJob

ENDLESS = 1_000_000
WEIGHTS = "model.weights.h5"  # of a trial that Hyperband may go on with


class Silent:
    """A display that shows nothing."""

    def begin(self, space: Any, tune: Any) -> None:
        """The search begins."""

    def update(self, leaderboard: Any) -> None:
        """Something happened."""

    def end(self, leaderboard: Any) -> None:
        """The search is over."""


@dataclass(frozen=True)
class TaskTrial:
    """A trial function: the training that the peers do, in a process of its own.

    Attributes:
        task: a name of `TASKS`.
        arrays: file with the arrays.
        log: the events' file.
        seed: of the training.
        keep: whether the weights stay, for a search that goes on with them.
    """

    task: str
    arrays: str
    log: str
    seed: int
    keep: bool

    def __call__(self, job: TrialJob, report: Report) -> Figures:
        """Trains one configuration; the figures of its best epoch."""
        trials = Trials(self.task, arrays=Path(self.arrays), log=Path(self.log), seed=self.seed)
        model = trials.build(job.values)
        done = 0
        if job.resume_from is not None:
            model.optimizer.build(model.trainable_variables)
            model.load_weights(job.resume_from / WEIGHTS)
            done = int((job.resume_from / "epochs").read_text())
        history = trials.fit(
            model,
            job.values,
            epochs=job.epochs or EPOCHS,
            initial_epoch=done,
            report=lambda epoch, figures: report(epoch, _floats(figures)),
        )
        if self.keep:
            model.save_weights(job.folder / WEIGHTS)
            (job.folder / "epochs").write_text(str(history.epoch[-1] + 1))
        return best_epoch(history.history)


def ours(algorithm: str, trial: TaskTrial, *, folder: Path) -> None:
    """A search as it comes: pruning where the algorithm leaves it open, one worker.

    Args:
        algorithm: of `TuneConfig`.
        trial: what each trial does; its seed is the search's too.
        folder: for the search's files.
    """
    import keras_tuner

    from kerasapps.config import TuneConfig
    from kerasapps.outputs.classes.answer import CLASSES
    from kerasapps.tuning.objective import make_objective
    from kerasapps.tuning.search import WorkerSource, run_search

    tune = TuneConfig(trials=ENDLESS, algorithm=algorithm)  # type: ignore[arg-type]
    space = keras_tuner.HyperParameters()
    declare(TASKS[trial.task].space, space)
    run_search(
        tune=tune,
        space=space,
        objective=make_objective(tune, answer=CLASSES),
        source=WorkerSource("search_ours", {"trial": vars(trial)}),
        folder=folder,
        settings={"task": trial.task, "algorithm": algorithm},
        seed=trial.seed,
        epochs=EPOCHS,
        display=Silent(),
    )


def best_epoch(history: Mapping[str, list[float]]) -> dict[str, float]:
    """All figures of the epoch with the best validation accuracy."""
    scores = history["val_accuracy"]
    best = scores.index(max(scores))
    return {name: float(values[best]) for name, values in history.items()}


def _floats(figures: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in figures.items()}


def serve(job_file: Path) -> None:
    """The worker process."""
    from kerasapps.tuning.worker import serve_trials

    job = json.loads(job_file.read_text(encoding="utf-8"))
    serve_trials(
        job_file, TaskTrial(**job["trial"]), preload=["tensorflow", "keras", "search_ours"]
    )


if __name__ == "__main__":
    from search_ours import serve as serve_imported  # so that trials find their function's module

    serve_imported(Path(sys.argv[1]))
