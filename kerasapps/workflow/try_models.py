"""Several models tried on the training split, and compared on the validation split.

Each has a brief training with a schedule of its own; those that may still win are then trained
wholly, as if they had been named, so that the winner's training need not be repeated.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import keras

from kerasapps.config import TrainConfig, TuneConfig
from kerasapps.config.metric import Answer
from kerasapps.data.splits import Splits
from kerasapps.terminal.doing import Far, doing
from kerasapps.terminal.logged import written_to
from kerasapps.terminal.streams import tell
from kerasapps.training import EpochRow
from kerasapps.training.keeping import history_so_far
from kerasapps.training.monitor import Monitor
from kerasapps.training.team import ALONE, Team
from kerasapps.tuning.objective import make_objective
from kerasapps.tuning.race import Entrant, run_race
from kerasapps.tuning.records import Leaderboard
from kerasapps.tuning.trial import Figures, Report, TrialJob
from kerasapps.tuning.trial_process import LOG
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.fit import fit_network, start_network
from kerasapps.workflow.order import Order
from kerasapps.workflow.run import TRAINING
from kerasapps.workflow.search.trial import epoch_figures, figures_of, passing_file
from kerasapps.workflow.tried import trial_line

BRIEF_STEPS: Final = 600
"""Steps of a brief training, in whole epochs."""
BRIEF_EPOCHS: Final = 2
"""Epochs of it, at least."""
MINUTES: Final = 2.0
"""No trial begins after so long: on a slow machine fewer are trained wholly."""

_MEGABYTE: Final = 10**6


@dataclass(frozen=True)
class Contender:
    """A model to try.

    Attributes:
        order: the run as it is if this model wins.
        experiment: the same, ready to be trained; the validation split is in the test split's
            place.
        minutes: of the brief training, at most; None: what its epochs take.
    """

    order: Order
    experiment: Experiment
    minutes: float | None = None

    @property
    def answer(self) -> Answer:
        """What is answered."""
        return self.experiment.judging.answer

    @property
    def brief(self) -> Experiment:
        """The brief training."""
        train = dataclasses.replace(self.train, epochs=self.brief_epochs, time_budget=self.minutes)
        plan = dataclasses.replace(self.experiment.plan, train=train)
        return dataclasses.replace(self.experiment, plan=plan)

    @property
    def brief_epochs(self) -> int:
        """Its epochs; no more than the whole one has."""
        steps = self.experiment.batches.steps_per_epoch
        epochs = max(BRIEF_EPOCHS, -(-BRIEF_STEPS // steps))
        return min(epochs, self.train.epochs or epochs)

    @property
    def train(self) -> TrainConfig:
        """How it is trained wholly."""
        return self.experiment.plan.train


def prepare_contenders(
    orders: Mapping[str, Order],
    splits: Splits[Any],
    *,
    work: Path,
    minutes: float | None = None,
) -> dict[str, Contender]:
    """Models and examples, ready to be trained; what is told of several is told once.

    Args:
        orders: model → the run if it wins.
        splits: the examples; nothing is judged on the test split.
        work: scratch space.
        minutes: of each brief training, at most.
    """
    held_back = dataclasses.replace(splits, test=splits.validation)
    contenders, told = dict[str, Contender](), set[str]()
    for name, order in orders.items():
        with doing(f"Preparing {order.task.noun} for {name}", lasting=False), told_once(told):
            prepare = order.task.training.prepare
            experiment = prepare(held_back, order.options, Cache(work / name))
        hooks = order.hooks.without_callbacks()
        contenders[name] = Contender(order, experiment.with_hooks(hooks), minutes)
    return contenders


def try_models(
    contenders: Mapping[str, Contender],
    *,
    folder: Path,
    log_dir: Path,
    settings: Mapping[str, Any],
    finalists: int,
    team: Team = ALONE,
) -> Leaderboard:
    """Trains the contenders as far as it is worth it; goes on where it was interrupted.

    Args:
        contenders: by the model's name.
        folder: for trials and state.
        log_dir: for TensorBoard logs.
        settings: what identifies the run.
        finalists: how many may be trained wholly.
        team: this process alone, with its devices.

    Returns:
        The trials; each left its checkpoint in a folder `training` of its own.

    Raises:
        TrainingError: if none could be trained.
    """
    first = next(iter(contenders.values()))
    monitor, usual = Monitor.of(first.train, first.answer), first.answer.monitors[0]
    figure = usual if monitor.is_own else monitor.name
    objective = make_objective(TuneConfig(objective=f"val_{figure}"), answer=first.answer)
    fingerprint = first.experiment.judging.splits.fingerprint

    def attempt(job: TrialJob, report: Report) -> Figures:
        contender = contenders[str(job.values["model"])]
        what = f"Trying {job.values['model']} {'wholly' if job.epochs is None else 'briefly'}"
        with doing(what) as far, written_to(job.folder / LOG):
            return _train(contender, job, report, log_dir=log_dir, far=far, team=team)

    return run_race(
        [Entrant({"model": name}, each.brief_epochs) for name, each in contenders.items()],
        attempt,
        objective=objective,
        settings={**settings, "models": list(contenders), "fingerprint": fingerprint},
        folder=folder,
        finalists=finalists,
        minutes=MINUTES,
        tell=lambda record: tell(f"  {trial_line(record, objective)}"),
    )


def _train(
    contender: Contender, job: TrialJob, report: Report, *, log_dir: Path, far: Far, team: Team
) -> Figures:
    brief = job.epochs is not None
    experiment = contender.brief if brief else contender.experiment
    answer, epochs = contender.answer, experiment.plan.train.epochs

    def is_hopeless(row: EpochRow) -> bool:
        far(f"epoch {row.epoch + 1}" + (f"/{epochs}" if epochs else ""))  # which comes now
        return not report(row.epoch, epoch_figures(row, answer))

    network, runtime = start_network(experiment, team)
    before = history_so_far(job.folder / TRAINING)
    # What an earlier process told of this trial is forgotten, and the verdict depends on all of it.
    if before is not None and before.stopped == "paused" and any(map(is_hopeless, before.rows)):
        history = before
    else:
        history = fit_network(
            network,
            experiment,
            runtime=runtime,
            settings=contender.order.settings,
            folder=job.folder / TRAINING,
            log_dir=job.folder / "tensorboard" if brief else log_dir / experiment.plan.model.model,
            pause=is_hopeless,
        )
    figures = figures_of(history, network, report, answer=answer)
    if brief and history.stopped != "paused":  # a whole training changes no size
        figures |= _measured(network, experiment, job.folder / "export")
    return figures


def _measured(network: keras.Model, experiment: Experiment, folder: Path) -> Figures:
    """What the network's plain file takes; nothing where it cannot be made, as the end will tell.

    Returns:
        `file_mb` (10^6 bytes) and `latency_ms` (median of one example on one thread).
    """
    with passing_file(network, experiment, mode="float32", folder=folder) as artifact:
        if artifact.size_bytes is None or artifact.latency_ms is None:
            return {}
        return {"file_mb": artifact.size_bytes / _MEGABYTE, "latency_ms": artifact.latency_ms}


@contextlib.contextmanager
def told_once(told: set[str]) -> Iterator[None]:
    """Within the block messages are held back; at its end those are told that are new.

    Args:
        told: those told before; it is added to.
    """
    stream = io.StringIO()
    try:
        with contextlib.redirect_stderr(stream):
            yield
    finally:
        for line in dict.fromkeys(stream.getvalue().splitlines()):
            if line not in told:
                tell(line)
        told.update(stream.getvalue().splitlines())
