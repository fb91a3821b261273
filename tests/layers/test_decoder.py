from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.layers import CausalSelfAttention, CrossAttention, TransformerDecoderBlock, decoder
from tests.layers import plain
from tests.layers.check_layer import check_config, check_layer, check_policies
from tests.values import defaults_of

ROWS, LENGTH, READ = 3, 6, 5
TOKENS = (ROWS, LENGTH, 8)
MASK = np.arange(READ) < np.array([[5], [2], [1]])


def _random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def test_causal_self_attention() -> None:
    check_layer(CausalSelfAttention(2), TOKENS, output_shape=TOKENS)


def test_no_token_sees_those_behind_it() -> None:
    layer, inputs = CausalSelfAttention(2), _random(*TOKENS)
    expected = np.asarray(layer(inputs))
    for seen in range(1, LENGTH):
        changed = inputs.copy()
        changed[:, seen:] = 30 * _random(ROWS, LENGTH - seen, 8, seed=seen)
        actual = np.asarray(layer(changed))
        np.testing.assert_allclose(actual[:, :seen], expected[:, :seen], atol=1e-5)
        # Every token counts for those behind it.
        assert np.abs(actual[:, seen:] - expected[:, seen:]).max() > 1e-2


@pytest.mark.parametrize("key_dim", [None, 5])
def test_causal_attention_step_by_step_is_that_of_all_tokens(key_dim: int | None) -> None:
    layer, inputs = CausalSelfAttention(2, key_dim=key_dim), _random(*TOKENS)
    expected = np.asarray(layer(inputs))
    cache = layer.empty_cache(ROWS, LENGTH + 2)
    for position in range(LENGTH):
        token = inputs[:, position : position + 1]
        actual, cache = layer.step(token, tf.constant(position), cache)
        np.testing.assert_allclose(actual[:, 0], expected[:, position], atol=1e-5)
    assert np.abs(cache[0][:, :, :LENGTH]).max(axis=-1).min() > 0
    assert not np.any(cache[0][:, :, LENGTH:])


def test_cross_attention_agrees_with_the_keras_layer_under_a_mask() -> None:
    layer, inputs, memory = CrossAttention(2, key_dim=4), _random(*TOKENS), _random(ROWS, READ, 7)
    actual = layer(inputs, memory, memory_mask=MASK)
    peer = keras.layers.MultiHeadAttention(2, 4)
    peer.build(inputs.shape, memory.shape)
    key, value = np.split(np.asarray(layer.key_value.kernel), 2, axis=1)
    key_bias, value_bias = np.split(np.asarray(layer.key_value.bias), 2)
    peer.set_weights(
        [
            np.reshape(layer.query.kernel, (8, 2, 4)),
            np.reshape(layer.query.bias, (2, 4)),
            key.reshape(7, 2, 4),
            key_bias.reshape(2, 4),
            value.reshape(7, 2, 4),
            value_bias.reshape(2, 4),
            np.reshape(layer.project.kernel, (2, 4, 8)),
            layer.project.bias,
        ]
    )
    expected = peer(inputs, memory, attention_mask=np.repeat(MASK[:, None], LENGTH, axis=1))
    np.testing.assert_allclose(actual, expected, atol=1e-5)


def test_cross_attention_ignores_what_is_masked_and_says_where_it_looked() -> None:
    layer, inputs, memory = CrossAttention(2), _random(*TOKENS), _random(ROWS, READ, 7)
    expected = np.asarray(layer(inputs, memory, memory_mask=MASK))
    garbage = np.where(MASK[..., None], memory, 30 * _random(ROWS, READ, 7, seed=1))
    actual, weights = layer.look(inputs, layer.read(garbage), MASK)
    np.testing.assert_allclose(actual, expected, atol=1e-5)
    assert weights.shape == (ROWS, 2, LENGTH, READ)
    np.testing.assert_allclose(np.sum(weights, axis=-1), 1, atol=1e-5)
    assert np.max(np.where(MASK[:, None, None], 0, weights)) < 1e-6


