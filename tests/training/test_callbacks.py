"""Users' callbacks, metrics, losses and optimizers in a training, killed and resumed."""

from __future__ import annotations

import csv

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.errors import ConfigError, TrainingError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.training import Hooks, Runtime, TerminalReporter
from kerasapps.training.callbacks import CALLED, NEVER, Callbacks, unheard
from tests.training.small import (
    STEPS,
    Silent,
    make_backbone,
    make_examples,
    make_model,
    train,
)


class Diary(keras.callbacks.Callback):
    """Writes down every hook that runs, with what it gets."""

    def __init__(self, *, stop_at: int | None = None, stop_in: int | None = None) -> None:
        super().__init__()
        self.entries: list[tuple[str, int | None, dict[str, float]]] = []
        self.stop_at, self.stop_in = stop_at, stop_in

    def on_train_begin(self, logs=None):
        assert self.model.stop_training is False and self.model.optimizer is not None
        self._note("train_begin", None, logs)

    def on_train_end(self, logs=None):
        self._note("train_end", None, logs)

    def on_epoch_begin(self, epoch, logs=None):
        self._note("epoch_begin", epoch, logs)

    def on_epoch_end(self, epoch, logs=None):
        self._note("epoch_end", epoch, logs)
        if epoch == self.stop_at:
            self.model.stop_training = True

    def on_train_batch_begin(self, batch, logs=None):
        self._note("batch_begin", batch, logs)

    def on_train_batch_end(self, batch, logs=None):
        self._note("batch_end", batch, logs)
        if batch == self.stop_in:
            self.model.stop_training = True

    def on_test_begin(self, logs=None):
        self._note("test_begin", None, logs)

    def on_test_end(self, logs=None):
        self._note("test_end", None, logs)

    def _note(self, hook, number, logs):
        self.entries.append((hook, number, dict(logs)))


def summary(diary: Diary) -> list[tuple[str, int | None]]:
    return [(hook, number) for hook, number, _ in diary.entries if not hook.startswith("batch")]


EPOCH = ("epoch_begin", "test_begin", "test_end", "epoch_end")


def test_hooks_run_as_in_keras_and_go_on_counting_after_a_kill(tmp_path):
    config, first, second = TrainConfig(epochs=3), Diary(), Diary()
    with pytest.raises(KeyboardInterrupt):
        train(
            tmp_path,
            config,
            reporter=Silent(interrupt_after=1),
            hooks=Hooks(callbacks=[first]),
        )
    model, history = train(tmp_path, config, hooks=Hooks(callbacks=[second]))
    assert [hook for hook, _ in summary(first)] == ["train_begin", *EPOCH]
    assert [hook for hook, _ in summary(second)] == ["train_begin", *EPOCH, *EPOCH, "train_end"]
    assert [n for hook, n in summary(second) if hook == "epoch_end"] == [1, 2]
    batches = [n for hook, n, _ in second.entries if hook == "batch_end"]
    assert batches == [*range(STEPS), *range(STEPS)]
    assert second.params == {"verbose": 0, "epochs": 3, "steps": STEPS}
    logs = {n: logs for hook, n, logs in second.entries if hook == "epoch_end"}
    row = history.rows[2]
    assert logs[2] == {
        "loss": row.loss,
        "accuracy": row.figure,
        "val_loss": row.val_loss,
        "val_accuracy": row.val_figure,
        "learning_rate": row.learning_rate,
    }
    last_batch = [logs for hook, _, logs in second.entries if hook == "batch_end"][-1]
    assert last_batch == pytest.approx({"loss": row.loss, "accuracy": row.figure})
    assert second.model is model and getattr(model, "optimizer", None) is None
    # A training that is over tells nobody anything.
    third = Diary()
    train(tmp_path, config, hooks=Hooks(callbacks=[third]))
    assert third.entries == []


@pytest.mark.parametrize(
    ("stop", "epochs", "batches"), [({"stop_at": 1}, 2, 2 * STEPS), ({"stop_in": 2}, 1, 3)]
)
def test_a_callback_ends_the_training_cleanly(tmp_path, stop, epochs, batches, capsys):
    diary, config = Diary(**stop), TrainConfig(epochs=9)
    hooks = Hooks(callbacks=[diary])
    _, history = train(tmp_path, config, hooks=hooks, reporter=TerminalReporter(CLASSES))
    assert history.stopped == "the callback Diary" and len(history.rows) == epochs
    assert sum(hook == "batch_end" for hook, _, _ in diary.entries) == batches
    assert summary(diary)[-1] == ("train_end", None)
    assert "(stopped by: the callback Diary)" in capsys.readouterr().err
    _, again = train(tmp_path, config, hooks=hooks)
    assert again == history


