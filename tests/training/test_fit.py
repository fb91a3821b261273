"""fit_in_phases: learns, resumes exactly, stops when it should and keeps the best weights."""

from __future__ import annotations

import dataclasses
import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.errors import TrainingError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.start import Start
from kerasapps.training import Hooks, Monitor, Runtime, clock
from kerasapps.training.checkpoint import CHECKPOINT
from tests.training.small import (
    Silent,
    make_model,
    train,
    training_batches,
    validation_batches,
)


def judge(model):
    """Validation loss and accuracy by Keras' own evaluation."""
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(loss=loss, metrics=["accuracy"])
    return model.evaluate(validation_batches(), verbose=0)


def test_learns_and_the_model_is_the_best_row(tmp_path):
    reporter = Silent()
    config = TrainConfig(epochs=6, learning_rate=0.01)
    model, history = train(tmp_path, config, reporter=reporter)
    assert [row.epoch for row in history.rows] == [1, 2, 3, 4, 5, 6]
    assert history.best.val_figure > 0.9
    assert history.stopped == "epochs" and reporter.ended and reporter.course.epochs == 6
    merit = Monitor("accuracy", CLASSES).merit
    assert merit(history.best) == max(map(merit, history.rows))
    assert judge(model) == pytest.approx([history.best.val_loss, history.best.val_figure])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"best-{history.best_epoch:05d}.npz",
        CHECKPOINT,
    ]


@pytest.mark.slow  # a training that goes on within an epoch shows it, too
@pytest.mark.parametrize(
    "options",
    [
        {"ema": 0.95},
        {"optimizer": "muon", "clip_norm": 1.0, "schedule": "one_cycle"},
    ],
)
def test_resume_is_exact(tmp_path, options):
    """Dropout, the average, the optimizer and the schedule all go on where they were."""
    config = TrainConfig(epochs=4, **options)
    reference, expected = train(tmp_path / "whole", config)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "parts", config, reporter=Silent(interrupt_after=2))
    later = Silent()
    parts, history = train(tmp_path / "parts", config, reporter=later)
    assert [row.epoch for row in later.rows] == [3, 4] and later.course.done == 2
    for first, second in zip(reference.get_weights(), parts.get_weights(), strict=True):
        assert np.array_equal(first, second)
    figures = [(r.loss, r.val_loss, r.val_figure, r.learning_rate) for r in expected.rows]
    assert figures == [(r.loss, r.val_loss, r.val_figure, r.learning_rate) for r in history.rows]


class Cut(keras.callbacks.Callback):
    """Ends the process, as far as the training can tell, before a step."""

    def __init__(self, steps):
        super().__init__()
        self.left = steps

    def on_train_batch_begin(self, batch, logs=None):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize(
    "options",
    [{"ema": 0.95}, pytest.param({"average_checkpoints": 2}, marks=pytest.mark.slow)],
)
def test_a_training_goes_on_exactly_within_an_epoch(tmp_path, monkeypatch, options):
    """In its first epoch and a later one, which end with the figures of all of their steps."""
    looks = itertools.count()
    monkeypatch.setattr(clock.time, "monotonic", lambda: float(next(looks)))

    def run(folder, steps=999, **changes):
        hooks = Hooks(callbacks=[Cut(steps)], metrics=[keras.metrics.TopKCategoricalAccuracy(2)])
        config = TrainConfig(epochs=2, checkpoint_minutes=0.01, **options)
        return train(tmp_path / folder, config, hooks=hooks, **changes)

    reference, expected = run("whole")
    for steps in (4, 3):
        with pytest.raises(KeyboardInterrupt):
            run("parts", steps)
    later = Silent()
    parts, history = run("parts", reporter=later)
    assert (later.course.done, later.course.step) == (1, 1)
    assert all(map(np.array_equal, reference.get_weights(), parts.get_weights()))
    for row, same in zip(history.rows, expected.rows, strict=True):
        assert dataclasses.replace(row, seconds=0) == dataclasses.replace(same, seconds=0)


