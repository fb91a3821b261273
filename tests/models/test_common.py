"""What every builder needs: sizes that follow the input, heads, refusals."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.errors import ConfigError
from kerasapps.models import common


@pytest.mark.parametrize(
    ("side", "halvings"),
    [
        (6, 0), (7, 1), (13, 1), (14, 2), (27, 2), (28, 3), (32, 3), (55, 3), (56, 4), (64, 4),
        (96, 4), (111, 4), (112, 5), (224, 5), (448, 5), (1000, 5),
    ],
)  # fmt: skip
def test_how_often_a_picture_is_halved(side: int, halvings: int) -> None:
    assert common.reductions((side, side, 3)) == halvings
    assert common.reductions((side, 4000, 3)) == common.reductions((4000, side, 3)) == halvings


@pytest.mark.parametrize(
    ("base", "width", "expected"),
    [(32, 1.0, 32), (32, 0.5, 16), (24, 1.1, 24), (24, 1.2, 32), (8, 0.1, 8), (20, 1.0, 24)],
)
def test_channels_are_multiples_of_8(base: float, width: float, expected: int) -> None:
    assert common.channels(base, width) == expected


@pytest.mark.parametrize(
    ("base", "depth", "expected"),
    [(3, 1.0, 3), (3, 0.5, 2), (3, 0.1, 1), (2, 1.5, 3), (6, 1 / 3, 2), (10, 1.1, 11), (0, 1.0, 1)],
)
def test_repeats_are_rounded_up(base: int, depth: float, expected: int) -> None:
    assert common.repeats(base, depth) == expected


@pytest.mark.parametrize("shape", [(8, 8, 1), (8, 100, 3), (100, 8, 3)])
def test_shapes_that_work(shape: tuple[int, int, int]) -> None:
    common.check_shape(shape, 1)
    common.check_shape((5, 5, 3), 9, smallest=5)


@pytest.mark.parametrize(
    ("shape", "classes", "message"),
    [
        ((7, 8, 3), 2, "sides of at least 8"),
        ((8, 7, 3), 2, "sides of at least 8"),
        ((8, 8, 2), 2, "1 or 3 channels"),
        ((8, 8, 4), 2, "1 or 3 channels"),
        ((8, 8), 2, "input_shape must be"),
        ((8, 8, 3, 3), 2, "input_shape must be"),
        ((8, 8, 3), 0, "num_classes must be at least 1, got 0"),
    ],
)
def test_shapes_that_do_not(shape: tuple[int, ...], classes: int, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        common.check_shape(shape, classes)


def test_pictures_are_scaled_to_about_mean_0_and_deviation_1() -> None:
    inputs, scaled = common.picture_input((8, 9, 1))
    model = keras.Model(inputs, scaled)
    assert inputs.shape == (None, 8, 9, 1) and inputs.dtype == "float32" and inputs.name == "image"
    values = np.array([0.0, 127.5, 191.5, 255.0], np.float32)
    pictures = np.broadcast_to(values[:, None, None, None], (4, 8, 9, 1))
    values = np.asarray(model(pictures))[:, 0, 0, 0]
    np.testing.assert_allclose(values, [-1.9921875, 0.0, 1.0, 1.9921875])
    assert model.get_layer("rescale").compute_dtype == "float32"


def test_heads() -> None:
    maps = keras.Input((2, 3, 4))
    model = keras.Model(maps, common.pooled_logits(maps, 5, 0.25))
    names = [layer.name for layer in model.layers[1:]]
    assert names == ["pool", "head_dropout", "logits"]
    assert model.get_layer("head_dropout").rate == 0.25
    values = np.random.default_rng(0).normal(size=(1, 2, 3, 4)).astype(np.float32)
    kernel, bias = model.get_layer("logits").get_weights()
    expected = values.mean((1, 2)) @ kernel + bias
    np.testing.assert_allclose(model(values), expected, atol=1e-5)
    plain = keras.Model(maps, common.pooled_logits(maps, 5, 0.0))
    assert [layer.name for layer in plain.layers[1:]] == ["pool", "logits"]
    assert plain.get_layer("logits").compute_dtype == "float32"
