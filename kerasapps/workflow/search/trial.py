"""One trial of a search: options with some values replaced → what they are worth."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import keras

from kerasapps.config import ExportConfig
from kerasapps.config.metric import Answer
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact
from kerasapps.training import EpochRow, History
from kerasapps.tuning.trial import Report, TrialJob
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.fit import fit_network, start_network
from kerasapps.workflow.options import describe_options, with_values
from kerasapps.workflow.run import TRAINING
from kerasapps.workflow.search.file_figures import file_figures
from kerasapps.workflow.search.objects import objects_of, trial_hooks
from kerasapps.workflow.search.own import with_trial
from kerasapps.workflow.search.trial_setup import TrialSetup, stored_splits
from kerasapps.workflow.ship import export_and_verify, judge_network

_ANY_LOSS = 100.0  # points: what a file loses against Keras is for the search to weigh


def run_trial(setup: TrialSetup, job: TrialJob, report: Report) -> dict[str, float]:
    """Trains one configuration and measures it on the validation split.

    Args:
        setup: of the search.
        job: which configuration, and how far to train it.
        report: told of every epoch; says whether the trial is worth going on with.

    Returns:
        Figures of the best epoch, `epochs`, `seconds` and `parameters`; where the objective needs
        an exported file, its figures too, unless `report` ended the trial.

    Raises:
        KerasAppsError: if the configuration cannot be trained or exported.
    """
    task = setup.task
    answer = setup.objective.answer
    options = with_values(with_trial(setup.options, job.values), task.trial_values)
    cache = Cache(setup.folder / "cache", shared=True)
    experiment = task.training.prepare(stored_splits(setup.folder), options, cache)
    experiment = experiment.with_hooks(trial_hooks(objects_of(setup.objects), job.values))
    watch = _Watch(report, job.epochs, answer=answer)
    try:
        network, history = _train(
            experiment, job, settings=describe_options(options), pause=watch.wants_pause
        )
    finally:
        if not setup.keeps_checkpoints:
            shutil.rmtree(job.folder / TRAINING, ignore_errors=True)
    figures = figures_of(history, network, report, answer=answer)
    if setup.objective.mode is None or watch.hopeless:
        return figures
    return figures | _exported(setup, experiment, network, job.folder / "export")


def figures_of(
    history: History, network: keras.Model, report: Report, *, answer: Answer
) -> dict[str, float]:
    """Tells of a training's end, unless it only pauses, and says what came of it.

    Args:
        history: of the training.
        network: what was trained.
        report: told of the last epoch.
        answer: says what the figures are.

    Returns:
        Figures of the best epoch, `epochs`, `seconds` and `parameters`.
    """
    if history.stopped != "paused":
        last = history.rows[-1]
        report(last.epoch, epoch_figures(last, answer), final=True)
    return epoch_figures(history.best, answer) | {
        "epochs": float(len(history.rows)),
        "seconds": history.seconds,
        "parameters": float(network.count_params()),
    }


def epoch_figures(row: EpochRow, answer: Answer) -> dict[str, float]:
    """An epoch under the names by which objectives call its figures.

    Args:
        row: the epoch.
        answer: says what they are.
    """
    figures = {
        answer.fitted.monitored: row.val_figure,
        "val_loss": row.val_loss,
        answer.fitted.quality: row.figure,
        "loss": row.loss,
        **{name: value for name, value in row.metrics.items() if value is not None},
    }
    if row.val_metric is None:
        return figures
    return {**figures, answer.judged.monitored: row.val_metric}


class _Watch:
    """Tells of every epoch, and ends the training where it shall end.

    Args:
        report: told of every epoch; False ends the trial for good.
        epochs: after which the training pauses, or None.
        answer: see `epoch_figures`.
    """

    def __init__(self, report: Report, epochs: int | None, *, answer: Answer) -> None:
        self._answer = answer
        self._report = report
        self._epochs = epochs
        self.hopeless = False

    def wants_pause(self, row: EpochRow) -> bool:
        """Whether the training shall not go on after this epoch."""
        self.hopeless = not self._report(row.epoch, epoch_figures(row, self._answer))
        return self.hopeless or (self._epochs is not None and row.epoch >= self._epochs)


def _train(
    experiment: Experiment,
    job: TrialJob,
    *,
    settings: dict[str, object],
    pause: Callable[[EpochRow], bool],
) -> tuple[keras.Model, History]:
    """From fresh weights, also when the trial is repeated, or on from the trial that is named."""
    folder = job.folder / TRAINING
    shutil.rmtree(folder, ignore_errors=True)
    # Where the earlier trial ran on another machine, its epochs are trained again, to one end.
    if job.resume_from is not None and (job.resume_from / TRAINING).is_dir():
        shutil.copytree(job.resume_from / TRAINING, folder)
    network, runtime = start_network(experiment)
    history = fit_network(
        network,
        experiment,
        runtime=runtime,
        settings=settings,
        folder=folder,
        log_dir=job.folder / "tensorboard",
        pause=pause,
    )
    return network, history


def _exported(
    setup: TrialSetup, experiment: Experiment, network: keras.Model, folder: Path
) -> dict[str, float]:
    """Figures of the objective's file, by its own runtime on the validation split."""
    assert setup.objective.mode is not None
    calibration = setup.options["export"].calibration
    with passing_file(
        network, experiment, mode=setup.objective.mode, calibration=calibration, folder=folder
    ) as artifact:
        if artifact.path is None:
            raise ExportError(artifact.reason)
        return file_figures(artifact, experiment.judging, objective=setup.objective, folder=folder)


@contextmanager
def passing_file(
    network: keras.Model,
    experiment: Experiment,
    *,
    mode: str,
    calibration: int = ExportConfig().calibration,
    folder: Path,
) -> Iterator[Artifact]:
    """One file of a network, measured on the validation split; it is gone after the block.

    Args:
        network: as it was trained.
        experiment: its data; the validation split is in the test split's place.
        mode: quantization of the file.
        calibration: examples to calibrate with.
        folder: for the file; removed.
    """
    config = ExportConfig(
        quantization=(mode,),  # type: ignore[arg-type]
        saved_model=False,
        tolerance=_ANY_LOSS,
        calibration=calibration,
    )
    try:
        judged = judge_network(network, experiment)
        (artifact,) = export_and_verify(
            judged,
            experiment.judging,
            config=config,
            seed=experiment.plan.train.seed,
            folder=folder,
        )
        yield artifact
    finally:
        shutil.rmtree(folder, ignore_errors=True)