@pytest.mark.parametrize(
    "options",
    [{"ema": 0.95}, pytest.param({"early_stopping": 1, "l2": 1e-4}, marks=pytest.mark.slow)],
)
def test_a_paused_training_goes_on_exactly(tmp_path, options):
    config = TrainConfig(epochs=4, **options)
    reference, expected = train(tmp_path / "whole", config)
    asked = []

    def pause(row):
        asked.append((row.epoch, (tmp_path / "parts" / CHECKPOINT).exists()))
        return row.epoch == 2

    _, first = train(tmp_path / "parts", config, pause=pause)
    assert first.stopped == "paused" and len(first.rows) == 2
    parts, history = train(tmp_path / "parts", config, pause=pause)
    assert asked == [(row.epoch, True) for row in expected.rows[:-1]]
    assert history.stopped == expected.stopped != "paused"
    assert all(map(np.array_equal, reference.get_weights(), parts.get_weights()))
    assert [row.val_loss for row in history.rows] == [row.val_loss for row in expected.rows]


def test_a_pause_leaves_the_best_weights_so_far(tmp_path):
    config = TrainConfig(epochs=4, learning_rate=0.01)
    model, history = train(tmp_path, config, pause=lambda row: row.epoch == 3)
    assert judge(model) == pytest.approx([history.best.val_loss, history.best.val_figure])


def test_nobody_is_asked_after_the_last_epoch(tmp_path):
    _, history = train(tmp_path, TrainConfig(epochs=1), pause=lambda row: True)
    assert history.stopped == "epochs"


def test_a_finished_run_is_not_trained_again(tmp_path):
    config = TrainConfig(epochs=1)
    model, history = train(tmp_path, config)

    def no_batches(start):
        raise AssertionError("trained again")

    again, same = train(tmp_path, config, batches=no_batches)
    assert same == history
    assert all(map(np.array_equal, model.get_weights(), again.get_weights()))


def test_another_runs_folder_is_refused(tmp_path):
    train(tmp_path, TrainConfig(epochs=1))
    with pytest.raises(TrainingError, match="seed was 0, is 1"):
        train(tmp_path, TrainConfig(epochs=1, seed=1))


def test_another_models_checkpoint_is_refused(tmp_path):
    train(tmp_path, TrainConfig(epochs=1))
    other = keras.Sequential(
        [keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(3)]
    )
    with pytest.raises(TrainingError, match=f"do not fit.*Delete {tmp_path}"):
        train(tmp_path, TrainConfig(epochs=1), model=other)


def test_the_average_is_judged_and_returned_and_training_goes_on_from_the_raw(tmp_path):
    config = TrainConfig(epochs=2, learning_rate=0.01, ema=0.999)
    averaged, history = train(tmp_path / "average", config)
    raw, plain = train(tmp_path / "raw", TrainConfig(epochs=2, learning_rate=0.01))
    assert judge(averaged) == pytest.approx([history.best.val_loss, history.best.val_figure])
    assert not np.allclose(averaged.get_weights()[0], raw.get_weights()[0], atol=1e-4)
    assert [row.loss for row in plain.rows] == [row.loss for row in history.rows]


def test_early_stopping_keeps_the_best_epoch(tmp_path):
    images, labels = next(iter(training_batches(Start())))
    wrong = tf.data.Dataset.from_tensors((images, tf.roll(labels, 1, axis=1)))
    config = TrainConfig(epochs=20, early_stopping=2, learning_rate=0.01, schedule="constant")
    model, history = train(tmp_path, config, validation=wrong)
    losses = [row.val_loss for row in history.rows]
    assert history.stopped == "early stopping" and len(losses) < 20
    assert losses.index(min(losses)) == len(losses) - 3
    model.compile(loss=keras.losses.CategoricalCrossentropy(from_logits=True))
    assert model.evaluate(wrong, verbose=0) == pytest.approx(history.best.val_loss, rel=1e-4)


@pytest.fixture
def slow_clock(monkeypatch):
    """Time that passes only when someone looks at the clock: 20 ms each time."""
    ticks = itertools.count()
    monkeypatch.setattr(clock.time, "monotonic", lambda: next(ticks) * 0.02)


@pytest.mark.usefixtures("slow_clock")
def test_a_time_budget_ends_training_and_schedule(tmp_path):
    config = TrainConfig(time_budget=0.1, warmup=0.0)
    _, history = train(tmp_path, config)
    assert history.stopped == "time budget"
    assert 5.5 < history.seconds <= 6
    rates = [row.learning_rate for row in history.rows]
    assert rates == sorted(rates, reverse=True)
    assert len(rates) > 3 and rates[-1] < 0.01 * 1e-3


