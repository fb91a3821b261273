"""Ranges for int8: what they cost, and what they save a network with a few far values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from ai_edge_litert.tools import flatbuffer_utils

from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.export.integer_pictures import PICTURES, integer_pictures
from kerasapps.export.ranges import Range, best_range, narrow_ranges
from kerasapps.export.tflite import convert_network, write_static_batch

SIDE = 64


def squared_error(histogram: np.ndarray, full: Range, found: Range) -> float:
    """Of all values of a histogram, rounded to 255 steps between the ends of a range."""
    values = np.linspace(*full, len(histogram), endpoint=False) + (full[1] - full[0]) / 4096
    step = (found[1] - found[0]) / 255
    clipped = np.clip(values, *found)
    return float(
        histogram @ ((clipped - values) ** 2 + np.where(clipped == values, step**2 / 12, 0))
    )


def test_a_few_far_values_do_not_decide_the_range() -> None:
    full = (-50.0, 60.0)
    histogram, _ = np.histogram(np.random.default_rng(0).normal(0, 1, 100_000), 2048, full)
    histogram = 100 * histogram  # ten million, of which two are
    histogram[[0, -1]] = 1
    found = best_range(histogram, full)
    assert -8 < found[0] < -3 and 3 < found[1] < 8
    least = squared_error(histogram, full, found)
    assert least < 0.2 * squared_error(histogram, full, full)
    for factor in (0.7, 1.4):  # neither narrower nor wider would be better
        other = factor * found[0], factor * found[1]
        assert least < squared_error(histogram, full, other)


def test_values_that_fill_their_range_keep_it() -> None:
    histogram = np.ones(2048)
    assert best_range(histogram, (-1.0, 2.0)) == (-1.0, 2.0)


@pytest.mark.parametrize(("full", "end"), [((0.0, 50.0), 0), ((-50.0, 0.0), 1)])
def test_zero_stays_where_it_is_an_end(full: tuple[float, float], end: int) -> None:
    values = np.abs(np.random.default_rng(0).normal(0, 1, 100_000))
    histogram, _ = np.histogram(values if end == 0 else -values, 2048, full)
    found = best_range(histogram, full)
    assert found[end] == 0.0 and 3 < abs(found[1 - end]) < 8


def edge_finder() -> keras.Model:
    """Two scores. The first filter sees red against green in one pixel, the others see grey."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((SIDE, SIDE, 3))
    x = keras.layers.Conv2D(8, 2, use_bias=False, name="edges")(inputs)
    x = keras.layers.GlobalMaxPooling2D()(x)
    x = keras.layers.Dense(2, use_bias=False, name="logits")(x)
    model = keras.Model(inputs, keras.layers.Softmax()(x))
    kernel = np.repeat(np.random.default_rng(0).normal(0, 0.05, (2, 2, 1, 8)), 3, axis=2)
    kernel -= kernel.mean((0, 1, 2))
    kernel[..., 0] = 0.0
    kernel[0, 0, :, 0] = 0.2, -0.2, 0.0
    model.get_layer("edges").kernel.assign(kernel)
    model.get_layer("logits").kernel.assign(np.random.default_rng(1).normal(0, 2, (8, 2)))
    return model


def pictures(count: int) -> np.ndarray:
    """All grey and nearly even, but for one red pixel in all of them."""
    grey = np.random.default_rng(2).integers(126, 131, (count, SIDE, SIDE, 1))
    grey = np.repeat(grey, 3, axis=-1)
    grey[0, 3, 3] = 255, 0, 0
    return grey.astype(np.uint8)


def batches(count: int) -> Iterator[list[np.ndarray]]:
    for picture in pictures(count):
        yield [picture[None].astype(np.float32)]


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    import tensorflow as tf

    folder = tmp_path_factory.mktemp("calibrated")
    write_static_batch(edge_finder(), folder / "static")
    return calibrate(tf.lite.TFLiteConverter.from_saved_model(str(folder / "static")), 100)


def calibrate(converter: Any, count: int) -> bytes:
    """The float file with the range of every activation."""
    import tensorflow as tf

    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: batches(count)
    converter._experimental_calibrate_only = True
    content: bytes = converter.convert()
    return content


def ranges(content: bytes) -> dict[str, tuple[float, float]]:
    tensors = flatbuffer_utils.read_model_from_bytearray(bytearray(content)).subgraphs[0].tensors
    return {
        each.name.decode(): (float(each.quantization.min[0]), float(each.quantization.max[0]))
        for each in tensors
        if each.quantization is not None and each.quantization.min is not None
    }


def test_computed_values_get_narrower_ranges_and_pictures_keep_theirs(calibrated: bytes) -> None:
    before, after = ranges(calibrated), ranges(narrow_ranges(calibrated, batches(100)))
    assert before.keys() == after.keys()
    (edges,) = (name for name in before if "convolution" in name)
    (pool,) = (name for name in before if "Max" in name)
    assert after[edges][1] < 0.8 * before[edges][1]
    assert after[pool] == after[edges]
    (picture,) = (name for name in before if before[name][1] == 255.0)
    assert after[picture] == before[picture]
    assert Interpreter(model_content=narrow_ranges(calibrated, batches(100)))


def test_a_constant_between_activations_is_not_cut_off() -> None:
    """A token that is put before those of a picture is no activation whose range is known."""
    import tensorflow as tf

    class Joined(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((1, SIDE, SIDE, 3), tf.float32, name="input")])
        def serve(self, picture: tf.Tensor) -> tf.Tensor:
            tokens = tf.reshape(picture / 255.0, (1, SIDE * SIDE, 3))
            return tf.concat([tf.constant([[[9.0, -4.0, 0.0]]]), tf.nn.relu(tokens - 0.5)], axis=1)

    joined = Joined()
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [joined.serve.get_concrete_function()], joined
    )
    calibrated = calibrate(converter, 10)
    (name,) = (name for name, (low, _) in ranges(calibrated).items() if low == -4.0)
    low, high = ranges(narrow_ranges(calibrated, batches(10)))[name]
    assert low < -3.5 and high > 8.5


@pytest.mark.usefixtures("convert_here")
def test_an_int8_file_answers_more_like_the_float_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, asked = edge_finder(), pictures(51)[1:]
    reference = model.predict(asked.astype(np.float32), verbose=0)

    def error(name: str) -> float:
        (tmp_path / name).mkdir()
        files = convert_network(
            model,
            folder=tmp_path / name,
            modes=["int8"],
            calibration=pictures(100),
            integer=PICTURES,
        )
        assert isinstance(files["int8"], Path)
        answers = TFLiteModel(files["int8"])
        return float(np.abs(np.stack([answers.scores(each) for each in asked]) - reference).mean())

    ours = error("ours")
    job = {"calibration": str(tmp_path / "ours" / "calibration.npy"), "outputs": 2}
    monkeypatch.setattr(
        "kerasapps.export.integer_pictures.narrow_ranges", lambda content, _, known: content
    )

    def converter() -> object:
        import tensorflow as tf

        return tf.lite.TFLiteConverter.from_saved_model(str(tmp_path / "ours" / "static_batch"))

    wide = tmp_path / "wide.tflite"
    wide.write_bytes(integer_pictures(converter, job))
    answers = TFLiteModel(wide)
    theirs = np.abs(np.stack([answers.scores(each) for each in asked]) - reference).mean()
    assert ours < 0.6 * theirs
