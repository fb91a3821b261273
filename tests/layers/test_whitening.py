from __future__ import annotations

import numpy as np
import pytest

from kerasapps.layers import WhitenedConv2D, whitening
from kerasapps.layers.whitening import whitening_directions
from tests.layers import plain
from tests.layers.check_layer import check_layer
from tests.values import defaults_of


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


@pytest.mark.parametrize("strides", [1, 2])
def test_values_are_plain_products_with_patches(strides: int) -> None:
    layer, inputs = WhitenedConv2D(2, strides=strides), plain.random(2, 5, 6, 3)
    layer.build(inputs.shape)
    plain.scatter_weights(layer)
    seen = np.lib.stride_tricks.sliding_window_view(inputs, (2, 2), axis=(1, 2))
    seen = seen[:, ::strides, ::strides]
    expected = np.einsum("bxyckl,klco->bxyo", seen, np.asarray(layer.kernel))
    np.testing.assert_allclose(layer(inputs), expected + np.asarray(layer.bias), atol=1e-4)


def test_directions_are_eigenvectors_over_the_root_of_their_values() -> None:
    """Patches along two axes, uncentred: their moments are 8 and 0.5."""
    patches = np.array([[4.0, 0], [0, 1], [0, -1], [4, 0]])
    directions = whitening_directions(patches, epsilon=0.5)
    np.testing.assert_allclose(
        np.abs(directions), [[1 / np.sqrt(8.5), 0], [0, 1 / np.sqrt(1.0)]], atol=1e-6
    )
    assert directions.dtype == np.float32


def test_first_kernels_are_orthogonal_and_defaults_known() -> None:
    layer = WhitenedConv2D()
    layer.build((None, 8, 8, 3))
    assert (layer.kernel_size, layer.strides, layer.epsilon) == (2, 1, 5e-4)
    rows = np.asarray(layer.kernel).reshape(12, 24)
    np.testing.assert_allclose(rows @ rows.T, np.eye(12), atol=1e-5)
    assert not np.any(layer.bias)


def test_adapted_kernels_see_patches_as_the_layer_does() -> None:
    """A kernel's place in the patch is its place in the picture: rows are not columns."""
    rng = np.random.default_rng(0)
    pictures = rng.normal(size=(30, 12, 12, 1)).astype(np.float32)
    pictures = (pictures[:, 1:] + pictures[:, :-1]).astype(np.float32)  # rows go together
    layer = WhitenedConv2D(2, epsilon=1e-9)
    layer.adapt(pictures)
    outputs = np.asarray(layer(pictures)).reshape(-1, 8)[:, :4]
    np.testing.assert_allclose(outputs.T @ outputs / len(outputs), np.eye(4), atol=0.02)


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(whitening) == {
        "WhitenedConv2D": {"kernel_size": 2, "strides": 1, "epsilon": 0.0005}
    }