def test_a_memory_without_tokens_gives_finite_outputs() -> None:
    layer = CrossAttention(2)
    out = layer(_random(*TOKENS), _random(ROWS, READ, 7), memory_mask=np.zeros((ROWS, READ), bool))
    assert np.isfinite(out).all()


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_decoder_block_step_by_step_is_that_of_all_tokens(norm: str) -> None:
    block = TransformerDecoderBlock(2, expansion=1.5, dropout=0.5, norm=norm)
    inputs, read = _random(*TOKENS), _random(ROWS, READ, 7)
    expected = np.asarray(block(inputs, read, memory_mask=MASK))
    memory, cache = block.read(read), block.empty_cache(ROWS, LENGTH)
    for position in range(LENGTH):
        actual, cache, weights = block.step(
            inputs[:, position : position + 1],
            tf.constant(position),
            memory=memory,
            memory_mask=MASK,
            cache=cache,
        )
        np.testing.assert_allclose(actual[:, 0], expected[:, position], atol=1e-5)
        assert weights.shape == (ROWS, 2, READ)


def test_the_place_of_the_norm_changes_the_block() -> None:
    inputs, read = 5 * _random(*TOKENS), _random(ROWS, READ, 7)
    post = np.asarray(TransformerDecoderBlock(2, norm="post")(inputs, read))
    np.testing.assert_allclose(post.mean(axis=-1), 0, atol=1e-5)
    np.testing.assert_allclose(post.std(axis=-1), 1, atol=1e-2)
    pre = np.asarray(TransformerDecoderBlock(2, norm="pre")(inputs, read))
    assert pre.std(axis=-1).min() > 2
    with pytest.raises(ValueError, match=r"norm must be one of \('pre', 'post'\), got 'mid'"):
        TransformerDecoderBlock(2, norm="mid")


@pytest.mark.parametrize("layer", [CrossAttention(2), TransformerDecoderBlock(2, norm="post")])
def test_every_weight_learns_and_is_saved(layer: keras.layers.Layer, tmp_path: Path) -> None:
    inputs, read = _random(*TOKENS), _random(ROWS, READ, 7)
    with tf.GradientTape() as tape:
        outputs = layer(inputs, read, memory_mask=MASK, training=True)
        loss = tf.reduce_sum(outputs * _random(*TOKENS, seed=1))
    weights = {weight.path: weight.value for weight in layer.trainable_weights}
    for path, gradient in tape.gradient(loss, weights).items():
        assert gradient is not None and np.abs(gradient).max() > 0, path
    check_config(layer)
    places = keras.Input(TOKENS[1:]), keras.Input((READ, 7))
    model = keras.Model(places, layer(*places))
    model.save(tmp_path / "layer.keras")
    loaded = keras.models.load_model(tmp_path / "layer.keras")
    np.testing.assert_allclose(loaded((inputs, read)), model((inputs, read)), atol=1e-6)


def test_attention_weights_have_a_dropout_of_their_own() -> None:
    for given, expected in ((None, 0.4), (0.0, 0.0)):
        block = TransformerDecoderBlock(2, dropout=0.4, attention_dropout=given)
        block.build(TOKENS, (ROWS, READ, 7))
        rates = (block.attention.dropout, block.cross.dropout, block.drop.rate)
        assert rates == (expected, expected, 0.4)


