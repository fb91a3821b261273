from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.layers import FeatureMapAttention, FeatureMapTransformer
from kerasapps.layers import attention as attention_module
from kerasapps.layers.positions import relative_offsets, sinusoids
from tests.layers import plain
from tests.layers.check_layer import check_layer
from tests.values import defaults_of


@pytest.mark.parametrize("positions", ["relative", "sinusoidal", None])
def test_feature_map_attention(positions: str | None) -> None:
    layer = FeatureMapAttention(2, positions=positions)
    check_layer(layer, (2, 3, 4, 8), output_shape=(2, 3, 4, 8))


def test_feature_map_attention_with_key_dim() -> None:
    check_layer(FeatureMapAttention(3, key_dim=5), (2, 3, 4, 8), output_shape=(2, 3, 4, 8))


def test_feature_map_transformer() -> None:
    layer = FeatureMapTransformer(2, expansion=1.5)
    check_layer(layer, (2, 3, 4, 8), output_shape=(2, 3, 4, 8))


def test_agrees_with_the_keras_layer() -> None:
    inputs = np.random.default_rng(0).normal(size=(2, 3, 4, 8)).astype(np.float32)
    ours = FeatureMapAttention(2, positions=None)
    theirs = keras.layers.MultiHeadAttention(2, 4)
    tokens = inputs.reshape(2, 12, 8)
    ours.build(inputs.shape)
    theirs(tokens, tokens)
    kernels = np.split(np.asarray(ours.qkv.kernel), 3, axis=-1)
    biases = np.random.default_rng(1).normal(size=(3, 8)).astype(np.float32)
    ours.qkv.bias.assign(biases.ravel())
    theirs.set_weights(
        [
            part
            for kernel, bias in zip(kernels, biases, strict=True)
            for part in (kernel.reshape(8, 2, 4), bias.reshape(2, 4))
        ]
        + [np.asarray(ours.project.kernel).reshape(2, 4, 8), np.asarray(ours.project.bias)]
    )
    # Keras's order of weights: query, key, value, output.
    expected = np.asarray(theirs(tokens, tokens)).reshape(inputs.shape)
    np.testing.assert_allclose(ours(inputs), expected, atol=1e-5)


@pytest.mark.parametrize("positions", ["relative", "sinusoidal", None])
def test_only_positions_tell_a_shuffled_map_apart(positions: str | None) -> None:
    inputs = np.random.default_rng(0).normal(size=(1, 2, 4, 8)).astype(np.float32)
    layer = FeatureMapAttention(2, positions=positions)
    layer.build(inputs.shape)
    if positions == "relative":
        layer.offset_bias.assign(np.random.default_rng(1).normal(size=layer.offset_bias.shape))
    order = np.random.default_rng(2).permutation(8)
    shuffled = inputs.reshape(1, 8, 8)[:, order].reshape(inputs.shape)
    expected = np.asarray(layer(inputs)).reshape(1, 8, 8)[:, order].reshape(inputs.shape)
    same = np.allclose(layer(shuffled), expected, atol=1e-5)
    assert same == (positions is None)


def test_works_without_positions_on_unknown_sizes() -> None:
    inputs = keras.Input((None, None, 8))
    model = keras.Model(inputs, FeatureMapAttention(2, positions=None)(inputs))
    assert model(np.ones((1, 3, 5, 8), np.float32)).shape == (1, 3, 5, 8)


def test_refusals() -> None:
    with pytest.raises(ValueError, match="positions must be one of"):
        FeatureMapAttention(2, positions="learnt")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="3 heads do not divide 8"):
        FeatureMapAttention(3).build((None, 2, 2, 8))
    with pytest.raises(ValueError, match="known height and width"):
        FeatureMapAttention(2).build((None, None, None, 8))
    for sides in ((3, None), (None, 3)):
        with pytest.raises(ValueError, match="known height and width"):
            FeatureMapAttention(2).build((None, *sides, 8))


def attended(inputs: np.ndarray, layer: FeatureMapAttention) -> np.ndarray:
    """The layer's outputs by plain products."""
    _, height, width, channels = inputs.shape
    bias = None
    if layer.positions == "sinusoidal":
        inputs = inputs + sinusoids(height, width, channels)
    if layer.positions == "relative":
        bias = np.asarray(layer.offset_bias)[:, relative_offsets(height, width)]
    tokens = inputs.reshape(-1, height * width, channels)
    return plain.self_attend(tokens, layer, bias=bias).reshape(inputs.shape)


