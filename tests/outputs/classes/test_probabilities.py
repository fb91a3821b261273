"""Probabilities of a whole split, against the model called on all of it."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from scipy.special import softmax

from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.probabilities import predict_probabilities


class CountsTraces(keras.layers.Layer):
    """Passes its input on; `traces` is how often a graph through it was built."""

    traces = 0

    def call(self, inputs):
        CountsTraces.traces += 1
        return inputs


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((6, 6, 3)),
            CountsTraces(),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(4, 3),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.5),
            keras.layers.Flatten(),
            keras.layers.Dense(7),
        ]
    )


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (23, 6, 6, 3), np.uint8)


def test_is_the_softmax_of_the_logits_in_order(model, images):
    found = predict_probabilities(model, images, batch_size=5)
    expected = softmax(model(images.astype("float32"), training=False).numpy(), axis=1)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_memmap_serves_and_nothing_is_compiled_twice(model, images, tmp_path):
    np.save(tmp_path / "images.npy", images)
    CountsTraces.traces = 0
    found = predict_probabilities(
        model, np.load(tmp_path / "images.npy", mmap_mode="r"), batch_size=10
    )
    assert CountsTraces.traces == 1
    np.testing.assert_allclose(found, predict_probabilities(model, images), atol=1e-6)


def test_half_precision_still_gives_float32_distributions(images):
    half = keras.Sequential(
        [
            keras.Input((6, 6, 3)),
            keras.layers.Flatten(),
            keras.layers.Dense(5, dtype="mixed_bfloat16"),
        ]
    )
    found = predict_probabilities(half, images)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)


def test_one_at_a_time(model, images):
    one_by_one = predict_probabilities(model, images[:3], batch_size=1)
    np.testing.assert_allclose(one_by_one, predict_probabilities(model, images[:3]), atol=1e-6)


def test_no_examples_give_no_rows(model, images):
    assert predict_probabilities(model, images[:0]).shape == (0, 7)


def test_wrong_arguments_are_named(model, images):
    with pytest.raises(ConfigError, match="batch_size must be at least 1, got 0"):
        predict_probabilities(model, images, batch_size=0)
    maps = keras.Sequential([keras.Input((6, 6, 3)), keras.layers.Conv2D(2, 3, name="last")])
    with pytest.raises(ConfigError, match=r"one output of shape \(batch, classes\)"):
        predict_probabilities(maps, images)
