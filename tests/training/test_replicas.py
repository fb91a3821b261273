"""Weights of several devices and of several processes are those of one.

Each training is a process of its own, as TensorFlow keeps to its first devices.
"""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.training.checkpoint import CHECKPOINT
from kerasapps.training.replicas import Replicas
from tests.nursery import NURSERY
from tests.training.on_devices import NETWORKS
from tests.tuning.processes import until

ROOT = Path(__file__).parents[2]
CLOSE = 1e-4


def start(folder, *kinds, **asked):
    """Begins trainings in `folder`."""
    asked = {"kinds": kinds, "folder": str(folder), **asked}
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    arguments = ["-m", "tests.training.on_devices", json.dumps(asked)]
    return NURSERY.start(arguments, environment=environment)


def two(folder, *kinds, **asked):
    """Begins trainings that two processes do together; the chief's, and the worker's."""
    ports = []
    for _ in range(2):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            ports.append(f"127.0.0.1:{listener.getsockname()[1]}")
    return [
        start(folder / f"{index}", *kinds, peers=ports, index=index, **asked) for index in (0, 1)
    ]


def ends_well(*processes):
    for process in processes:
        assert process.wait() == 0, "".join(process.printed())


def differ(folder, other, kind):
    """The largest difference of two trainings' weights; their figures must be equal."""
    one, two = (np.load(each / kind / f"{kind}.npz") for each in (folder, other))
    rows, others = (
        json.loads((each / kind / f"{kind}.json").read_text()) for each in (folder, other)
    )
    for row, same in zip(rows, others, strict=True):
        for name, value in row.items():
            near = same[name] if isinstance(value, str) else pytest.approx(same[name], rel=1e-3)
            assert value == near, name
    return max(np.abs(one[name] - two[name]).max() for name in one.files)


def test_two_devices_train_as_one_does(tmp_path):
    one = start(tmp_path / "one", "conv", optimizer="nesterov")  # Adam would hide a factor
    ends_well(one, start(tmp_path / "two", "conv", optimizer="nesterov", devices="cpu:2"))
    assert differ(tmp_path / "one", tmp_path / "two", "conv") < CLOSE


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"optimizer": "muon", "ema": 0.9, "clip_norm": 0.5}])
def test_two_processes_train_as_one_does(tmp_path, options):
    kinds = tuple(name for name in NETWORKS if name not in ("few", "attacked"))
    ends_well(start(tmp_path / "one", *kinds, **options))
    ends_well(start(tmp_path / "two", *kinds, devices="cpu:2", **options))
    ends_well(*two(tmp_path, *kinds, **options))
    for kind in kinds:
        assert differ(tmp_path / "one", tmp_path / "two", kind) < CLOSE
        assert differ(tmp_path / "one", tmp_path / "0", kind) < CLOSE


@pytest.mark.slow
def test_attacks_begin_elsewhere_on_every_device_and_alike_in_processes(tmp_path):
    kind = "attacked"
    ends_well(start(tmp_path / "one", kind), start(tmp_path / "two", kind, devices="cpu:2"))
    ends_well(*two(tmp_path, kind))
    assert differ(tmp_path / "two", tmp_path / "0", kind) < CLOSE
    one, others = (np.load(tmp_path / each / kind / f"{kind}.npz") for each in ("one", "two"))
    assert CLOSE < max(np.abs(one[name] - others[name]).max() for name in one.files) < 0.5


def test_a_row_that_does_not_count_moves_no_moments():
    layer = keras.layers.BatchNormalization(momentum=0.0)
    model = keras.Sequential([keras.Input((1,)), layer])
    replicas = Replicas(tf.distribute.get_strategy())
    for counting, mean in ((0, 0.0), (2, 5.0)):
        with replicas.learning(model), replicas.counting(tf.constant(counting)):
            model(tf.constant([[4.0], [6.0]]), training=True)
        assert layer.moving_mean.numpy().tolist() == [mean]


