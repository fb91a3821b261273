"""A learning-rate factor for each variable, in steps and in weight decay."""

from __future__ import annotations

from types import MappingProxyType

import keras
import numpy as np
import pytest

from kerasapps.training.optimizers import FactoredSGD
from kerasapps.training.rate_factors import RateFactors, is_kernel


def variables(*names: str) -> list[keras.Variable]:
    return [keras.Variable(np.ones((2, 2), np.float32), name=name) for name in names]


@pytest.mark.parametrize(
    ("name", "shape", "expected"),
    [
        ("kernel", (2, 2), True),
        ("recurrent_kernel", (2, 2), True),
        ("kernel", (2,), False),
        ("kernel", (1, 1), True),
        ("embeddings", (2, 2), False),
        ("gamma", (2,), False),
    ],
)
def test_kernels(name, shape, expected):
    assert is_kernel(keras.Variable(np.ones(shape, np.float32), name=name)) is expected


def test_a_step_is_the_rate_times_the_factor_and_so_is_decay():
    fast, slow, plain = variables("a_kernel", "b_kernel", "bias")
    optimizer = FactoredSGD(learning_rate=0.1, weight_decay=0.5)
    optimizer.multipliers = {fast.path: 2.0, slow.path: 0.5, plain.path: 3.0}
    optimizer.build([fast, slow, plain])
    optimizer.apply([np.full((2, 2), 4.0, np.float32)] * 3, [fast, slow, plain])
    # Decay comes first and takes from the weight as it was.
    expected = [1 - 0.1 * 2 * (0.5 + 4), 1 - 0.1 * 0.5 * (0.5 + 4), 1 - 0.1 * 3 * 4]
    values = [float(each.numpy()[0, 0]) for each in (fast, slow, plain)]
    assert values == pytest.approx(expected)
    assert optimizer.factor(variables("new")[0]) == 1.0


def test_without_decay_kernels_stay_where_there_is_no_gradient():
    (kernel,) = variables("kernel")
    optimizer = FactoredSGD(learning_rate=0.1)
    optimizer.build([kernel])
    optimizer.build([kernel])  # again is fine
    optimizer.apply([np.zeros((2, 2), np.float32)], [kernel])
    assert (kernel.numpy() == 1).all()


def test_there_are_no_factors_by_default():
    assert RateFactors.multipliers == MappingProxyType({})
