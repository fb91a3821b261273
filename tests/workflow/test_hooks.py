"""Users' objects through a whole recipe: what is refused, what is kept, what is told."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import kerasapps
from kerasapps.config import ExportConfig, ModelConfig, TrainConfig, TuneConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import ConfigError, TrainingError
from kerasapps.outputs.numbers.criterion import number_criterion
from kerasapps.recipes.translation.criterion import TOKEN_CRITERION
from kerasapps.training.foreign_loss import with_loss
from kerasapps.workflow.settings import identity_of
from tests.data.row_samples import columns, write_csv


class Stop(keras.callbacks.Callback):
    """Ends the training after two epochs, or breaks off in the second as a kill would."""

    def __init__(self, *, killed: bool = False) -> None:
        super().__init__()
        self.epochs: list[int] = []
        self.killed = killed

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.epochs.append(epoch)
        if self.killed and epoch == 1:
            raise KeyboardInterrupt

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        assert logs["val_own_recall"] > 0
        self.model.stop_training = epoch == 1


def focal(y_true: Any, y_pred: Any) -> Any:
    shares = tf.nn.softmax(y_pred)
    return -tf.reduce_sum(y_true * (1 - shares) ** 2 * tf.nn.log_softmax(y_pred), -1)


def train(folder: Path, callback: Stop, **changes: Any) -> kerasapps.RecipeResult:
    objects: dict[str, Any] = {
        "callbacks": [callback],
        "metrics": [keras.metrics.Recall(name="own_recall")],
        "loss": focal,
        "optimizer": keras.optimizers.Lion(1e-3),
        **changes,
    }
    return kerasapps.train_tabular(
        write_csv(folder / "people.csv", columns(300)),
        target="y",
        output_dir=folder / "run",
        model=ModelConfig(model="mlp", width=0.25, depth=0.5),
        train=TrainConfig(epochs=9, batch_size=32, class_weights="balanced"),
        export=ExportConfig(quantization=("float32",), saved_model=False, keep_failed=True),
        **objects,
    )


def test_a_run_with_ones_own_objects_is_killed_goes_on_and_says_what_it_had(tmp_path: Path) -> None:
    first, second = Stop(killed=True), Stop()
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, first)
    for changes, words in (
        ({"optimizer": keras.optimizers.Lion(2e-3)}, r"objects\.optimizer was 'Lion .*', is 'Lion"),
        ({"loss": None}, r"objects\.loss was 'focal', is not given"),
        ({"metrics": []}, r"objects\.metrics was \['own_recall"),
    ):
        with pytest.raises(TrainingError, match=words):
            train(tmp_path, second, **changes)
    assert second.epochs == []
    result = train(tmp_path, second)
    assert (first.epochs, second.epochs) == ([0, 1], [1])
    assert result.history.stopped == "the callback Stop" and len(result.history.rows) == 2
    with (result.bundle_dir / "history.csv").open() as file:
        rows = [*csv.DictReader(file)]
    found = [float(row["val_own_recall"]) for row in rows]
    assert found == [row.metrics["val_own_recall"] for row in result.history.rows]
    assert "Own recall" in (result.bundle_dir / "report.html").read_text(encoding="utf-8")
    settings = read_manifest(result.bundle_dir).settings
    assert settings["objects"]["callbacks"] == ["Stop"]
    assert settings["objects"]["loss"] == "focal"
    assert (settings["train"]["optimizer"], settings["train"]["learning_rate"]) == (
        None,
        pytest.approx(1e-3),
    )
    assert set(identity_of(settings)["objects"]) == {"loss", "optimizer", "metrics"}


def test_a_search_refuses_objects_that_cannot_be_sent_before_it_reads_data(tmp_path: Path) -> None:
    callback = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None)
    with pytest.raises(ConfigError, match="LambdaCallback of callbacks= cannot be sent"):
        kerasapps.train_tabular(
            tmp_path / "none.csv", tune=TuneConfig(trials=1), callbacks=[callback]
        )


def test_a_monitor_that_nobody_measures_is_refused_before_data_is_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Did you mean 'val_recall'\?"):
        kerasapps.train_tabular(
            tmp_path / "none.csv",
            train=TrainConfig(monitor="val_recal"),
            metrics=[keras.metrics.Recall()],
        )


def test_a_metric_called_as_a_figure_is_refused_before_data_is_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="A metric of metrics= is called 'accuracy'"):
        kerasapps.train_tagger(
            tmp_path / "none.conll", metrics=[keras.metrics.Recall(name="accuracy")]
        )


def test_options_beside_an_object_that_says_them_are_refused_before_data_is_read(
    tmp_path: Path,
) -> None:
    with pytest.raises(ConfigError, match=r"TrainConfig\.learning_rate: the optimizer= that you"):
        kerasapps.train_tabular(
            tmp_path / "none.csv",
            train=TrainConfig(learning_rate=1e-3),
            optimizer=keras.optimizers.Lion(),
        )


def test_a_translators_loss_leaves_padding_out_as_ours_does() -> None:
    draw = np.random.default_rng(0)
    logits = tf.constant(draw.normal(size=(3, 4, 6)).astype(np.float32))
    ids = tf.constant([[1, 2, 3, 0], [5, 0, 0, 0], [4, 4, 4, 4]])
    weight = tf.constant([1.0, 2.0, 0.5])
    theirs = with_loss(
        TOKEN_CRITERION, keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    for weights in ((), (weight,)):
        ours, found = (each.score(logits, ids, *weights) for each in (TOKEN_CRITERION, theirs))
        assert float(found.loss) == pytest.approx(float(ours.loss), rel=1e-5)
        assert found.sums.numpy() == pytest.approx(ours.sums.numpy(), rel=1e-5)
    answers, truth = TOKEN_CRITERION.answers(logits, ids)
    assert np.allclose(answers.numpy().sum(-1), 1) and truth is ids
    with pytest.raises(ConfigError, match="gives one number a batch; padding"):
        with_loss(TOKEN_CRITERION, lambda y, z: tf.reduce_mean(z)).score(logits, ids)


def test_metrics_see_numbers_in_their_own_unit() -> None:
    answers, truth = number_criterion(4.0, 10.0).answers(
        tf.constant([[0.5]]), tf.constant([[-1.0]])
    )
    assert (answers.numpy().item(), truth.numpy().item()) == (12.0, 6.0)
