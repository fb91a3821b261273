"""A training killed with SIGKILL goes on from its last checkpoint, exactly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from kerasapps.config import TrainConfig
from tests.training.small import train

ROOT = Path(__file__).parents[2]
EPOCHS = 5
PROGRAM = f"""
import sys, time
from pathlib import Path
import numpy as np
from kerasapps.config import TrainConfig
from tests.training.small import Silent, train, training_batches

class Announcer(Silent):
    def epoch(self, row, *, best):
        print(row.epoch, flush=True)

def slow(first_epoch):  # so that a kill falls within an epoch
    for_each = lambda x, y: (time.sleep(0.05), x, y)[1:]
    import tensorflow as tf
    data = training_batches(first_epoch)
    def pause(x, y):
        wait = tf.py_function(lambda: time.sleep(0.05) or 0, [], tf.int32)
        with tf.control_dependencies([wait]):
            return tf.identity(x), tf.identity(y)
    return data.map(pause)

config = TrainConfig(epochs={EPOCHS}, ema=0.9)
model, history = train(Path(sys.argv[1]), config, batches=slow, reporter=Announcer())
np.savez(sys.argv[2], *model.get_weights())
"""


def start(*arguments):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)


def epochs_until_killed(process, *, after):
    """Kill the process in the middle of the epoch that follows `after` epochs of its own."""
    seen = [int(process.stdout.readline()) for _ in range(after)]
    time.sleep(0.1)
    process.kill()
    rest = [int(line) for line in process.stdout]
    assert process.wait() == -signal.SIGKILL
    return seen + rest


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_twice_ends_like_an_uninterrupted_run(tmp_path):
    whole, _ = train(tmp_path / "whole", TrainConfig(epochs=EPOCHS, ema=0.9))
    folder, result = tmp_path / "killed", tmp_path / "result.npz"
    first = epochs_until_killed(start(folder, result), after=2)
    second = epochs_until_killed(start(folder, result), after=1)
    assert first[0] == 1
    assert second[0] in (first[-1], first[-1] + 1)  # at most one epoch is lost

    last = start(folder, result)
    third = [int(line) for line in last.stdout]
    assert last.wait() == 0
    assert third[0] in (second[-1], second[-1] + 1) and third[-1] == EPOCHS
    with np.load(result) as found:
        for one, other in zip(whole.get_weights(), found.values(), strict=True):
            assert np.array_equal(one, other)