def two_here(parts=list):
    """Two devices, as far as the arithmetic goes, on the one of this process."""
    strategy = SimpleNamespace(num_replicas_in_sync=2, experimental_local_results=parts)
    return Replicas(strategy)


def test_a_batch_has_an_example_a_device_at_least():
    rows, counting = two_here().part(tf.constant([[1.0], [2.0]]), of_process=True)
    assert rows.numpy().tolist() == [[1.0]] and int(counting) == 1
    with pytest.raises(ConfigError, match="A batch has fewer examples than there are devices, 2"):
        two_here().part(tf.constant([[1.0]]), of_process=True)
    two_here().part(tf.constant([[1.0]]), of_process=False)  # of validation it may have


def test_a_row_that_does_not_count_is_not_among_those_of_all():
    values = {"answers": tf.constant([[1.0], [2.0]])}
    whole = two_here().whole(values, tf.constant(1))
    assert whole["answers"].numpy().tolist() == [[1.0]]


def test_devices_draw_with_seeds_of_their_own():
    layer = keras.layers.Dropout(0.5, seed=7)
    model = keras.Sequential([keras.Input((4,)), layer])
    seeds = []
    copies = lambda value: seeds.extend(tf.Variable(value) for _ in range(2)) or seeds  # noqa: E731
    with two_here(copies).learning(model):
        first, second = (seed.numpy().tolist() for seed in seeds)
    assert first == layer.seed_generator.state.numpy().tolist() != second


@pytest.mark.slow
def test_fewer_rows_than_devices_train_as_on_one(tmp_path):
    one = start(tmp_path / "one", "few", optimizer="nesterov")
    ends_well(one, start(tmp_path / "three", "few", optimizer="nesterov", devices="cpu:3"))
    assert differ(tmp_path / "one", tmp_path / "three", "few") < CLOSE


@pytest.mark.slow
def test_what_the_chiefs_callbacks_do_all_do(tmp_path):
    options = {"meddles": True, "schedule": "constant", "epochs": 4}
    ends_well(start(tmp_path / "one", "conv", **options))
    ends_well(*two(tmp_path, "conv", **options))
    assert differ(tmp_path / "one", tmp_path / "0", "conv") < CLOSE
    rows = json.loads((tmp_path / "0" / "conv" / "conv.json").read_text())
    assert len(rows) == 2 and 0 < rows[1]["val_auc"] < 1


@pytest.mark.slow
def test_every_device_drops_out_other_units(tmp_path):
    processes = [start(tmp_path, "masks", devices="cpu:2"), *two(tmp_path, "masks")]
    ends_well(*processes)
    here, chief, worker = (each.printed()[0].split() for each in processes)
    assert len({*here}) == 4 and len({*chief, *worker}) == 4
    assert here[::2] == chief  # as one device alone would


@pytest.mark.slow
@pytest.mark.parametrize(("victim", "by"), [(0, signal.SIGKILL), (1, signal.SIGTERM)])
def test_a_killed_process_ends_the_others_and_all_go_on_from_the_checkpoint(tmp_path, victim, by):
    ends_well(*two(tmp_path / "whole", "conv", epochs=4))
    processes = two(tmp_path / "cut", "conv", epochs=4, slow=2.0)
    checkpoint = tmp_path / "cut" / "0" / "conv" / CHECKPOINT
    until(checkpoint.exists, seconds=60)
    os.kill(processes[victim].pid, by)
    assert processes[victim].wait() == -by
    assert processes[1 - victim].wait() == 1
    said = processes[1 - victim].printed()[0]
    who = "Worker 1" if victim else "The chief"
    assert f"TrainingError: {who}" in said and "The same command" in said
    ends_well(*two(tmp_path / "cut", "conv", epochs=4))
    assert differ(tmp_path / "whole" / "0", tmp_path / "cut" / "0", "conv") == 0
