from __future__ import annotations

import numpy as np
import pytest

from kerasapps.layers import WhitenedConv2D
from tests.layers.check_layer import check_layer


def _pictures(count: int = 40) -> np.ndarray:
    """Smooth pictures: neighbouring pixels and the three channels go together."""
    rng = np.random.default_rng(0)
    shared, own = (rng.normal(size=(count, 16, 16, channels)) for channels in (1, 3))
    return ((shared + own * [1, 0.5, 0.2]).cumsum(1).cumsum(2) / 16).astype(np.float32)


@pytest.mark.parametrize(("strides", "side"), [(1, 7), (2, 4)])
def test_whitened_conv(strides: int, side: int) -> None:
    layer = WhitenedConv2D(2, strides=strides)
    check_layer(layer, (2, 8, 8, 3), output_shape=(2, side, side, 24))
    assert [weight.name for weight in layer.trainable_weights] == ["bias"]


def test_adapted_outputs_are_white_and_in_pairs() -> None:
    pictures, layer = _pictures(), WhitenedConv2D(2, epsilon=1e-9)
    layer.adapt(pictures)
    outputs = np.asarray(layer(pictures)).reshape(-1, 24)
    np.testing.assert_allclose(outputs[:, 12:], -outputs[:, :12], atol=1e-4)
    moments = outputs[:, :12].T @ outputs[:, :12] / len(outputs)
    np.testing.assert_allclose(moments, np.eye(12), atol=0.02)


def test_first_direction_varies_most() -> None:
    pictures, layer = _pictures(), WhitenedConv2D(2)
    layer.adapt(pictures)
    norms = np.sqrt((np.asarray(layer.kernel)[..., :12] ** 2).sum((0, 1, 2)))
    # The kernel of a direction is divided by its deviation: large deviation, small kernel.
    assert (np.diff(norms) >= 0).all() and norms[-1] > 3 * norms[0]


def test_limit_is_kept() -> None:
    pictures = _pictures()
    whole, part = WhitenedConv2D(2), WhitenedConv2D(2)
    whole.adapt(pictures, limit=10)
    part.adapt(pictures[:10])
    np.testing.assert_array_equal(np.abs(whole.kernel), np.abs(part.kernel))


def test_adapt_refuses() -> None:
    layer = WhitenedConv2D(2)
    with pytest.raises(ValueError, match="height, width, channels"):
        layer.adapt(np.zeros((0, 8, 8, 3)))
    layer.build((None, 8, 8, 3))
    with pytest.raises(ValueError, match="needs 3 channels, got 1"):
        layer.adapt(np.zeros((4, 8, 8, 1)))
