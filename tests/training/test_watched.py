"""Callbacks of Keras that watch a figure know which direction of it is better."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.config import TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.training import Hooks
from tests.training.small import make_examples, train


def share(truth, answers):
    return answers[:, 0]


def test_they_work_with_the_figures_of_an_epoch_and_save_a_model_that_loads(tmp_path):
    file = tmp_path / "best.keras"
    callbacks = [
        keras.callbacks.EarlyStopping("val_accuracy", patience=5),
        keras.callbacks.ReduceLROnPlateau("val_brier"),
        keras.callbacks.ModelCheckpoint(file, monitor="val_accuracy", save_best_only=True),
    ]
    brier = keras.metrics.MeanSquaredError(name="brier")
    hooks = Hooks(callbacks=callbacks, metrics=[brier])
    model, history = train(
        tmp_path / "run", TrainConfig(epochs=2, schedule="constant"), hooks=hooks
    )
    assert [each.mode for each in callbacks] == ["max", "min", "max"]
    assert callbacks[0].best == callbacks[2].best == history.best.val_figure
    assert callbacks[1].best == min(row.metrics["val_brier"] for row in history.rows)
    images, _ = make_examples(8, seed=1)
    loaded = keras.saving.load_model(file)
    np.testing.assert_allclose(loaded(images), model(images), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("callback", "words"),
    [
        (keras.callbacks.EarlyStopping("val_acuracy"), "'val_acuracy' is not known. Did you mean"),
        (keras.callbacks.EarlyStopping("val_macro_f1"), "'val_macro_f1' is not known"),
        (keras.callbacks.EarlyStopping("val_share"), "what is better of it: give it mode="),
        (keras.callbacks.EarlyStopping("learning_rate"), "what is better of it: give it mode="),
    ],
)
def test_one_that_cannot_tell_is_refused_before_the_first_epoch(tmp_path, callback, words):
    with pytest.raises(ConfigError, match=words):
        train(tmp_path, TrainConfig(epochs=1), hooks=Hooks(callbacks=[callback], metrics=[share]))
    assert not any(tmp_path.iterdir())


def test_a_recipe_refuses_it_before_it_reads_the_data_unless_a_judge_may_measure_it():
    def check(monitor: str, **options: str) -> None:
        stop = keras.callbacks.EarlyStopping(monitor, **options)
        Hooks(callbacks=[stop], metrics=[share]).check_monitor(TrainConfig(), CLASSES)

    check("val_macro_f1")
    check("val_share", mode="min")
    with pytest.raises(ConfigError, match="monitor of EarlyStopping 'accurracy'"):
        check("accurracy")
