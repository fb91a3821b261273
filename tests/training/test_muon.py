"""Muon's step against the one written out in NumPy."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.config import TrainConfig
from kerasapps.training.muon import HiddenMuon, matrix_shape
from kerasapps.training.optimizers import make_optimizer


def orthogonalised(matrix: np.ndarray, steps: int = 6) -> np.ndarray:
    """Newton-Schulz iteration with the quintic of Jordan et al. 2024."""
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (np.linalg.norm(x) + 1e-7)
    for _ in range(steps):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.T if tall else x


@pytest.mark.parametrize(
    ("shape", "matrix"),
    [((6, 4), (6, 4)), ((4, 12), (4, 12)), ((3, 2, 4, 6), (24, 6)), ((2, 1, 1, 8), (2, 8))],
)
def test_two_steps(shape, matrix):
    random = np.random.default_rng(0)
    kernel = keras.Variable(random.normal(size=shape).astype(np.float32), name="kernel")
    optimizer = make_optimizer(TrainConfig(optimizer="muon", learning_rate=0.1, weight_decay=0.0))
    optimizer.build([kernel])
    value, mean = kernel.numpy().astype(float), np.zeros(shape)
    for _ in range(2):
        gradient = random.normal(size=shape)
        optimizer.apply([keras.ops.convert_to_tensor(gradient, "float32")], [kernel])
        mean = 0.95 * mean + gradient
        direction = orthogonalised((gradient + 0.95 * mean).reshape(matrix), optimizer.ns_steps)
        # A matrix that widens gets a longer step, one that narrows none shorter.
        scale = max(1.0, matrix[1] / matrix[0]) ** 0.5
        value = value - 0.1 * scale * direction.reshape(shape)
        np.testing.assert_allclose(kernel.numpy(), value, atol=2e-3)


def test_without_nesterov_the_mean_itself_is_the_direction():
    kernel = keras.Variable(np.zeros((3, 3), np.float32), name="kernel")
    optimizer = HiddenMuon(learning_rate=1.0, nesterov=False, weight_decay=None)
    optimizer.build([kernel])
    gradients = [np.diag([4.0, 2.0, 1.0]), np.diag([0.0, 0.0, 9.0])]
    mean = np.zeros((3, 3))
    expected = np.zeros((3, 3))
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient, "float32")], [kernel])
        mean = 0.95 * mean + gradient
        expected -= orthogonalised(mean, optimizer.ns_steps)
    np.testing.assert_allclose(kernel.numpy(), expected, atol=2e-3)


@pytest.mark.parametrize(
    ("name", "shape", "by_adam"),
    [
        ("kernel", (4, 4), False),
        ("kernel", (1, 4), True),
        ("kernel", (2, 4), False),
        ("depthwise_kernel", (3, 3, 4, 1), True),
        ("pointwise_kernel", (1, 1, 4, 4), False),
        ("bias", (4,), True),
        ("embedding_kernel", (4, 4), True),
        ("logits_kernel", (4, 4), True),
        ("gamma", (4, 4), True),
    ],
)
def test_what_adam_trains(name, shape, by_adam):
    variable = keras.Variable(np.zeros(shape, np.float32), name=name)
    assert HiddenMuon()._should_use_adamw(variable) is by_adam


def test_decay_is_at_the_rate_of_who_trains():
    variables = [
        keras.Variable(np.ones((4, 4), np.float32), name=name)
        for name in ("a_kernel", "logits_kernel", "b_kernel")
    ]
    optimizer = make_optimizer(
        TrainConfig(optimizer="muon", learning_rate=0.1, weight_decay=0.5),
        multipliers={variables[2].path: 0.5},
    )
    optimizer.build(variables)
    optimizer.apply([np.zeros((4, 4), np.float32)] * 3, variables)
    values = [float(each.numpy()[0, 0]) for each in variables]
    assert values == pytest.approx([0.95, 1 - 0.05 * 0.05, 0.975])


@pytest.mark.parametrize(
    ("shape", "path", "expected"),
    [
        ((8, 2, 4), "x/query/kernel", (8, 8)),
        ((8, 2, 3), "x/key/kernel", (8, 6)),
        ((8, 2, 3), "x/value/kernel", (8, 6)),
        ((8, 2, 3), "x/conv1d/kernel", (16, 3)),
        ((8, 2), "x/query/kernel", (8, 2)),
        ((3, 5, 2, 7), "x/value/kernel", (30, 7)),
    ],
)
def test_kernels_as_matrices(shape, path, expected):
    assert matrix_shape(shape, path) == expected


def test_bfloat16_products_point_the_same_way():
    random = np.random.default_rng(0)
    gradient = keras.ops.convert_to_tensor(random.normal(size=(3, 3, 8, 16)), "float32")
    config = TrainConfig(optimizer="muon", learning_rate=1.0, weight_decay=0.0)
    steps = []
    for precision in ("float32", "mixed_bfloat16"):
        optimizer = make_optimizer(config, precision=precision)
        kernel = keras.Variable(np.zeros((3, 3, 8, 16), np.float32), name="kernel")
        optimizer.build([kernel])
        optimizer.apply([gradient], [kernel])
        steps.append(kernel.numpy())
    exact, rounded = steps
    assert not np.array_equal(exact, rounded)
    cosine = np.sum(exact * rounded) / np.linalg.norm(exact) / np.linalg.norm(rounded)
    assert cosine > 0.99
