"""The int8 file of a network that was fine-tuned for it has the ranges that it learnt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils

from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.export.fake_quant.network import (
    FakeQuantized,
    extremes,
    fingerprints,
    rounded_weights,
    start_ranges,
)
from kerasapps.export.fake_quant.places import (
    Fingerprint,
    FloatFile,
    Learnt,
    activations,
)
from kerasapps.export.fake_quant.traced import TracedNetwork
from kerasapps.export.integer_pictures import integer_pictures
from kerasapps.export.network import scoring_model
from kerasapps.export.tflite import write_static_batch
from tests.export.fake_quant.conftest import CLASSES


@pytest.fixture(scope="module")
def saved(convolutions: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved") / "static"
    write_static_batch(scoring_model(convolutions), folder)
    return folder


@pytest.fixture(scope="module")
def float_file(saved: Path) -> bytes:
    return bytes(tf.lite.TFLiteConverter.from_saved_model(str(saved)).convert())


@pytest.fixture(scope="module")
def traced(convolutions: keras.Model) -> TracedNetwork:
    return TracedNetwork(convolutions)


@pytest.fixture(scope="module")
def examples(pictures: np.ndarray) -> dict[str, np.ndarray]:
    return {"input": pictures[:2]}


@pytest.fixture(scope="module")
def names(
    traced: TracedNetwork, float_file: bytes, pictures: np.ndarray, examples: Any
) -> list[str]:
    file = FloatFile(float_file, examples, pictures[:2])
    return file.rounded(fingerprints(traced, pictures[:2]), traced.values)


def test_what_the_file_rounds_is_found_and_nothing_within_one_operation(
    traced: TracedNetwork, names: list[str]
) -> None:
    kinds = [traced.values[name] for name in names]
    # No convolution before its normalization, nor that before the ReLU; pooling passes on.
    assert kinds.count("Relu") == 1
    assert "Conv2D" not in kinds
    assert "MaxPool" not in kinds
    assert len(names) == 5  # ReLU, depthwise convolution, sum, mean and logits
    assert kinds.count("BiasAdd") + kinds.count("AddV2") + kinds.count("Add") >= 3


def test_weights_have_a_scale_for_each_filter_and_gradients_pass() -> None:
    weights = tf.Variable([[0.5, 100.0], [-1.27, 33.3]])
    with tf.GradientTape() as tape:
        rounded = rounded_weights(weights, (0,))
        loss = tf.reduce_sum(rounded * [[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(rounded, [[0.5, 100.0], [-1.27, 42 / 127 * 100]], rtol=1e-5)
    np.testing.assert_array_equal(tape.gradient(loss, weights), [[1, 2], [3, 4]])


def test_ranges_follow_the_batches_in_training_alone(
    traced: TracedNetwork, names: list[str], pictures: np.ndarray
) -> None:
    inputs = pictures.astype(np.float32)
    network = FakeQuantized(traced, names, start_ranges(traced, names, [inputs]))
    before = np.array(network.ranges)
    network(inputs * 0.5, training=False)
    np.testing.assert_array_equal(network.ranges, before)
    network(inputs, training=True)
    # Of the very batch that they were found on they are as much as was found to cost least.
    np.testing.assert_allclose(np.array(network.ranges), before, rtol=1e-3)
    network(inputs * 0.5, training=True)
    assert 0.9 < np.array(network.ranges)[0, 1] / before[0, 1] < 1.0


def test_the_file_has_the_scales_that_were_learnt(
    *,
    traced: TracedNetwork,
    convolutions: keras.Model,
    saved: Path,
    names: list[str],
    pictures: np.ndarray,
    examples: Any,
    tmp_path: Path,
) -> None:
    network = FakeQuantized(
        traced, names, start_ranges(traced, names, [pictures.astype(np.float32)])
    )
    network.ranges.assign(network.ranges * 1.37)  # which no calibration would find
    ranges = np.array(network.ranges)
    values = fingerprints(traced, pictures[:2])
    learnt = Learnt(examples, [values[name] for name in names], ranges)
    np.save(tmp_path / "calibration.npy", pictures)
    job = {
        "calibration": str(tmp_path / "calibration.npy"),
        "outputs": CLASSES,
        "learnt": str(learnt.save(tmp_path / "learnt.npz")),
    }

    content = integer_pictures(lambda: tf.lite.TFLiteConverter.from_saved_model(str(saved)), job)

    scales, filters = quantized(content)
    for name, (low, high) in zip(names, ranges, strict=True):
        scale = (high - low) / 255
        zero = round(-128 - low / scale)
        assert any(
            each == pytest.approx(scale, rel=1e-4) and abs(point - zero) <= 1
            for each, point in scales
        ), f"{traced.values[name]} has none of {scales}"
    norm = convolutions.get_layer("norm")
    gamma, _, _, variance = norm.get_weights()
    folded = convolutions.get_layer("first").get_weights()[0] * (
        gamma / np.sqrt(variance + norm.epsilon)
    )
    # Of the scaling of pixels, too, which the converter puts into the weights.
    expected = np.abs(folded).max(axis=(0, 1, 2)) / 127 / 255
    assert any(each.shape == (8,) and np.allclose(each, expected, rtol=1e-3) for each in filters)
    path = tmp_path / "model.tflite"
    path.write_bytes(content)
    answers = tf.nn.softmax(network(pictures.astype(np.float32), training=False))
    file = TFLiteModel(path)
    served = np.stack([file.scores(picture) for picture in pictures])
    assert np.abs(served - np.array(answers)).max() <= 2 / 256


def test_zero_lies_in_every_range() -> None:
    np.testing.assert_array_equal(extremes(tf.constant([2.0, 3.0])), [0, 3])
    np.testing.assert_array_equal(extremes(tf.constant([-3.0, -2.0])), [-3, 0])
    low, high = np.array(extremes(tf.constant([0.0, 0.0])))
    assert low == 0 and 0 < high < 1e-6


def test_inputs_have_a_range_where_they_are_no_whole_numbers(
    float_file: bytes, examples: Any
) -> None:
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(float_file))
    (taken,) = map(int, model.subgraphs[0].inputs)
    assert taken not in activations(float_file, examples)
    assert taken in activations(float_file, {"input": examples["input"] + 0.5})


def test_nothing_is_known_by_values_that_are_all_zero() -> None:
    nothing = np.zeros((2, 5), np.float32)
    assert not Fingerprint.of([*nothing]).fits(nothing)


def test_learnt_ranges_are_kept_in_a_file(examples: Any, tmp_path: Path) -> None:
    values = Fingerprint.of([np.arange(3000.0), np.arange(3000.0) + 1])
    learnt = Learnt(examples, [values], np.array([[-1, 2]], np.float32))
    again = Learnt.load(learnt.save(tmp_path / "learnt.npz"))
    assert again.activations[0].size == 3000
    assert again.activations[0].fits(np.stack([np.arange(3000.0), np.arange(3000.0) + 1]))
    assert not again.activations[0].fits(np.stack([np.arange(3000.0)] * 2) + 9)
    np.testing.assert_array_equal(again.examples["input"], examples["input"])


def quantized(content: bytes) -> tuple[list[tuple[float, int]], list[np.ndarray]]:
    """Scale and zero point of each int8 activation, and scales of weights by the filter."""
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    scales, filters = [], []
    for tensor in model.subgraphs[0].tensors:
        found = tensor.quantization
        if tensor.type != schema.TensorType.INT8 or found is None or found.scale is None:
            continue
        if len(found.scale) > 1:
            filters.append(np.array(found.scale))
        else:
            scales.append((float(found.scale[0]), int(found.zeroPoint[0])))
    return scales, filters


def test_a_file_of_two_graphs_has_no_known_activations(float_file: bytes, examples: Any) -> None:
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(float_file))
    model.subgraphs.append(model.subgraphs[0])
    twice = bytes(flatbuffer_utils.convert_object_to_bytearray(model))
    assert activations(twice, examples) == {}
