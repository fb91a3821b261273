from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerasapps.data.images.upright import TURNS, flatten_picture
from kerasapps.preprocess.decoders.frame import resize, turn_upright, with_channels
from kerasapps.preprocess.image import ImageSpec, load_image


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turning(orientation: int) -> None:
    pixels, turn = noise(5, 7), TURNS.get(orientation)
    expected = Image.fromarray(pixels)
    expected = expected if turn is None else expected.transpose(turn)
    found = turn_upright(tf.constant(pixels), tf.constant(orientation)).numpy()
    np.testing.assert_array_equal(found, np.asarray(expected))


def test_grey_is_pillows_to_the_level() -> None:
    pixels = noise(64, 64)
    found = with_channels(tf.constant(pixels), 1).numpy()
    assert found.dtype == np.uint8
    expected = flatten_picture(Image.fromarray(pixels), 1)
    np.testing.assert_array_equal(found[..., 0], np.asarray(expected))
    np.testing.assert_array_equal(with_channels(tf.constant(pixels), 3).numpy(), pixels)


@pytest.mark.parametrize("policy", ["stretch", "crop", "pad"])
@pytest.mark.parametrize("have", [(40, 48), (17, 90), (90, 17), (200, 201), (1, 1), (3, 400)])
def test_resizing_differs_by_a_level_at_most(policy: str, have: tuple[int, int]) -> None:
    """Of noise, where filters differ most."""
    pixels = noise(*have)
    spec = ImageSpec(40, 48, 3, policy)  # type: ignore[arg-type]
    found = resize(tf.constant(pixels), spec).numpy()
    assert found.shape == (40, 48, 3) and found.dtype == np.float32
    difference = np.abs(found - load_image(pixels, spec))
    assert difference.max() <= 1 and difference.mean() < 0.3
    assert np.array_equal(found, np.rint(found)) and found.min() >= 0 and found.max() <= 255
