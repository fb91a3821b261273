from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.layers import (
    MultiHeadSelfAttention,
    PositionalEncoding,
    TokenAndPositionEmbedding,
    TransformerEncoderBlock,
    transformer,
)
from tests.layers import plain
from tests.layers.check_id_layer import check_id_layer
from tests.layers.check_layer import check_layer, check_masking
from tests.values import defaults_of

SHAPE = (2, 6, 8)


def _tokens(shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("key_dim", [None, 5])
def test_multi_head_self_attention(key_dim: int | None) -> None:
    layer = MultiHeadSelfAttention(2, key_dim=key_dim)
    check_layer(layer, SHAPE, output_shape=SHAPE)
    check_masking(layer, SHAPE)


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_transformer_encoder_block(norm: str) -> None:
    layer = TransformerEncoderBlock(2, expansion=1.5, norm=norm)
    check_layer(layer, SHAPE, output_shape=SHAPE)
    check_masking(layer, SHAPE)


def test_agrees_with_the_keras_layer_under_a_mask() -> None:
    inputs, mask = _tokens(), np.array([[1, 1, 1, 1, 0, 0], [1, 1, 0, 1, 1, 1]], bool)
    ours, theirs = MultiHeadSelfAttention(2), keras.layers.MultiHeadAttention(2, 4)
    ours.build(inputs.shape)
    theirs(inputs, inputs)
    kernels = np.split(np.asarray(ours.qkv.kernel), 3, axis=-1)
    biases = np.random.default_rng(1).normal(size=(3, 8)).astype(np.float32)
    ours.qkv.bias.assign(biases.ravel())
    parts = [
        part
        for kernel, bias in zip(kernels, biases, strict=True)
        for part in (kernel.reshape(8, 2, 4), bias.reshape(2, 4))
    ]
    project = [np.asarray(ours.project.kernel).reshape(2, 4, 8), np.asarray(ours.project.bias)]
    theirs.set_weights(parts + project)
    expected = theirs(inputs, inputs, attention_mask=mask[:, None])
    np.testing.assert_allclose(ours(inputs, mask=mask), expected, atol=1e-5)


def test_masks_in_a_graph_of_unknown_length() -> None:
    tokens, mask = keras.Input((None, 8)), keras.Input((None,), dtype="bool")
    model = keras.Model([tokens, mask], TransformerEncoderBlock(2)(tokens, mask=mask))
    valid = np.arange(6) < np.array([[3], [6]])
    whole = np.asarray(model([_tokens(), valid]))
    short = np.asarray(model([_tokens()[:1, :3], valid[:1, :3]]))
    np.testing.assert_allclose(whole[0, :3], short[0], atol=1e-5)


@pytest.mark.parametrize("option", ["training", "inference"])
def test_dropout_acts_in_training_only(option: str) -> None:
    layer, inputs = TransformerEncoderBlock(2, dropout=0.5), _tokens()
    first, second = (np.asarray(layer(inputs, training=option == "training")) for _ in range(2))
    assert np.array_equal(first, second) == (option == "inference")


@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_positional_encoding(scale: float) -> None:
    check_layer(PositionalEncoding(scale=scale), SHAPE, output_shape=SHAPE)


def test_positional_encoding_is_the_same_at_known_and_unknown_lengths() -> None:
    layer, zeros = PositionalEncoding(scale=0.5), np.zeros((1, 50, 6), np.float32)
    known = np.asarray(layer(zeros))[0]
    unknown = tf.function(layer, input_signature=[tf.TensorSpec((None, None, 6))])(zeros)[0]
    np.testing.assert_allclose(unknown, known, atol=1e-5)
    angle = 49 * 10_000 ** (-1 / 3)
    np.testing.assert_allclose(known[49, [1, 4]], [np.sin(angle) / 2, np.cos(angle) / 2], rtol=1e-4)
    assert np.unique(known.round(4), axis=0).shape == known.shape, "no two positions are alike"


def test_token_and_position_embedding() -> None:
    ids = np.array([[1, 5, 9, 0], [1, 4, 3, 9]], np.int32)
    check_id_layer(TokenAndPositionEmbedding(10, 6, 4), ids, output_shape=(2, 4, 4))


def test_the_same_token_differs_by_its_position_alone() -> None:
    layer = TokenAndPositionEmbedding(10, 6, 4)
    vectors = np.asarray(layer(np.array([[7, 7, 5]], np.int32)))[0]
    positions = np.asarray(layer.positions)
    np.testing.assert_allclose(vectors[1] - vectors[0], positions[1] - positions[0], atol=1e-6)
    token = np.asarray(layer.tokens(np.array([[5]], np.int32)))[0, 0]
    np.testing.assert_allclose(vectors[2], token + positions[2], atol=1e-6)


def test_refusals() -> None:
    with pytest.raises(ValueError, match="3 heads do not divide 8"):
        MultiHeadSelfAttention(3).build((None, None, 8))
    with pytest.raises(ValueError, match="even number of channels, got 7"):
        PositionalEncoding().build((None, None, 7))
    with pytest.raises(ValueError, match="7 tokens, more than 6"):
        TokenAndPositionEmbedding(10, 6, 4)(np.ones((1, 7), np.int32))


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("activation", ["gelu", "relu"])
def test_block_values_in_training_and_in_use(norm: str, activation: str) -> None:
    layer = TransformerEncoderBlock(2, expansion=1.5, norm=norm, activation=activation)

    def values(inputs: np.ndarray, _: bool) -> np.ndarray:
        if norm == "pre":
            tokens = plain.layer_norm(inputs, layer.attention_norm)
            x = inputs + plain.self_attend(tokens, layer.attention)
            return x + plain.perceptron(plain.layer_norm(x, layer.mlp_norm), layer)
        x = inputs + plain.self_attend(inputs, layer.attention)
        x = plain.layer_norm(x, layer.attention_norm)
        return plain.layer_norm(x + plain.perceptron(x, layer), layer.mlp_norm)

    plain.check_values(layer, _tokens(), values)
    assert layer.expand.units == 12 and layer.attention.num_heads == 2


def test_a_mask_hides_tokens_from_all() -> None:
    layer, inputs = MultiHeadSelfAttention(2, key_dim=3), _tokens()
    layer.build(inputs.shape)
    plain.scatter_weights(layer)
    mask = np.array([[1, 1, 1, 1, 0, 0], [1, 1, 0, 1, 1, 1]], bool)
    expected = plain.self_attend(inputs, layer, allowed=mask[:, None, None])
    np.testing.assert_allclose(layer(inputs, mask=mask), expected, atol=1e-4)


@pytest.mark.parametrize("part", ["attention", "perceptron"])
def test_dropout_is_of_each_parts_output(part: str) -> None:
    layer, inputs = (
        TransformerEncoderBlock(2, dropout=0.3, attention_dropout=0.0),
        _tokens((8, 9, 8)),
    )
    layer.build(inputs.shape)
    plain.scatter_weights(layer)
    silent = layer.reduce if part == "attention" else layer.attention.project
    for weight in silent.weights:
        weight.assign(np.zeros(weight.shape))
    kept, dropped = (plain.call(layer, inputs, training=each) - inputs for each in (False, True))
    plain.check_dropped(kept, dropped, 0.3)


@pytest.mark.parametrize(("asked", "rate"), [(None, 0.3), (0.1, 0.1), (0.0, 0.0)])
def test_attention_weights_have_a_dropout_of_their_own_or_the_blocks(
    asked: float | None, rate: float
) -> None:
    layer = TransformerEncoderBlock(2, dropout=0.3, attention_dropout=asked)
    layer.build(SHAPE)
    assert (layer.attention.drop.rate, layer.drop.rate) == (rate, 0.3)


def test_heads_and_channels_per_head() -> None:
    layer = MultiHeadSelfAttention(4)
    layer.build((None, None, 8))
    assert layer.qkv.units == 24 and layer.heads(_tokens()).shape == (2, 4, 6, 2)
    wide = MultiHeadSelfAttention(4, key_dim=3)
    wide.build((None, None, 8))
    assert wide.qkv.units == 36 and wide.project.kernel.shape == (12, 8)
    one = wide.heads(np.ones((5, 1, 12), np.float32))
    assert one.shape == (5, 4, 1, 3)


def test_as_many_tokens_as_there_are_positions_are_taken() -> None:
    ids = np.ones((1, 6), np.int32)
    assert TokenAndPositionEmbedding(10, 6, 4)(ids).shape == (1, 6, 4)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_short_texts_have_the_values_of_plain_products(length: int) -> None:
    """A text of one token takes a shorter way, and no other does."""
    layer = MultiHeadSelfAttention(2)
    inputs = plain.random(3, length, 8)
    plain.check_values(layer, inputs, lambda inputs, _: plain.self_attend(inputs, layer))


def test_training_takes_the_compiled_gelu() -> None:
    layer = TransformerEncoderBlock(2)
    assert "Erfc" in plain.operations(layer, _tokens(), training=False)
    assert "Erfc" not in plain.operations(layer, _tokens(), training=True)


def test_self_attention_drops_weights_in_training_alone() -> None:
    layer = MultiHeadSelfAttention(2, dropout=0.5)
    layer.build(SHAPE)
    calm, again, busy = (
        plain.call(layer, _tokens(), training=each) for each in (False, False, True)
    )
    np.testing.assert_array_equal(calm, again)
    assert np.abs(busy - calm).max() > 1e-2


def test_the_block_drops_weights_of_its_attention_in_training() -> None:
    layer = TransformerEncoderBlock(2, dropout=0.0, attention_dropout=0.5)
    layer.build(SHAPE)
    calm, busy = (plain.call(layer, _tokens(), training=each) for each in (False, True))
    assert np.abs(busy - calm).max() > 1e-2


def test_first_vectors_of_positions_are_small_and_of_either_sign() -> None:
    layer = TokenAndPositionEmbedding(10, 200, 8)
    layer.build((None, 200))
    positions = np.asarray(layer.positions)
    assert -0.05 <= positions.min() < -0.045 and 0.045 < positions.max() <= 0.05


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(transformer) == {
        "MultiHeadSelfAttention": {"key_dim": None, "dropout": 0.0},
        "TransformerEncoderBlock": {
            "expansion": 4,
            "dropout": 0.0,
            "attention_dropout": None,
            "activation": "gelu",
            "norm": "pre",
        },
        "PositionalEncoding": {"scale": 1.0},
    }
