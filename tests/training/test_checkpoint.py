"""Checkpoints restore exactly, and an interrupted write never costs the previous one."""

from __future__ import annotations

import os
from pathlib import Path

import keras
import numpy as np
import pytest

from kerasapps.errors import TrainingError
from kerasapps.training import checkpoint
from kerasapps.training import checkpoint as checkpoint_module
from kerasapps.training.checkpoint import Checkpoint
from tests.values import kinds_of

SETTINGS = {"model": "cnn", "train": {"epochs": 3, "seed": 0}, "sizes": (32, 32)}


def a_checkpoint(value=1.0):
    groups = {
        "model": [np.full((2, 3), value, np.float32), np.array([7, 9], np.uint32)],
        "optimizer": [np.array(2**40, np.int64)],
    }
    return Checkpoint(SETTINGS, {"epoch": 2, "rows": [{"loss": 0.1}]}, groups)


def test_round_trip_keeps_values_and_types(tmp_path):
    checkpoint.write_checkpoint(tmp_path / "new", a_checkpoint())
    stored = checkpoint.read_checkpoint(tmp_path / "new", SETTINGS)
    assert stored.state == {"epoch": 2, "rows": [{"loss": 0.1}]}
    for name, arrays in a_checkpoint().groups.items():
        for array, expected in zip(stored.groups[name], arrays, strict=True):
            assert array.dtype == expected.dtype and np.array_equal(array, expected)


def test_many_arrays_keep_their_order(tmp_path):
    arrays = [np.array(index) for index in range(120)]
    checkpoint.write_best(tmp_path, 1, arrays)
    assert [int(array) for array in checkpoint.read_best(tmp_path, 1)] == list(range(120))


def test_bfloat16_becomes_float32(tmp_path):
    half = np.asarray(keras.ops.convert_to_numpy(keras.ops.ones((2,), "bfloat16")))
    checkpoint.write_best(tmp_path, 1, [half])
    assert checkpoint.read_best(tmp_path, 1)[0].dtype == np.float32


def test_no_checkpoint_is_none(tmp_path):
    assert checkpoint.read_checkpoint(tmp_path, SETTINGS) is None
    assert checkpoint.stored_settings(tmp_path) is checkpoint.stored_state(tmp_path) is None


def test_other_settings_are_refused_by_name(tmp_path):
    checkpoint.write_checkpoint(tmp_path, a_checkpoint())
    other = {**SETTINGS, "train": {"epochs": 5, "seed": 0}}
    changes = checkpoint.changed_settings({"net": "a" * 64, "old": 1}, {"net": "b" * 64, "new": 2})
    assert changes == [
        "net is another one", "new was not given, is 2", "old was 1, is not given",
    ]  # fmt: skip
    with pytest.raises(
        TrainingError, match=r"train\.epochs was 3, is 5.*another output folder"
    ) as caught:
        checkpoint.read_checkpoint(tmp_path, other)
    assert "seed" not in str(caught.value) and "model was" not in str(caught.value)
    assert checkpoint.read_checkpoint(tmp_path, SETTINGS) is not None
    assert checkpoint.stored_settings(tmp_path) == {**SETTINGS, "sizes": [32, 32]}
    assert checkpoint.stored_state(tmp_path) == a_checkpoint().state


@pytest.mark.parametrize(
    "ask",
    [
        lambda folder: checkpoint.read_checkpoint(folder, SETTINGS),
        checkpoint.stored_settings,
        checkpoint.stored_state,
    ],
)
@pytest.mark.parametrize("content", [b"", b"not a zip", "half"])
def test_a_damaged_file_says_what_to_delete(tmp_path, ask, content):
    checkpoint.write_checkpoint(tmp_path, a_checkpoint())
    path = tmp_path / checkpoint.CHECKPOINT
    path.write_bytes(path.read_bytes()[:300] if content == "half" else content)
    with pytest.raises(TrainingError, match=f"cannot be read.*Delete {tmp_path}"):
        ask(tmp_path)


def test_a_write_cut_short_leaves_the_previous_checkpoint(tmp_path, monkeypatch):
    checkpoint.write_checkpoint(tmp_path, a_checkpoint(1.0))

    def full_disk(file, **arrays):
        file.write(b"PK half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full_disk)
    with pytest.raises(TrainingError, match=r"No space left.*Free some disk space"):
        checkpoint.write_checkpoint(tmp_path, a_checkpoint(2.0))
    monkeypatch.undo()
    stored = checkpoint.read_checkpoint(tmp_path, SETTINGS)
    assert stored.groups["model"][0][0, 0] == 1.0
    checkpoint.write_checkpoint(tmp_path, a_checkpoint(2.0))
    assert checkpoint.read_checkpoint(tmp_path, SETTINGS).groups["model"][0][0, 0] == 2.0


def test_file_and_folder_are_synced_around_the_rename(tmp_path, monkeypatch):
    events = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(descriptor):
        events.append("folder" if Path(f"/proc/self/fd/{descriptor}").is_dir() else "file")
        real_sync(descriptor)

    def replace(self, target):
        events.append("rename")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    checkpoint.write_checkpoint(tmp_path, a_checkpoint())
    assert events == ["file", "rename", "folder"]


def test_only_the_named_best_stays(tmp_path):
    for epoch in (1, 2):
        checkpoint.write_best(tmp_path, epoch, [np.array(epoch)])
    checkpoint.remove_older_best(tmp_path, 2)
    assert int(checkpoint.read_best(tmp_path, 2)[0]) == 2
    with pytest.raises(TrainingError):
        checkpoint.read_best(tmp_path, 1)


def test_arrays_are_given_to_variables_that_they_fit(tmp_path):
    variables = [keras.Variable(np.zeros((2, 3))), keras.Variable(np.zeros(2))]
    checkpoint.assign(variables, [np.ones((2, 3)), np.full(2, 5.0)], tmp_path)
    assert variables[0].numpy().sum() == 6 and variables[1].numpy().tolist() == [5, 5]
    for wrong in ([np.ones((2, 3))], [np.ones((3, 2)), np.ones(2)]):
        with pytest.raises(TrainingError, match=f"in {tmp_path} holds {len(wrong)} arrays .* 2 v"):
            checkpoint.assign(variables, wrong, tmp_path)
        assert variables[0].numpy().sum() == 6


def test_a_checkpoint_that_lacks_a_part_is_damaged(tmp_path):
    np.savez((tmp_path / checkpoint.CHECKPOINT).open("wb"), a=np.zeros(1))
    for ask in (
        lambda: checkpoint.read_checkpoint(tmp_path, SETTINGS),
        lambda: checkpoint.stored_settings(tmp_path),
    ):
        with pytest.raises(TrainingError, match="cannot be read"):
            ask()
    with pytest.raises(TrainingError, match="cannot be read"):
        checkpoint.read_best(tmp_path, 7)


def test_kinds_of_values():
    assert kinds_of(checkpoint_module) == {"Checkpoint": "frozen"}
