"""A training whose figure is an error: the less, the better."""

from __future__ import annotations

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.errors import TrainingError
from kerasapps.training import seed_everything
from kerasapps.training.criterion import Criterion, Score
from kerasapps.training.in_phases import fit_in_phases
from tests.answers import ERRORS
from tests.training.small import CPU, TWO_EPOCHS, Silent

INPUTS = np.random.default_rng(0).normal(size=(96, 3)).astype(np.float32)
TARGETS = (INPUTS @ [[1.0], [-2.0], [0.5]] + 0.25).astype(np.float32)
STEPS = 6


def squared_error(outputs, targets, weight=None, /, *, smoothing=0.0):
    squares = tf.reduce_mean(tf.square(outputs - targets), axis=-1)
    losses = squares if weight is None else squares * weight
    count = tf.cast(tf.shape(losses)[0], tf.float32)
    sums = tf.stack([tf.reduce_sum(losses), tf.reduce_sum(squares), count])
    return Score(tf.reduce_mean(losses), sums)


RMSE_OF_SQUARES = Criterion(squared_error, figure=math.sqrt)


def train(folder, config, **changes):
    seed_everything(config)
    keras.utils.clear_session(free_memory=False)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, name="number")])
    data = tf.data.Dataset.from_tensor_slices((INPUTS, TARGETS)).batch(16)
    options = {
        "batches": lambda first: data.repeat(),
        "validation": data,
        "steps_per_epoch": STEPS,
        "config": config,
        "runtime": CPU,
        "folder": folder,
        "settings": {},
        "length": TWO_EPOCHS,
        "reporter": Silent(),
        "answer": ERRORS,
        "criterion": RMSE_OF_SQUARES,
        **changes,
    }
    return model, fit_in_phases(model, **options)


LEARNS = {"optimizer": "adam", "learning_rate": 0.1, "schedule": "constant", "warmup": 0.0}


def test_the_figure_is_a_root_of_a_mean_and_the_least_is_kept(tmp_path):
    config = TrainConfig(epochs=8, average_checkpoints=2, **LEARNS)
    model, history = train(tmp_path, config)
    errors = model.predict(INPUTS, verbose=0) - TARGETS
    assert history.best.val_figure == pytest.approx(np.sqrt(np.mean(errors**2)), rel=1e-4)
    assert history.best.val_figure == min(row.val_figure for row in history.rows)
    assert history.best_epoch > 1 and history.best.val_figure < 0.5 * history.rows[0].val_figure
    assert all(row.figure == pytest.approx(row.loss**0.5) for row in history.rows)
    history.write_csv(tmp_path / "history.csv")
    header = (tmp_path / "history.csv").read_text().splitlines()[0]
    assert header == "epoch,phase,learning_rate,seconds,loss,rmse,val_loss,val_rmse"


def test_a_judges_error_decides_what_is_best_and_when_it_is_enough(tmp_path):
    figures = [5.0, 3.0, 4.0, 3.5, 1.0]
    config = TrainConfig(epochs=10, early_stopping=2, monitor="mae", **LEARNS)
    _, history = train(tmp_path, config, judge=lambda: figures.pop(0))
    assert [row.val_metric for row in history.rows] == [5.0, 3.0, 4.0, 3.5]
    assert (history.best_epoch, history.stopped) == (2, "early stopping")


def test_it_goes_on_from_a_checkpoint_exactly(tmp_path):
    config = TrainConfig(epochs=4, ema=0.9, **LEARNS)
    reference, expected = train(tmp_path / "reference", config)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "parts", config, reporter=Silent(interrupt_after=2))
    model, history = train(tmp_path / "parts", config)
    assert all(map(np.array_equal, model.get_weights(), reference.get_weights()))
    assert [row.val_figure for row in history.rows] == [row.val_figure for row in expected.rows]
    assert history.best_epoch == expected.best_epoch


def test_a_figure_that_is_no_number_ends_the_training(tmp_path):
    lost = Criterion(squared_error, figure=lambda mean: float("nan"))
    with pytest.raises(TrainingError, match="validation RMSE became nan in epoch 1"):
        train(tmp_path, TrainConfig(epochs=1, **LEARNS), criterion=lost)
