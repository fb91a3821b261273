"""Optimizers: every kind learns, factors and decay reach the right variables, Muon is Muon."""

from __future__ import annotations

from typing import get_args

import keras
import numpy as np
import pytest

from kerasapps.config import Optimizer, TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.training import optimizer_choice
from kerasapps.training.muon import ADAM_RATE, matrix_shape
from kerasapps.training.optimizer_choice import OPTIMIZER_DEFAULTS, peak_learning_rate
from kerasapps.training.optimizers import make_optimizer
from tests.values import kinds_of


def variable(values, name):
    return keras.Variable(np.asarray(values, np.float32), name=name)


def apply(optimizer, variables, gradients):
    """One step; returns what it changed in each variable."""
    before = [v.numpy() for v in variables]
    optimizer.build(variables)
    optimizer.apply([keras.ops.convert_to_tensor(g, "float32") for g in gradients], variables)
    return [v.numpy() - old for v, old in zip(variables, before, strict=True)]


@pytest.mark.parametrize("kind", get_args(Optimizer))
def test_every_kind_has_defaults_and_descends(kind):
    kernel = variable(np.full((4, 4), 3.0), "kernel")
    config = TrainConfig(optimizer=kind, clip_norm=10.0)
    optimizer = make_optimizer(config)
    assert float(optimizer.learning_rate) == pytest.approx(OPTIMIZER_DEFAULTS[kind].learning_rate)
    loaded = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert type(loaded) is type(optimizer) and loaded.get_config() == optimizer.get_config()
    optimizer.build([kernel])
    for _ in range(5):
        optimizer.apply([2 * kernel.value], [kernel])
    assert np.square(kernel.numpy()).sum() < 9 * 16


@pytest.mark.parametrize(
    ("kind", "learning_rate", "decay", "fields"),
    [
        ("sgd", 0.1, 5e-4, {"momentum": 0.0, "nesterov": False}),
        ("momentum", 0.05, 5e-4, {"momentum": 0.9, "nesterov": False}),
        ("nesterov", 0.05, 5e-4, {"momentum": 0.9, "nesterov": True}),
        ("adam", 1e-3, None, {"beta_1": 0.9, "beta_2": 0.999}),
        ("adamw", 1e-3, 0.01, {"beta_1": 0.9, "beta_2": 0.999}),
        ("rmsprop", 5e-4, None, {"rho": 0.9, "momentum": 0.0}),
        ("adagrad", 1e-2, None, {}),
        ("muon", 0.02, 0.01, {"momentum": 0.95, "nesterov": True, "adam_lr_ratio": 0.05}),
    ],
)
def test_what_each_kind_takes_where_nobody_says(kind, learning_rate, decay, fields):
    optimizer = make_optimizer(TrainConfig(optimizer=kind))
    config = optimizer.get_config()
    assert peak_learning_rate(TrainConfig(optimizer=kind)) == learning_rate
    assert (config["learning_rate"], config["weight_decay"]) == (
        pytest.approx(learning_rate),
        decay,
    )
    assert {name: config[name] for name in fields} == fields
    assert config["global_clipnorm"] is None and optimizer.multipliers == {}
    assert list(OPTIMIZER_DEFAULTS) == list(get_args(Optimizer))


def test_learning_rate_of_the_config_wins():
    assert peak_learning_rate(TrainConfig(learning_rate=0.3)) == 0.3
    assert float(make_optimizer(TrainConfig(learning_rate=0.3)).learning_rate) == pytest.approx(0.3)


@pytest.mark.parametrize("kind", ["sgd", "nesterov", "adamw", "rmsprop", "adagrad", "muon"])
def test_a_factor_scales_the_step_and_the_decay(kind):
    first, second = variable(np.eye(3), "kernel_a"), variable(np.eye(3), "kernel_b")
    config = TrainConfig(optimizer=kind, learning_rate=0.01, weight_decay=0.5)
    optimizer = make_optimizer(config, multipliers={second.path: 0.25})
    # Weight decay comes before the step and, in the same place, does not change the gradient.
    full, quarter = apply(optimizer, [first, second], [np.eye(3)] * 2)
    assert np.allclose(quarter, 0.25 * full, rtol=2e-3)
    assert np.abs(full).max() > 0


@pytest.mark.parametrize("kind", get_args(Optimizer))
def test_weight_decay_reaches_kernels_alone(kind):
    names = ["kernel", "bias", "gamma", "embeddings"]
    variables = [variable(np.ones((2, 2)), name) for name in names]
    variables.append(variable([1.0, 1.0], "kernel_scale"))
    config = TrainConfig(optimizer=kind, learning_rate=0.1, weight_decay=0.5)
    changes = apply(make_optimizer(config), variables, [np.zeros(v.shape) for v in variables])
    assert np.allclose(changes[0], -0.05)
    assert all(np.all(change == 0) for change in changes[1:])


