"""What is written down after an epoch."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from kerasapps.config import TrainConfig
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.training import checkpoint
from kerasapps.training.history import EpochRow
from kerasapps.training.keeping import history_so_far, is_over, keep_epoch, keep_state
from kerasapps.training.monitor import Monitor
from kerasapps.training.state import TrainingState
from tests.training.small import CPU


class Value:
    """A variable."""

    def __init__(self, number: float) -> None:
        self.number = number

    def numpy(self) -> np.ndarray:
        return np.array([self.number], np.float32)


def job_in(folder: Path) -> Any:
    model = SimpleNamespace(weights=[Value(1.0)], variables=[Value(1.0), Value(2.0)])
    return SimpleNamespace(
        model=model,
        folder=folder,
        settings={"seed": 3},
        runtime=CPU,
        answer=CLASSES,
        monitor=Monitor.of(TrainConfig(), CLASSES),
        kept_from=1,
    )


def row(epoch: int, figure: float) -> EpochRow:
    return EpochRow(epoch, "train", 0.1, 1.0, 0.5, 0.5, 0.4, figure)


def test_a_training_without_a_whole_epoch_has_no_history(tmp_path: Path) -> None:
    keep_state(job_in(tmp_path), TrainingState(phase_step=3, epoch_step=3), tally=[np.ones(3)])
    assert history_so_far(tmp_path) is None and not is_over(tmp_path)
    saved = checkpoint.read_checkpoint(tmp_path, {"seed": 3})
    assert saved is not None and TrainingState.from_dict(saved.state).epoch_step == 3


def test_the_best_epochs_weights_are_kept(tmp_path: Path) -> None:
    job, state = job_in(tmp_path), TrainingState()
    assert keep_epoch(job, state, row(1, 0.6))
    job.model.weights = [Value(7.0)]
    assert not keep_epoch(job, state, row(2, 0.5))
    assert (state.best_epoch, state.epoch) == (1, 2)
    assert checkpoint.read_best(tmp_path, 1) == [np.float32(1.0)]


def test_what_is_not_kept_in_the_end_is_not_told_to_be_the_best(tmp_path: Path) -> None:
    job, state = job_in(tmp_path), TrainingState()
    job.kept_from = 3  # until then a network is pruned
    best = []
    for epoch, figure in enumerate((0.9, 0.8, 0.5, 0.4, 0.6), start=1):
        job.model.weights = [Value(float(epoch))]
        best.append(keep_epoch(job, state, row(epoch, figure)))
    assert best == [False, False, True, False, True] and state.best_epoch == 5
    assert checkpoint.read_best(tmp_path, 2) == [np.float32(2.0)]  # a run that is cut goes on


def test_a_checkpoint_has_the_variables_and_what_comes_with_them(tmp_path: Path) -> None:
    job, state = job_in(tmp_path), TrainingState()
    keep_epoch(job, state, row(1, 0.6))
    keep_epoch(job, state, row(2, 0.7))
    keep_state(job, state, average=[np.array([5.0], np.float32)])
    saved = checkpoint.read_checkpoint(tmp_path, {"seed": 3})
    assert saved is not None and TrainingState.from_dict(saved.state) == state
    groups = {name: [each.tolist() for each in arrays] for name, arrays in saved.groups.items()}
    assert groups == {"model": [[1.0], [2.0]], "average": [[5.0]]}
    assert len(list(tmp_path.glob("best*"))) == 1  # the older best went


def test_what_was_kept_is_over_or_not(tmp_path: Path) -> None:
    job, state = job_in(tmp_path), TrainingState()
    assert not is_over(tmp_path) and history_so_far(tmp_path) is None
    keep_epoch(job, state, row(1, 0.6))
    for stopped in (None, "epochs"):
        state.stopped = stopped
        keep_state(job, state)
        assert is_over(tmp_path) is (stopped is not None)
        history = history_so_far(tmp_path)
        assert history is not None and history.stopped == (stopped or "paused")
        assert history.rows == (row(1, 0.6),)
