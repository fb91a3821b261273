"""A training killed with SIGKILL goes on from its last checkpoint, exactly."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from kerasapps.training.checkpoint import CHECKPOINT
from tests.nursery import NURSERY
from tests.tuning.processes import until

ROOT = Path(__file__).parents[2]
EPOCHS = 4
PROGRAM = f"""
import sys, time
from pathlib import Path
import numpy as np
from kerasapps.config import TrainConfig
from tests.training.small import Silent, train, training_batches

class Announcer(Silent):
    def begin(self, course):
        if course.step:
            print("from step", course.step, flush=True)

    def epoch(self, row, *, best):
        print(row.epoch, flush=True)

def slow(start):  # so that the kill falls within an epoch
    import tensorflow as tf
    def pause(x, y):
        wait = tf.py_function(lambda: time.sleep(0.1) or 0, [], tf.int32)
        with tf.control_dependencies([wait]):
            return tf.identity(x), tf.identity(y)
    return training_batches(start).map(pause)

config = TrainConfig(epochs={EPOCHS}, average_checkpoints=3, checkpoint_minutes=float(sys.argv[3]))
model, history = train(Path(sys.argv[1]), config, batches=slow, reporter=Announcer())
np.savez(sys.argv[2], *model.get_weights())
"""


def start(folder, minutes=0.0):
    """Train in `folder` in a process of its own; the weights go to a file beside it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return NURSERY.start(
        ["-c", PROGRAM, str(folder), f"{folder}.npz", str(minutes)], environment=environment
    )


def announced(process):
    """The epochs that it has told of."""
    return [int(line) for line in process.printed()[0].splitlines() if line.isdigit()]


def kill_within_epoch(process, number):
    """Kill the process in the middle of an epoch; returns the epochs that it had announced."""
    assert until(lambda: len(announced(process)) >= number - 1, seconds=600), process.printed()
    time.sleep(0.2)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    return announced(process)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_and_started_again_ends_like_an_uninterrupted_run(tmp_path):
    before = kill_within_epoch(start(tmp_path / "killed"), 3)
    again = start(tmp_path / "killed")
    assert again.wait() == 0, again.printed()
    after = announced(again)
    assert before[0] == 1 and after[-1] == EPOCHS
    assert after[0] in (before[-1], before[-1] + 1)  # at most one epoch is lost
    end_alike(tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_within_its_first_epoch_it_goes_on_within_it(tmp_path):
    process = start(tmp_path / "killed", minutes=0.001)
    assert until((tmp_path / "killed" / CHECKPOINT).exists, seconds=600), process.printed()
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL and not announced(process)
    again = start(tmp_path / "killed")
    assert again.wait() == 0, again.printed()
    assert "from step" in again.printed()[0]
    assert announced(again) == list(range(1, EPOCHS + 1))
    end_alike(tmp_path)


def end_alike(folder):
    """The run that was killed has the weights of one that was not."""
    whole = start(folder / "whole")  # of its own too: here other tests may have set threads
    assert whole.wait() == 0, whole.printed()
    assert announced(whole) == list(range(1, EPOCHS + 1))
    with np.load(folder / "whole.npz") as expected, np.load(folder / "killed.npz") as ended:
        assert expected.files == ended.files and expected.files
        for name in expected.files:
            assert np.array_equal(expected[name], ended[name])