def test_muon_decays_what_adam_trains_at_adams_rate():
    """The last layer and depthwise kernels: Adam's rate is a twentieth of Muon's."""
    shapes = {"kernel": (4, 4), "logits_kernel": (4, 4), "depthwise_kernel": (3, 3, 4, 1)}
    variables = [variable(np.ones(shape), name) for name, shape in shapes.items()]
    config = TrainConfig(optimizer="muon", learning_rate=0.1, weight_decay=0.5)
    changes = apply(make_optimizer(config), variables, [np.zeros(v.shape) for v in variables])
    expected = [-0.1 * 0.5, -0.1 * 0.5 * ADAM_RATE, -0.1 * 0.5 * ADAM_RATE]
    assert ADAM_RATE == 0.05
    for change, amount in zip(changes, expected, strict=True):
        np.testing.assert_allclose(change, amount, rtol=1e-4)


def test_weight_decay_of_0_is_none_and_the_default_is_not():
    for decay, expected in ((0.0, 0.0), (None, -1e-3 * 0.01)):
        kernel = variable(np.ones((2, 2)), "kernel")
        config = TrainConfig(optimizer="adamw", weight_decay=decay)
        (change,) = apply(make_optimizer(config), [kernel], [np.zeros((2, 2))])
        assert np.allclose(change, expected, atol=1e-7)


def test_clip_norm_is_over_all_gradients_together():
    first, second = variable(np.zeros((1, 1)), "kernel"), variable([0.0], "bias")
    config = TrainConfig(optimizer="sgd", learning_rate=1.0, clip_norm=1.0)
    changes = apply(make_optimizer(config), [first, second], [[[30.0]], [40.0]])
    assert [change.item() for change in changes] == pytest.approx([-0.6, -0.8])


def test_muon_orthogonalises_convolution_kernels():
    random = np.random.default_rng(0)
    kernel = variable(np.zeros((3, 3, 4, 8)), "kernel")
    config = TrainConfig(optimizer="muon", learning_rate=1.0, weight_decay=0.0)
    gradient = random.normal(size=kernel.shape)
    (change,) = apply(make_optimizer(config), [kernel], [gradient])
    ratios = np.linalg.svd(change.reshape(36, 8), compute_uv=False)
    before = np.linalg.svd(gradient.reshape(36, 8), compute_uv=False)
    assert before.max() / before.min() > 1.8
    assert ratios.min() > 0.6 and ratios.max() < 1.3
    assert (change * gradient).sum() < 0


def test_muon_leaves_the_rest_to_adam():
    shapes = {"bias": (8,), "depthwise_kernel": (3, 3, 8, 1), "logits_kernel": (8, 4)}
    variables = [variable(np.zeros(shape), name) for name, shape in shapes.items()]
    config = TrainConfig(optimizer="muon", learning_rate=0.02, weight_decay=0.0)
    gradients = [np.random.default_rng(1).normal(size=v.shape) for v in variables]
    for change in apply(make_optimizer(config), variables, gradients):
        # Adam's first step is the learning rate in every element.
        assert np.allclose(np.abs(change), 0.001, rtol=1e-3)


def test_attention_projections_as_matrices():
    assert matrix_shape((64, 4, 16), "block/query/kernel") == (64, 64)
    assert matrix_shape((4, 16, 64), "block/attention_output/kernel") == (64, 64)
    assert matrix_shape((3, 3, 16, 32), "conv/kernel") == (144, 32)


@pytest.mark.parametrize("kind", ["adam", "adamw", "muon"])
def test_beta_2_is_the_memory_of_squared_gradients(kind):
    """After gradients of 1 and then 0, Adam's step is m / sqrt(v) with the bias corrected."""
    for asked, beta_2 in ((0.6, 0.6), (None, 0.999)):
        bias = variable([0.0], "bias")
        options = {"learning_rate": 0.1, "weight_decay": 0.0, "beta_2": asked}
        optimizer = make_optimizer(TrainConfig(optimizer=kind, **options))
        apply(optimizer, [bias], [[1.0]])
        (change,) = apply(optimizer, [bias], [[0.0]])
        rate = 0.1 * (ADAM_RATE if kind == "muon" else 1)
        mean = 0.9 * 0.1 / (1 - 0.9**2)
        square = beta_2 * (1 - beta_2) / (1 - beta_2**2)
        assert change.item() == pytest.approx(-rate * mean / square**0.5, rel=1e-3)


@pytest.mark.parametrize("kind", ["sgd", "momentum", "nesterov", "rmsprop", "adagrad"])
def test_beta_2_is_refused_where_there_is_none(kind):
    with pytest.raises(ConfigError, match=rf"TrainConfig\.beta_2.*adam, adamw, muon; {kind} has"):
        make_optimizer(TrainConfig(optimizer=kind, beta_2=0.98))


def test_kinds_of_values():
    assert kinds_of(optimizer_choice) == {"OptimizerDefaults": "frozen"}
