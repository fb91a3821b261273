"""The compiled step against Keras' own loss and formulas written out in NumPy."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.recipes.translation.criterion import TOKEN_CRITERION
from kerasapps.training import step
from kerasapps.training.average import WeightAverage
from kerasapps.training.optimizers import make_optimizer
from kerasapps.training.step import Stepper, Tally, unpack

LABELS = np.eye(3, dtype=np.float32)[[0, 2, 1, 1]]
INPUTS = np.random.default_rng(0).normal(size=(4, 5)).astype(np.float32)
WEIGHTS = np.array([1.0, 0.5, 2.0, 0.0], np.float32)


def linear_model():
    keras.utils.set_random_seed(3)
    return keras.Sequential([keras.Input((5,)), keras.layers.Dense(3, name="logits")])


def one_step(model, *batch, xla=False, average=None, **options):
    config = TrainConfig(optimizer="sgd", weight_decay=0.0, **options)
    stepper = Stepper(
        model,
        make_optimizer(config),
        config=config,
        xla=xla,
        criterion=CLASS_CRITERION,
        average=average,
    )
    batches = iter(tf.data.Dataset.from_tensors(batch).repeat())
    stepper.train(batches, rate=0.1, decay=0.75)
    return stepper


@pytest.mark.parametrize("xla", [False, True])
@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_a_step_follows_the_gradient_of_loss_and_penalties(xla, weights):
    model = linear_model()
    kernel, bias = (w.numpy() for w in model.weights)
    batch = (INPUTS, LABELS) if weights is None else (INPUTS, LABELS, weights)
    stepper = one_step(model, *batch, xla=xla, l1=0.01, l2=0.1, label_smoothing=0.1)

    logits = INPUTS @ kernel + bias
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    scale = (np.ones(4) if weights is None else weights)[:, None] / 4
    error = (shares - (0.9 * LABELS + 0.1 / 3)) * scale
    slope = INPUTS.T @ error + 0.01 * np.sign(kernel) + 0.2 * kernel
    assert np.allclose(model.weights[0].numpy(), kernel - 0.1 * slope, atol=1e-6)
    assert np.allclose(model.weights[1].numpy(), bias - 0.1 * error.sum(0), atol=1e-6)
    # The figures are of the batch before the step; the accuracy ignores weights.
    assert stepper.tally.read()[1] == pytest.approx(np.mean(logits.argmax(1) == LABELS.argmax(1)))


def test_a_models_own_regularization_counts():
    plain, regular = linear_model(), linear_model()
    dense = regular.layers[0]
    dense.kernel_regularizer = dense.kernel.regularizer = keras.regularizers.L2(0.1)
    one_step(plain, INPUTS, LABELS, l2=0.1)
    one_step(regular, INPUTS, LABELS)
    assert np.allclose(plain.get_weights()[0], regular.get_weights()[0], atol=1e-7)
    assert not np.allclose(plain.get_weights()[0], linear_model().get_weights()[0], atol=1e-3)


def test_validation_is_plain_and_over_all_examples():
    model = linear_model()
    stepper = one_step(model, INPUTS, LABELS, label_smoothing=0.5, l2=1.0)
    batches = tf.data.Dataset.from_tensor_slices((INPUTS, LABELS)).batch(3)
    logits = model.predict(INPUTS, verbose=0)
    expected = keras.losses.CategoricalCrossentropy(from_logits=True)(LABELS, logits)
    loss, accuracy = stepper.validate(batches)
    assert loss == pytest.approx(float(expected), rel=1e-5)
    assert accuracy == np.mean(logits.argmax(1) == LABELS.argmax(1))


def test_tokens_are_smoothed_in_training_and_plain_in_validation():
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input((4, 5)), keras.layers.Dense(6)])
    config = TrainConfig(optimizer="sgd", label_smoothing=0.3)
    options = {"config": config, "xla": False, "criterion": TOKEN_CRITERION}
    stepper = Stepper(model, make_optimizer(config), **options)
    inputs = 3 * np.random.default_rng(1).normal(size=(2, 4, 5)).astype(np.float32)
    targets = np.array([[1, 5, 3, 0], [2, 0, 0, 0]], np.int32)
    batches = tf.data.Dataset.from_tensors((inputs, targets))
    stepper.train(iter(batches), rate=0.0, decay=0.0)
    shares = np.log(keras.ops.softmax(model(inputs)))
    plain = -shares[[0, 0, 0, 1], [0, 1, 2, 0], [1, 5, 3, 2]]
    spread = -shares[[0, 0, 0, 1], [0, 1, 2, 0]].mean(-1)
    assert stepper.tally.read()[0] == pytest.approx((0.7 * plain + 0.3 * spread).mean(), rel=1e-4)
    assert stepper.validate(batches)[0] == pytest.approx(plain.mean(), rel=1e-4)
    assert not np.allclose(plain.mean(), spread.mean(), rtol=0.05)


def test_the_average_moves_by_its_decay_and_swaps_in_and_out():
    model = linear_model()
    start = model.get_weights()
    average = WeightAverage(model.weights, decay=0.999)
    one_step(model, INPUTS, LABELS, average=average)
    moved = model.get_weights()
    expected = [0.75 * old + 0.25 * new for old, new in zip(start, moved, strict=True)]
    with average.swapped_in():
        for weight, value in zip(model.get_weights(), expected, strict=True):
            assert np.allclose(weight, value, atol=1e-7)
    for weight, value in zip(model.get_weights(), moved, strict=True):
        assert np.array_equal(weight, value)
    assert not np.array_equal(start[0], moved[0])


def test_the_average_forgets_its_start_quickly():
    average = WeightAverage(linear_model().weights, decay=0.999)
    assert [average.decay_at(step) for step in (0, 90)] == pytest.approx([0.1, 0.91])
    assert average.decay_at(100_000) == 0.999


def test_float16_scales_the_loss_and_still_learns():
    model = linear_model()
    config = TrainConfig(optimizer="sgd", learning_rate=0.1, weight_decay=0.0)
    optimizer = keras.optimizers.LossScaleOptimizer(make_optimizer(config))
    stepper = Stepper(model, optimizer, config=config, xla=False, criterion=CLASS_CRITERION)
    exact = linear_model()
    one_step(exact, INPUTS, LABELS)
    stepper.train(iter(tf.data.Dataset.from_tensors((INPUTS, LABELS))), rate=0.1, decay=0.0)
    for ours, theirs in zip(model.get_weights(), exact.get_weights(), strict=True):
        assert np.allclose(ours, theirs, atol=1e-5)


def layered_model():
    """Dropout and batch normalization: in training other values than in use."""
    keras.utils.set_random_seed(0)
    layers = [keras.Input((5,)), keras.layers.BatchNormalization(), keras.layers.Dense(3)]
    return keras.Sequential(layers)


def test_a_step_is_in_training_and_validation_in_use():
    model = layered_model()
    stepper = one_step(model, INPUTS, LABELS)
    used = model(INPUTS, training=False).numpy()
    # The moving statistics have moved towards those of the batch by a hundredth.
    norm = model.layers[0]
    np.testing.assert_allclose(norm.moving_mean, 0.01 * INPUTS.mean(0), atol=1e-6)
    batches = tf.data.Dataset.from_tensors((INPUTS, LABELS))
    loss, _ = stepper.validate(batches)
    expected = keras.losses.CategoricalCrossentropy(from_logits=True)(LABELS, used)
    assert loss == pytest.approx(float(expected), rel=1e-5)
    np.testing.assert_allclose(norm.moving_mean, 0.01 * INPUTS.mean(0), atol=1e-6)


def test_only_compiling_counts_as_tracing(monkeypatch):
    """Time passes only at each look at the clock, a second each time."""
    ticks = iter(range(1000))
    stepper = one_step(linear_model(), INPUTS, LABELS)
    monkeypatch.setattr(step.time, "monotonic", lambda: float(next(ticks)))
    batches = tf.data.Dataset.from_tensors((INPUTS, LABELS)).repeat(3)
    stepper.validate(batches)
    assert stepper.tracing_seconds == 1.0
    stepper.validate(batches)
    assert stepper.tracing_seconds == 0.0


def test_nothing_counted_is_no_number():
    tally = Tally()
    assert np.isnan(tally.read()).all()
    tally.add([2.0, 1.0, 4.0])
    tally.add([2.0, 2.0, 4.0])
    assert tally.read() == (0.5, 0.375)
    tally.reset()
    assert np.isnan(tally.read()).all()


def test_a_figure_is_made_of_the_mean():
    tally = Tally(lambda mean: 10 * mean)
    tally.add([2.0, 3.0, 4.0])
    assert tally.read() == (0.5, 7.5)


def test_batches_with_and_without_weights():
    assert unpack((1, 2)) == (1, 2, None) and unpack((1, 2, 3)) == (1, 2, 3)


@pytest.mark.parametrize("xla", [False, True])
def test_xla_is_for_who_asks(xla):
    config = TrainConfig(optimizer="sgd")
    stepper = Stepper(
        linear_model(), make_optimizer(config), config=config, xla=xla, criterion=CLASS_CRITERION
    )
    batch = tf.data.Dataset.from_tensors((INPUTS, LABELS))
    graph = stepper._train.get_concrete_function(iter(batch), tf.constant([0.1, 0.0])).graph
    wanted = {f.cached_definition.attr["_XlaMustCompile"].b for f in graph._functions.values()}
    assert wanted == {xla}
