from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.errors import ConfigError, DataError, TrainingError
from kerasapps.training import EpochRow, History, Hooks, QuietReporter, fit

X = np.random.default_rng(0).normal(size=(40, 4)).astype(np.float32)
Y = X[:, :2].argmax(axis=1)


class KilledError(Exception):
    pass


class KilledAfter(QuietReporter):
    """Ends a training when an epoch is over."""

    def __init__(self, epoch: int) -> None:
        self._last = epoch

    def epoch(self, row: EpochRow, *, best: bool) -> None:
        if row.epoch == self._last:
            raise KilledError


def network() -> keras.Model:
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])


def train(folder: Path, data: Any = (X, Y), **options: Any) -> tuple[keras.Model, History]:
    given = {"config": TrainConfig(epochs=3, batch_size=8), "reporter": QuietReporter()}
    model = options.pop("model", None) or network()
    return model, fit(model, data, (X, Y), folder=folder, **given | options)


def test_arrays_go_on_as_if_there_had_been_no_kill(tmp_path: Path) -> None:
    whole, _ = train(tmp_path / "whole")
    with pytest.raises(KilledError):
        train(tmp_path / "parts", reporter=KilledAfter(2))
    parts, history = train(tmp_path / "parts")
    assert len(history.rows) == 3
    np.testing.assert_array_equal(parts.get_weights()[0], whole.get_weights()[0])


def test_data_sets_weights_and_inputs_by_name_are_trained_on(tmp_path: Path) -> None:
    data = tf.data.Dataset.from_tensor_slices((X, Y)).batch(8)
    _, history = train(tmp_path / "set", data)
    assert len(history.rows) == 3
    none, _ = train(tmp_path / "none", (X, Y, np.zeros(40)))
    np.testing.assert_allclose(none.get_weights()[0], network().get_weights()[0], rtol=1e-2)
    inputs = {"a": keras.Input((4,), name="a"), "b": keras.Input((4,), name="b")}
    both = keras.layers.Dense(2)(keras.layers.Concatenate()(list(inputs.values())))
    named = {"a": X, "b": -X}
    history = fit(
        keras.Model(inputs, both),
        (named, Y),
        (named, Y),
        folder=tmp_path / "named",
        config=TrainConfig(epochs=1, batch_size=8),
        reporter=QuietReporter(),
    )
    assert history.stopped == "epochs"


def test_another_network_or_training_does_not_go_on(tmp_path: Path) -> None:
    train(tmp_path)
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, use_bias=False)])
    with pytest.raises(TrainingError, match=r"network is another one.*another folder="):
        train(tmp_path, model=other)
    with pytest.raises(TrainingError, match=r"train\.ema was None"):
        train(tmp_path, config=TrainConfig(epochs=3, batch_size=8, ema=0.9))


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (TrainConfig(class_weights="balanced"), "give each example its weight"),
        (TrainConfig(devices="cpu:2"), "Choose that before you build it"),
        (TrainConfig(dropout=0.5), "function that builds"),
        (TrainConfig(precision="bfloat16"), "was built for float32"),
    ],
)
def test_options_without_effect_are_refused(config, message, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=message):
        train(tmp_path, config=config)


def test_several_machines_are_refused_as_each_would_train_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = {"worker": ["10.0.0.1:9123", "10.0.0.2:9123"]}
    task = {"type": "worker", "index": 1}
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster, "task": task}))
    with pytest.raises(ConfigError, match=r"^TF_CONFIG names 2 machines, and here one process"):
        train(tmp_path / "alone")
    assert not (tmp_path / "alone").exists()


def test_data_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="40 inputs and 3 targets"):
        train(tmp_path, (X, Y[:3]))
    with pytest.raises(DataError, match="train is a ndarray"):
        train(tmp_path, X)
    with pytest.raises(DataError, match="train has the class 2: the network has classes 0 to 1"):
        train(tmp_path, tf.data.Dataset.from_tensor_slices((X, Y + 1)).batch(8))
    with pytest.raises(DataError, match="validation has the class 2"):
        fit(network(), (X, Y), (X, Y + 1), folder=tmp_path)
    endless = tf.data.Dataset.from_tensor_slices((X, Y)).batch(8).repeat()
    with pytest.raises(ConfigError, match="steps_per_epoch"):
        train(tmp_path, endless)
    with pytest.raises(ConfigError, match="has no end"):
        fit(network(), (X, Y), endless, folder=tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"folder is .*, and .* cannot be made"):
        train(tmp_path / "file" / "new")


def test_callbacks_metrics_a_loss_and_an_optimizer_are_taken(tmp_path: Path) -> None:
    seen: list[int] = []
    hooks = Hooks(
        callbacks=[
            keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, _: seen.append(epoch))
        ],
        metrics=[keras.metrics.CategoricalAccuracy(name="right")],
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        optimizer=keras.optimizers.SGD(0.1),
    )
    config = TrainConfig(epochs=2, batch_size=8)
    _, history = train(tmp_path, config=config, hooks=hooks)
    assert seen == [0, 1]
    assert history.rows[1].metrics["val_right"] == pytest.approx(history.rows[1].val_figure)
    ended = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, "softmax")])
    with pytest.raises(ConfigError, match="ends with softmax"):
        train(tmp_path / "ended", model=ended, config=config, hooks=hooks)