@pytest.mark.parametrize("positions", ["relative", "sinusoidal", None])
def test_attention_values(positions: str | None) -> None:
    layer = FeatureMapAttention(2, positions=positions)
    plain.check_values(layer, plain.random(2, 3, 4, 8), lambda inputs, _: attended(inputs, layer))


@pytest.mark.parametrize("activation", ["gelu", "tanh"])
def test_transformer_values_in_training_and_in_use(activation: str) -> None:
    layer = FeatureMapTransformer(2, expansion=1.5, activation=activation)

    def values(inputs: np.ndarray, training: bool) -> np.ndarray:
        normal = plain.normalize(inputs, layer.attention_norm, training)
        middle = inputs + attended(normal, layer.attention)
        x = plain.normalize(middle, layer.mlp_norm, training)
        return middle + plain.perceptron(x, layer)

    plain.check_values(layer, plain.random(2, 3, 4, 8), values)
    assert layer.expand.units == 12 and layer.attention.num_heads == 2


@pytest.mark.parametrize("positions", ["sinusoidal", None])
def test_the_blocks_attention_knows_the_positions_asked_for(positions: str | None) -> None:
    layer = FeatureMapTransformer(2, positions=positions)
    layer.build((None, 3, 4, 8))
    assert layer.attention.positions == positions


def test_dropout_is_of_the_perceptrons_output_and_of_the_attention_weights() -> None:
    layer, inputs = FeatureMapTransformer(2, dropout=0.4), plain.random(4, 5, 6, 8)
    layer.build(inputs.shape)
    plain.scatter_weights(layer)
    assert layer.attention.drop.rate == layer.drop.rate == 0.4
    layer.attention.project.kernel.assign(np.zeros((8, 8)))
    layer.attention.project.bias.assign(np.zeros(8))
    x = plain.normalize(inputs, layer.mlp_norm, training=True)
    kept = plain.perceptron(x, layer)
    plain.check_dropped(kept, plain.call(layer, inputs, training=True) - inputs, 0.4)


def test_attention_drops_weights_in_training_alone() -> None:
    """With equal keys and values of 1 a cell gets the share of the weights that is left."""
    layer, inputs = FeatureMapAttention(1, positions=None, dropout=0.4), np.zeros((64, 2, 2, 4))
    layer.build(inputs.shape)
    layer.qkv.bias.assign(np.repeat([0, 0, 1], 4))
    layer.project.kernel.assign(np.eye(4))
    np.testing.assert_allclose(layer(inputs), 1, atol=1e-6)
    shares = plain.call(layer, inputs.astype(np.float32), training=True)[..., 0] * 0.6 * 4
    np.testing.assert_allclose(shares, shares.round(), atol=1e-4)
    assert set(shares.round().ravel()) >= {1, 2, 3} and abs(shares.mean() / 4 - 0.6) < 0.08


def test_the_whole_block_drops_weights_of_its_attention_in_training() -> None:
    """Whose output, unlike the perceptron's, is dropped in no other way."""
    layer, inputs = FeatureMapTransformer(2, dropout=0.4), plain.random(2, 3, 4, 8)
    layer.build(inputs.shape)
    plain.scatter_weights(layer)
    for weight in layer.reduce.weights:
        weight.assign(np.zeros(weight.shape))
    first, second = (plain.call(layer, inputs, training=True) for _ in range(2))
    assert np.abs(first - second).max() > 1e-2


def test_first_biases_of_offsets_are_small() -> None:
    layer = FeatureMapAttention(4)
    layer.build((None, 12, 12, 8))
    bias = np.asarray(layer.offset_bias)
    assert bias.shape == (4, 23 * 23)
    np.testing.assert_allclose(bias.std(), 0.02 * 0.88, rtol=0.1)  # cut off at two deviations


def test_training_takes_the_compiled_gelu() -> None:
    layer = FeatureMapTransformer(2)
    assert "Erfc" in plain.operations(layer, plain.random(2, 3, 4, 8), training=False)
    assert "Erfc" not in plain.operations(layer, plain.random(2, 3, 4, 8), training=True)


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(attention_module) == {
        "FeatureMapAttention": {"key_dim": None, "positions": "relative", "dropout": 0.0},
        "FeatureMapTransformer": {
            "expansion": 4,
            "positions": "relative",
            "dropout": 0.0,
            "activation": "gelu",
        },
    }
