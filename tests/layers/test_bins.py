from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.layers.bins import PiecewiseNumbers, bin_edges
from tests.layers.check_layer import check_layer

RNG = np.random.default_rng(0)


def test_piecewise_numbers() -> None:
    check_layer(PiecewiseNumbers(4, 5), (3, 2), output_shape=(3, 2, 5))
    adapted = PiecewiseNumbers(4, 5)
    adapted.build((None, 2))
    adapted.adapt(RNG.normal(size=(200, 2)))
    check_layer(adapted, (3, 2), output_shape=(3, 2, 5))


def test_a_vector_is_linear_within_each_bin_and_bends_between_them() -> None:
    keras.utils.set_random_seed(0)
    layer = PiecewiseNumbers(4, 3)
    layer.build((None, 1))
    layer.adapt(np.linspace(0, 8, 801)[:, np.newaxis])
    steps = np.linspace(0, 8, 17, dtype=np.float32)  # four to a bin
    vectors = np.asarray(layer(steps[:, np.newaxis]))[:, 0]
    bends = np.abs(np.diff(vectors, n=2, axis=0)).max(axis=1)
    inside = np.arange(len(bends)) % 4 != 3
    assert 2 * bends[inside].max() < 0.04 < bends[~inside].min()
    beyond = np.asarray(layer(np.array([[9.0], [10.0], [11.0]], np.float32)))[:, 0]
    np.testing.assert_allclose(np.diff(beyond, axis=0), np.tile(layer.line, (2, 1)), rtol=1e-4)


def test_numbers_do_not_mix() -> None:
    layer = PiecewiseNumbers(4, 3)
    inputs = RNG.normal(size=(2, 3)).astype(np.float32)
    before = np.asarray(layer(inputs))
    inputs[:, 1] += 0.5
    changed = (np.asarray(layer(inputs)) != before).any(axis=(0, 2))
    assert changed.tolist() == [False, True, False]


def test_edges_are_quantiles() -> None:
    edges = bin_edges(np.arange(1000.0), 4)
    np.testing.assert_allclose(edges, [0, 250, 500, 750, 999], atol=2)


def test_a_frequent_number_takes_one_bin_only() -> None:
    column = np.r_[np.zeros(900), np.arange(1, 101)]
    edges = bin_edges(column, 10)
    assert edges[0] == 0 and edges[-1] == 100
    assert len(edges) >= 8 and (edges >= 1).sum() >= 6


def test_few_numbers_have_few_bins() -> None:
    np.testing.assert_array_equal(bin_edges(np.array([0.0, 1, 0, 1]), 32), [0, 1])
    np.testing.assert_array_equal(bin_edges(np.array([2.0, 2]), 32), [2])
    layer = PiecewiseNumbers(8, 2)
    layer.build((None, 2))
    layer.adapt(np.array([[0.0, 3], [1, 3], [0, 3]]))
    np.testing.assert_array_equal((np.asarray(layer.slopes) > 0).sum(axis=1), [1, 0])
    assert np.isfinite(layer(np.array([[0.5, 4]], np.float32))).all()


def test_refuses_no_bins() -> None:
    with pytest.raises(ValueError, match="bins must be at least 1, got 0"):
        PiecewiseNumbers(0, 4)
