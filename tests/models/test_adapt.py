"""What layers that compute weights from data are given, and that nothing is compiled for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.models import adapt, adapt_to_labels, backbone, cnn, fast_resnet, mlp


class Recorder(keras.layers.Layer):
    """Keeps what it is adapted to."""

    def adapt(self, inputs: np.ndarray) -> None:
        self.seen = inputs

    def call(self, inputs):
        return inputs


def recording(scale: float) -> keras.Model:
    """Scaled pictures go through dropout before the layer sees them."""
    picture = keras.Input((2,), dtype="uint8")
    scaled = keras.layers.Rescaling(scale)(picture)
    hidden = keras.layers.Dropout(0.9)(scaled)
    return keras.Model(picture, Recorder(name="recorder")(hidden))


def test_a_layer_is_given_its_own_inputs_for_all_examples_in_order() -> None:
    pictures = np.arange(1200, dtype=np.uint16).reshape(600, 2).astype(np.uint8)
    model = recording(0.5)
    adapt(model, pictures)
    seen = model.get_layer("recorder").seen
    assert seen.dtype == np.float32 and seen.shape == (600, 2)  # two batches and a smaller one
    np.testing.assert_array_equal(seen, pictures / 2)


@pytest.fixture
def warnings() -> Iterator[list[str]]:
    """What TensorFlow warns of in a test."""
    messages: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    tf.get_logger().addHandler(handler)
    yield messages
    tf.get_logger().removeHandler(handler)


def test_many_networks_in_one_process_raise_no_warning(warnings) -> None:
    for number in range(6):
        adapt(recording(number), np.ones((300, 2), np.uint8))
    assert not warnings


def test_adapt_leaves_models_without_such_layers_alone() -> None:
    model = cnn(input_shape=(16, 16, 1), num_classes=2, width=0.25)
    before = [np.array(weight) for weight in model.weights]
    adapt(model, np.zeros((3, 16, 16, 1), np.uint8))
    assert all(np.array_equal(a, b) for a, b in zip(before, model.weights, strict=True))


def test_models_from_scratch_have_no_backbone() -> None:
    assert backbone(mlp(input_shape=(16, 16, 1), num_classes=2, width=0.25)) is None


def test_adapt_spreads_the_examples_it_takes() -> None:
    pictures = np.zeros((40, 16, 16, 3), np.uint8)
    pictures[20:] = np.random.default_rng(0).integers(0, 256, (20, 16, 16, 3))
    spread = fast_resnet(input_shape=(16, 16, 3), num_classes=2, width=0.25)
    adapt(spread, pictures, limit=10)
    quarter = fast_resnet(input_shape=(16, 16, 3), num_classes=2, width=0.25)
    adapt(quarter, pictures[::4])
    kernels = [np.abs(model.get_layer("whiten").kernel) for model in (spread, quarter)]
    np.testing.assert_array_equal(*kernels)


class Labelled(Recorder):
    """Keeps what it is adapted to, and the labels."""

    def adapt(self, inputs: np.ndarray, labels: np.ndarray, *, class_weights) -> None:
        self.seen, self.labels = inputs[:, 0], labels


@pytest.mark.parametrize(
    ("counts", "limit", "rows"),
    [
        ([4], 9, [0, 1, 2, 3]),
        ([4], 4, [0, 1, 2, 3]),
        ([4], 3, [0, 1, 3]),  # one more than fit leaves out one, not every second
        ([3, 2], 5, [0, 1, 2, 10, 11]),
        ([6, 3], 5, [0, 2, 4, 10, 12]),
        ([9, 1], 2, [0, 10]),
        ([9, 1, 9], 2, [0, 28]),  # of a part there may be none
    ],
)
def test_labelled_examples_are_evenly_spread_over_all_parts(counts, limit, rows) -> None:
    given = keras.Input((1,))
    layer = Labelled()
    model = keras.Model(given, layer(given))
    parts = []
    for place, count in enumerate(counts):
        numbers = np.arange(count, dtype=np.float32) + 10 * place
        parts.append((numbers[:, np.newaxis], numbers.astype(int)))
    adapt_to_labels(model, parts, limit=limit)
    assert layer.seen.tolist() == layer.labels.tolist() == rows


def test_a_normalization_of_keras_is_adapted_once() -> None:
    inputs = keras.Input((2,))
    fresh = keras.layers.Normalization()
    given = keras.layers.Normalization(mean=1.0, variance=4.0)
    model = keras.Model(inputs, given(fresh(inputs)))
    rows = np.array([[0, 1], [2, 5]], np.float32)
    adapt(model, rows)
    np.testing.assert_allclose(fresh.get_weights()[0], [1, 3])
    adapt(model, rows + 9)
    np.testing.assert_allclose(fresh.get_weights()[0], [1, 3])