@pytest.mark.usefixtures("slow_clock")
def test_a_budget_within_the_first_epoch_still_validates(tmp_path):
    config = TrainConfig(time_budget=0.05)
    model, history = train(tmp_path, config, steps_per_epoch=10**6)
    assert history.stopped == "time budget" and len(history.rows) == 1
    assert 2.5 < history.seconds < 3.2
    assert judge(model)[0] == pytest.approx(history.rows[0].val_loss, rel=1e-5)


def test_epochs_can_end_before_the_budget(tmp_path):
    _, history = train(tmp_path, TrainConfig(epochs=1, time_budget=10))
    assert history.stopped == "epochs" and len(history.rows) == 1


@pytest.mark.parametrize("warmup", [0.0, 1.0])
def test_the_rate_of_a_step_is_the_schedules_in_its_middle(tmp_path, warmup):
    """So neither the first nor the last step has a rate of 0: here of 12 steps, after 6 and 12."""
    config = TrainConfig(epochs=2, learning_rate=0.01, schedule="linear", warmup=warmup)
    _, history = train(tmp_path, config)
    middles = [5.5 / 12, 11.5 / 12]
    expected = [0.01 * (share if warmup else 1 - share) for share in middles]
    assert [row.learning_rate for row in history.rows] == pytest.approx(expected, rel=1e-5)


def test_a_diverging_loss_says_what_to_change(tmp_path):
    config = TrainConfig(optimizer="sgd", learning_rate=100.0, warmup=0.0, weight_decay=0.0)
    with pytest.raises(
        TrainingError, match=r"epoch 1.*Config\.learning_rate.*100.*Config\.clip_norm"
    ):
        train(tmp_path, config)
    assert not (tmp_path / CHECKPOINT).exists()


def test_class_weights_steer_the_model(tmp_path):
    def weighted(start):
        return training_batches(start).map(lambda x, y: (x, y, y[:, 0] * 50 + 0.001))

    model, _ = train(tmp_path, TrainConfig(epochs=2, learning_rate=0.01), batches=weighted)
    predicted = model.predict(validation_batches(), verbose=0).argmax(1)
    assert np.mean(predicted == 0) == 1.0


def test_rates_by_variable_reach_the_optimizer(tmp_path):
    model = make_model()
    start = model.get_layer("logits").kernel.numpy()
    multipliers = {model.get_layer("logits").kernel.path: 0.0}
    train(tmp_path, TrainConfig(epochs=1), model=model, multipliers=multipliers)
    assert np.array_equal(start, model.get_layer("logits").kernel.numpy())


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_trains(tmp_path, policy):
    runtime = Runtime(policy, False, "", "")
    with runtime.scope():
        model = make_model()
    config = TrainConfig(epochs=1)
    _, history = train(tmp_path, config, model=model, runtime=runtime)
    assert np.isfinite(history.rows[0].val_loss)
    assert {str(weight.dtype) for weight in model.weights} == {"float32"}


def test_tensorboard_logs_every_epoch_of_both_splits(tmp_path):
    _, history = train(tmp_path, TrainConfig(epochs=2, tensorboard=True))
    for split, expected in (
        ("train", [row.loss for row in history.rows]),
        ("validation", [row.val_loss for row in history.rows]),
    ):
        (path,) = (tmp_path / "tensorboard" / split).iterdir()
        events = [e for e in tf.compat.v1.train.summary_iterator(str(path)) if e.summary.value]
        values = [
            (event.step, float(tf.make_ndarray(value.tensor)))
            for event in events
            for value in event.summary.value
            if value.tag == "loss"
        ]
        assert values == [(1, pytest.approx(expected[0])), (2, pytest.approx(expected[1]))]


def test_history_goes_to_csv_and_json(tmp_path):
    _, history = train(tmp_path, TrainConfig(epochs=2))
    history.write_csv(tmp_path / "history.csv")
    header, *lines = (tmp_path / "history.csv").read_text().splitlines()
    assert "val_metric" not in header
    assert header.startswith("epoch,phase,learning_rate,seconds,loss,accuracy,val_loss")
    assert [line.split(",")[:2] for line in lines] == [["1", "train"], ["2", "train"]]
    assert history.as_dict()["rows"][1]["val_loss"] == history.rows[1].val_loss