def crossed(inputs: np.ndarray, memory: np.ndarray, layer: CrossAttention) -> np.ndarray:
    """Of cross attention under `MASK`, by plain products."""
    key, value = np.split(plain.dense(memory, layer.key_value), 2, axis=-1)
    query = plain.dense(inputs, layer.query)
    scores = np.einsum(
        "bqhd,bkhd->bhqk",
        query.reshape(ROWS, LENGTH, 2, -1),
        key.reshape(ROWS, READ, 2, -1),
    ) / np.sqrt(query.shape[-1] / 2)
    shares = plain.softmax(np.where(MASK[:, None, None], scores, -np.inf))
    mixed = np.einsum("bhqk,bkhd->bqhd", shares, value.reshape(ROWS, READ, 2, -1))
    return plain.dense(mixed.reshape(ROWS, LENGTH, -1), layer.project)


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_decoder_block_values(norm: str) -> None:
    block = TransformerDecoderBlock(2, expansion=1.5, norm=norm, activation="relu")
    inputs, memory = _random(*TOKENS), _random(ROWS, READ, 7)
    block.build(inputs.shape, memory.shape)
    plain.scatter_weights(block)
    causal = np.tril(np.ones((LENGTH, LENGTH), bool))

    def part(x: np.ndarray, norm_layer: Any, function: Any) -> np.ndarray:
        if norm == "pre":
            return x + function(plain.layer_norm(x, norm_layer))
        return plain.layer_norm(x + function(x), norm_layer)

    x = part(
        inputs,
        block.attention_norm,
        lambda x: plain.self_attend(x, block.attention, allowed=causal),
    )
    x = part(x, block.cross_norm, lambda x: crossed(x, memory, block.cross))
    expected = part(x, block.mlp_norm, lambda x: plain.perceptron(x, block))
    for training in (False, True):
        actual = block(inputs, memory, memory_mask=MASK, training=training)
        np.testing.assert_allclose(actual, expected, atol=1e-4)


@pytest.mark.parametrize("heard", ["attention", "cross", "perceptron"])
def test_dropout_is_of_each_parts_output(heard: str) -> None:
    block = TransformerDecoderBlock(2, dropout=0.3, attention_dropout=0.0)
    inputs, memory = _random(16, LENGTH, 8), _random(16, READ, 7)
    block.build(inputs.shape, memory.shape)
    plain.scatter_weights(block)
    ends = {
        "attention": block.attention.project,
        "cross": block.cross.project,
        "perceptron": block.reduce,
    }
    for name, layer in ends.items():
        if name != heard:
            for weight in layer.weights:
                weight.assign(np.zeros(weight.shape))
    kept, dropped = (
        plain.call(block, inputs, memory, training=each) - inputs for each in (False, True)
    )
    plain.check_dropped(kept, dropped, 0.3)


def test_each_attention_drops_weights_in_training_alone() -> None:
    for layer, feeds in (
        (CausalSelfAttention(2, dropout=0.5), (_random(*TOKENS),)),
        (CrossAttention(2, dropout=0.5), (_random(*TOKENS), _random(ROWS, READ, 7))),
    ):
        layer.build(*(feed.shape for feed in feeds))
        calm, again, busy = (
            plain.call(layer, *feeds, training=each) for each in (False, False, True)
        )
        np.testing.assert_array_equal(calm, again)
        assert np.abs(busy - calm).max() > 1e-2


@pytest.mark.parametrize("silent", ["attention", "cross"])
def test_the_block_drops_weights_of_both_attentions_in_training(silent: str) -> None:
    block = TransformerDecoderBlock(2, dropout=0.0, attention_dropout=0.5)
    feeds = _random(*TOKENS), _random(ROWS, READ, 7)
    block.build(*(feed.shape for feed in feeds))
    for weight in getattr(block, silent).project.weights:
        weight.assign(np.zeros(weight.shape))
    calm, busy = (plain.call(block, *feeds, training=each) for each in (False, True))
    assert np.abs(busy - calm).max() > 1e-2


@pytest.mark.parametrize("layer", [CrossAttention(2), TransformerDecoderBlock(2)])
def test_all_parts_compute_in_the_policy_of_the_whole(layer: keras.layers.Layer) -> None:
    twin = type(layer).from_config(layer.get_config() | {"dtype": "mixed_bfloat16"})
    out = twin(_random(*TOKENS), _random(ROWS, READ, 7))
    assert out.dtype == tf.bfloat16
    check_policies(twin)


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(decoder) == {
        "TransformerDecoderBlock": {
            "expansion": 4,
            "dropout": 0.0,
            "attention_dropout": None,
            "activation": "gelu",
            "norm": "pre",
        }
    }
