from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.outputs.numbers.integer import keeps_numbers
from kerasapps.outputs.numbers.scaling import Scaling

NUMBERS = np.array([10.0, 20, 60])


def test_targets_have_mean_0_and_deviation_1_and_come_back() -> None:
    scaling = Scaling.of(NUMBERS)
    targets = scaling.targets(NUMBERS)
    assert targets.shape == (3, 1) and targets.dtype == np.float32
    np.testing.assert_allclose([targets.mean(), targets.std()], [0, 1], atol=1e-6)
    np.testing.assert_allclose(scaling.numbers(targets), NUMBERS, rtol=1e-6)
    assert Scaling.of(np.full(3, 7.0)) == Scaling(7.0, 1.0)


def test_the_shipped_network_answers_on_the_numbers_own_scale() -> None:
    scaling = Scaling(100.0, 5.0)
    source = keras.Input((2,))
    network = keras.Model(source, keras.layers.Dense(1)(source))
    inputs = np.random.default_rng(0).normal(size=(4, 2)).astype(np.float32)
    expected = 100 + 5 * np.asarray(network(inputs))
    shipped = scaling.answering_model(network)
    np.testing.assert_allclose(shipped(inputs), expected, rtol=1e-6)
    assert shipped.output.dtype == "float32" and shipped.output_shape == (None, 1)
    np.testing.assert_allclose(scaling.predict(network, inputs), expected[:, 0], rtol=1e-6)


@pytest.mark.parametrize(("shift", "keeps"), [(0.05, True), (0.07, False)])
def test_an_int8_file_keeps_numbers_that_move_by_little_of_their_spread(
    shift: float, keeps: bool
) -> None:
    expected = np.random.default_rng(0).normal(50, 8, size=(300, 1))
    assert keeps_numbers(expected + shift * expected.std(), expected) is keeps
