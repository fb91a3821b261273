"""What users bring to a training: what is refused, and what identifies a run."""

from __future__ import annotations

import keras
import pytest
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.training import Hooks, hooks
from kerasapps.training.hooks import NO_HOOKS, column_of, rate_of
from kerasapps.training.objects import fresh
from tests.values import kinds_of


def top_margin(truth, answers):
    return tf.reduce_max(answers, -1)


class Margin(keras.Metric):
    """A metric whose name Keras counts."""


@pytest.mark.parametrize(
    ("objects", "words"),
    [
        ({"callbacks": ["stop"]}, "callbacks= takes keras.callbacks.Callback, got 'stop'"),
        ({"callbacks": keras.callbacks.History()}, "callbacks= takes a list"),
        ({"metrics": [3]}, "metrics= takes keras.Metric objects, functions or names"),
        ({"metrics": [keras.metrics.Recall]}, r"metrics= has the class Recall: write Recall\(\)"),
        ({"metrics": ["recal"]}, "metrics= has 'recal', which Keras does not know"),
        ({"metrics": ["accuracy"]}, "'accuracy': of classes it is measured in every epoch"),
        ({"metrics": [top_margin, top_margin]}, "Two of metrics= are called 'top_margin'"),
        ({"loss": 3}, r"loss= takes a keras.losses.Loss, a function \(y_true, logits\) or a name"),
        ({"loss": "no"}, "loss= is 'no', which Keras does not know"),
        ({"loss": "sparse_categorical_crossentropy"}, r"SparseCategoricalCrossentropy\(from_log"),
        ({"loss": keras.losses.CategoricalCrossentropy}, "is the class CategoricalCrossentropy"),
        ({"loss": keras.losses.CategoricalFocalCrossentropy()}, "give it from_logits=True"),
        ({"loss": keras.losses.categorical_crossentropy}, "give it from_logits=True"),
        ({"optimizer": "adam"}, "names are for TrainConfig.optimizer"),
        ({"optimizer": keras.optimizers.SGD(1e6)}, "SGD has the learning rate 1e.06, not a number"),
        ({"optimizer": keras.optimizers.Lion(use_ema=True)}, "set TrainConfig.ema instead"),
        (
            {"optimizer": keras.optimizers.Lion(keras.optimizers.schedules.CosineDecay(0.1, 9))},
            "give it a number as learning_rate",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(objects, words):
    with pytest.raises(ConfigError, match=words):
        Hooks(**objects)


def test_gradients_of_several_batches_are_not_added_up_on_several_devices():
    inner = keras.optimizers.SGD(0.1, gradient_accumulation_steps=2)
    hooks = Hooks(optimizer=keras.optimizers.LossScaleOptimizer(inner))
    hooks.check_devices(1)
    with pytest.raises(ConfigError, match="SGD adds up the gradients of 2 steps"):
        hooks.check_devices(2)


def test_metrics_and_losses_are_taken_by_the_names_that_keras_has():
    brought = Hooks(metrics=["mae", "AUC"], loss="huber")
    assert brought.directions == {"val_mae": "min", "val_AUC": "max"}
    assert brought.loss is keras.losses.huber


def test_a_function_is_described_without_its_code(recwarn):
    brought = Hooks(metrics=[lambda truth, answers: truth])
    assert brought.describe() == {"metrics": ["<lambda> (<lambda>)"]}
    assert not recwarn.list


def test_an_optimizer_that_cannot_be_made_again_is_refused():
    class Odd(keras.optimizers.SGD):
        def __init__(self, needed, **options):
            super().__init__(**options)

    with pytest.raises(ConfigError, match=r"Odd cannot be made again of its get_config\(\)"):
        Hooks(optimizer=Odd(1))


def test_options_that_the_objects_say_are_refused_beside_them():
    optimizer = Hooks(optimizer=keras.optimizers.Lion(2e-4))
    optimizer.check(TrainConfig(epochs=3, label_smoothing=0.1))
    with pytest.raises(ConfigError, match=r"TrainConfig\.learning_rate, TrainConfig\.clip_norm"):
        optimizer.check(TrainConfig(learning_rate=0.1, clip_norm=1.0))
    loss = Hooks(loss=keras.losses.CategoricalHinge())
    loss.check(TrainConfig(learning_rate=0.1))
    with pytest.raises(ConfigError, match=r"TrainConfig\.label_smoothing: the loss= that you"):
        loss.check(TrainConfig(label_smoothing=0.1))


def test_what_the_model_suggests_gives_way_to_the_objects():
    suggested = TrainConfig(learning_rate=0.1, weight_decay=0.2, optimizer="adamw", epochs=2)
    settled = Hooks(optimizer=keras.optimizers.Lion(0.25)).settle(suggested)
    assert settled == TrainConfig(learning_rate=0.25, epochs=2)
    smoothed = TrainConfig(label_smoothing=0.1)
    assert Hooks(loss=keras.losses.CategoricalHinge()).settle(smoothed) == TrainConfig()
    assert NO_HOOKS.settle(smoothed) == smoothed


@pytest.mark.parametrize("name", ["accuracy", "loss", "val_x", "epoch"])
def test_a_metric_may_not_be_called_as_what_is_measured_anyway(name):
    brought = Hooks(metrics=[keras.metrics.CategoricalAccuracy(name=name)])
    with pytest.raises(ConfigError, match=f"'{name}'.*another name="):
        brought.check_names(("accuracy",))


def test_equal_objects_are_described_alike_in_any_process():
    def described(rate=1e-3, **changes):
        brought = Hooks(
            callbacks=[keras.callbacks.TerminateOnNaN()],
            metrics=[Margin(), top_margin],
            loss=keras.losses.CategoricalHinge(),
            optimizer=keras.optimizers.Lion(rate),
        )
        return brought.describe()

    first, again, other = described(), described(), described(2e-3)
    assert first == again and set(first) == {"loss", "optimizer", "metrics"}
    assert first["optimizer"] != other["optimizer"] and first["loss"] == other["loss"]
    assert first["optimizer"].startswith("Lion ") and first["metrics"][0].startswith("margin (")
    assert NO_HOOKS.describe_all() == {}
    heard = Hooks(callbacks=[keras.callbacks.TerminateOnNaN()])
    assert heard.describe() == {} and heard.describe_all() == {"callbacks": ["TerminateOnNaN"]}
    assert heard.without_callbacks().is_empty and not heard.is_empty and NO_HOOKS.is_empty


def test_a_name_that_counts_objects_is_no_name_of_a_column():
    assert column_of(Margin()) == column_of(Margin()) == "margin"
    assert column_of(keras.metrics.TopKCategoricalAccuracy(name="top_3")) == "top_3"


def test_a_fresh_optimizer_is_of_the_same_config_and_not_built():
    given = keras.optimizers.SGD(0.5, momentum=0.75, clipnorm=2.0)
    given.build([keras.Variable(1.0)])
    made = fresh(given)
    assert made is not given and not made.built and made.get_config() == given.get_config()


def test_a_rate_is_the_number_that_was_written():
    assert [rate_of(keras.optimizers.Lion(rate)) for rate in (1e-3, 3e-4)] == [1e-3, 3e-4]


def test_kinds_of_values():
    assert kinds_of(hooks)["Hooks"] == "frozen, by name, by identity"