def test_the_weights_are_those_of_the_best_epoch_whatever_callbacks_do(tmp_path):
    seen = {}

    class Meddler(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen[epoch + 1] = self.model.get_weights()

        def on_train_end(self, logs=None):
            seen["end"] = self.model.get_weights()
            self.model.set_weights([0 * weight for weight in self.model.get_weights()])

    model, history = train(
        tmp_path, TrainConfig(epochs=2, ema=0.9), hooks=Hooks(callbacks=[Meddler()])
    )
    for weights in (model.get_weights(), seen["end"]):
        assert all(map(np.array_equal, weights, seen[history.best_epoch]))


def test_hooks_that_never_run_are_named_in_a_line(tmp_path, capsys):
    class Curious(keras.callbacks.Callback):
        def on_predict_end(self, logs=None):
            pass

        def on_test_batch_end(self, batch, logs=None):
            pass

    logger = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None)
    model = make_model()
    model.compile("sgd", "categorical_crossentropy")
    compiled, hooks = model.optimizer, Hooks(callbacks=[Curious(), logger])
    train(tmp_path, TrainConfig(epochs=1), model=model, hooks=hooks)
    assert model.optimizer is compiled
    assert capsys.readouterr().err.splitlines() == [
        "Curious: on_test_batch_end, on_predict_end are never called in a training of kerasapps."
    ]
    assert unheard(Diary()) == []
    hooks = {name for name in dir(keras.callbacks.Callback) if name.startswith("on_")}
    assert hooks == {*CALLED, *NEVER}


def test_a_rate_that_a_callback_sets_is_said_to_have_no_effect(tmp_path, capsys):
    scheduler = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 123.0)
    plain, _ = train(tmp_path / "plain", TrainConfig(epochs=2))
    other, _ = train(tmp_path / "set", TrainConfig(epochs=2), hooks=Hooks(callbacks=[scheduler]))
    told = capsys.readouterr().err
    assert told.count("LearningRateScheduler set the learning rate, which has no effect") == 1
    assert all(map(np.array_equal, plain.get_weights(), other.get_weights()))


class Once(keras.callbacks.Callback):
    """Sets the learning rate at the beginning, and never again."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 0:
            self.model.optimizer.learning_rate = 0.003


def test_with_a_constant_schedule_the_rate_of_a_callback_stays_also_after_a_kill(tmp_path, capsys):
    config = TrainConfig(epochs=3, schedule="constant")
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, config, reporter=Silent(interrupt_after=1), hooks=Hooks(callbacks=[Once()]))
    _, history = train(tmp_path, config, hooks=Hooks(callbacks=[Once()]))
    assert [row.learning_rate for row in history.rows] == pytest.approx([0.003] * 3)
    assert "learning rate" not in capsys.readouterr().err


def test_a_scheduler_sets_the_rate_also_to_what_it_was():
    model, rates = make_model(), {0: 0.5, 1: 0.25}
    scheduler = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rates[epoch])
    callbacks = Callbacks([scheduler], CLASSES, may_set_rate=True)
    callbacks.train_begin(model, epochs=2, steps=1, rate=0.5)
    callbacks.use(keras.optimizers.SGD(0.5))
    assert callbacks.rate is None
    for epoch, rate in rates.items():
        callbacks.epoch_begin(epoch)
        assert callbacks.rate == rate
    callbacks.use(keras.optimizers.SGD(0.1))  # of the next phase
    assert callbacks.rate is None


def wrong_share(truth, answers):
    """A metric of one's own, by hand: the share that is wrong."""
    return tf.cast(tf.argmax(truth, -1) != tf.argmax(answers, -1), tf.float32)


def test_metrics_are_in_the_history_the_file_the_line_and_the_logs(tmp_path, capsys):
    brier = keras.metrics.MeanSquaredError(name="brier")
    f1 = keras.metrics.F1Score(average="macro", name="own_f1")
    diary = Diary()
    hooks = Hooks(metrics=[brier, wrong_share, f1], callbacks=[diary])
    options = {"hooks": hooks, "reporter": TerminalReporter(CLASSES)}
    config = TrainConfig(epochs=2, tensorboard=True, monitor="max:val_wrong_share")
    model, history = train(tmp_path, config, **options)
    row = history.best
    assert row.metrics["val_wrong_share"] == max(
        each.metrics["val_wrong_share"] for each in history.rows
    )
    assert hooks.directions == {
        "val_brier": "min", "val_wrong_share": None, "val_own_f1": "max",
    }  # fmt: skip
    assert list(row.metrics) == [
        *("brier", "wrong_share", "own_f1"),
        *("val_brier", "val_wrong_share", "val_own_f1"),
    ]
    images, labels = make_examples(32, seed=1)
    answers = tf.nn.softmax(model.predict(images, verbose=0)).numpy()
    assert row.metrics["val_brier"] == pytest.approx(np.mean((answers - labels) ** 2), rel=1e-4)
    for last in history.rows:
        assert last.metrics["val_wrong_share"] == pytest.approx(1 - last.val_figure)
        assert last.metrics["wrong_share"] == pytest.approx(1 - last.figure)
    history.write_csv(tmp_path / "history.csv")
    with (tmp_path / "history.csv").open() as file:
        lines = [*csv.DictReader(file)]
    assert float(lines[1]["val_brier"]) == history.rows[1].metrics["val_brier"]
    assert type(history).from_dict(history.as_dict()) == history
    logs = [logs for hook, _, logs in diary.entries if hook == "epoch_end"]
    assert logs[1]["val_own_f1"] == history.rows[1].metrics["val_own_f1"]
    told = capsys.readouterr().err
    assert f", wrong_share {history.rows[0].metrics['val_wrong_share']:.4g}" in told
    (events,) = (tmp_path / "tensorboard" / "validation").iterdir()
    tags = {
        v.tag for e in tf.compat.v1.train.summary_iterator(str(events)) for v in e.summary.value
    }
    assert {"brier", "own_f1", "wrong_share"} <= tags


@pytest.mark.parametrize(
    ("objects", "words"),
    [
        ({"metrics": [keras.metrics.F1Score()]}, "'f1_score' gives 3 numbers"),
        ({"metrics": [lambda truth: truth]}, r"metrics= cannot take.*\(16, 3\).*TypeError"),
        ({"loss": lambda truth, logits: logits[:, 7]}, r"loss= cannot take.*\(16, 3\)"),
    ],
)
def test_what_cannot_take_a_batch_fails_before_the_first_step(tmp_path, objects, words):
    diary = Diary()
    with pytest.raises(ConfigError, match=words):
        train(tmp_path, TrainConfig(epochs=1), hooks=Hooks(callbacks=[diary], **objects))
    assert diary.entries == [] and not any(tmp_path.iterdir())


@pytest.mark.parametrize("precision", ["float32", "mixed_float16"])
def test_an_optimizer_of_ones_own_goes_on_exactly(tmp_path, precision):
    runtime = Runtime(precision, False, "", "")
    used: list[keras.optimizers.Optimizer] = []

    class Look(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            used.append(self.model.optimizer)

    def run(folder, **options):
        with runtime.scope():
            keras.utils.set_random_seed(0)
            model = make_model()
        given = keras.optimizers.Lion(2e-3, weight_decay=0.01)
        lion = Hooks(optimizer=given, callbacks=[Look()])
        settings = lion.describe()
        return train(
            folder, config, model=model, runtime=runtime, hooks=lion, settings=settings, **options
        )

    config = TrainConfig(epochs=3, schedule="linear", warmup=0.0)
    whole, expected = run(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "parts", reporter=Silent(interrupt_after=2))
    parts, history = run(tmp_path / "parts")
    assert all(map(np.array_equal, whole.get_weights(), parts.get_weights()))
    assert [row.loss for row in expected.rows] == [row.loss for row in history.rows]
    assert expected.rows[0].learning_rate == pytest.approx(2e-3 * (1 - 5.5 / 18))
    scaled = {isinstance(each, keras.optimizers.LossScaleOptimizer) for each in used}
    assert scaled == {precision == "mixed_float16"} and used[-1].iterations == 3 * STEPS
    assert {type(getattr(each, "inner_optimizer", each)) for each in used} == {
        keras.optimizers.Lion
    }
    if precision == "float32":
        with pytest.raises(TrainingError, match=r"optimizer was 'Lion .*, is not given"):
            train(tmp_path / "whole", config, settings={})


def test_a_pretrained_backbone_is_said_to_learn_at_one_rate(tmp_path, capsys):
    keras.utils.set_random_seed(0)
    backbone = make_backbone()
    as_it_is = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate)
    hooks = Hooks(optimizer=keras.optimizers.SGD(0.01), callbacks=[as_it_is])
    config = TrainConfig(epochs=1, head_epochs=0, fine_tune_rate=0.5, schedule="constant")
    model = make_model(backbone)
    _, history = train(tmp_path, config, model=model, backbone=backbone, hooks=hooks)
    assert "SGD moves all of the backbone at one rate" in capsys.readouterr().err
    assert history.rows[0].learning_rate == pytest.approx(0.005), "a callback sees the phase's"
