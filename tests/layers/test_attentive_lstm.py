from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.layers import AttentiveLSTM, MemoryAttention, attentive_lstm
from tests.layers import plain
from tests.layers.check_layer import check_config, check_policies
from tests.values import defaults_of

ROWS, LENGTH, READ = 3, 4, 5
MASK = np.arange(READ) < np.array([[5], [2], [0]])
KINDS = ["bahdanau", "luong"]


def _random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def _softmax(scores: np.ndarray) -> np.ndarray:
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def test_bahdanau_scores_with_a_perceptron() -> None:
    layer, query, memory = MemoryAttention(units=6), _random(ROWS, 8), _random(ROWS, READ, 7)
    layer.build(query.shape, memory.shape)
    layer.key.bias.assign(_random(6, seed=1))
    found, weights = layer.look(query, layer.read(memory), memory)
    hidden = memory @ np.asarray(layer.key.kernel) + layer.key.bias
    hidden = np.tanh(hidden + (query @ np.asarray(layer.query.kernel))[:, None])
    expected = _softmax((hidden @ np.asarray(layer.score.kernel))[..., 0])
    np.testing.assert_allclose(weights, expected, atol=1e-5)
    np.testing.assert_allclose(found, np.einsum("bs,bsm->bm", expected, memory), atol=1e-5)


def test_luong_scores_with_a_product() -> None:
    layer, query, memory = MemoryAttention("luong"), _random(ROWS, 8), _random(ROWS, READ, 7)
    layer.build(query.shape, memory.shape)
    _, weights = layer.look(query, layer.read(memory), memory)
    scores = np.einsum("bsd,bd->bs", memory @ np.asarray(layer.key.kernel), query)
    np.testing.assert_allclose(weights, _softmax(scores), atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_masked_tokens_get_no_weight(kind: str) -> None:
    layer, query, memory = MemoryAttention(kind), _random(ROWS, 8), _random(ROWS, READ, 7)
    expected = np.asarray(layer(query, memory, memory_mask=MASK))
    garbage = np.where(MASK[..., None], memory, 30 * _random(ROWS, READ, 7, seed=1))
    found, weights = layer.look(query, layer.read(garbage), garbage, MASK)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert not np.any(np.where(MASK, 0, weights))
    np.testing.assert_allclose(np.sum(weights, axis=-1), [1, 1, 0], atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_step_by_step_is_the_loop_over_all_tokens(kind: str) -> None:
    layer = AttentiveLSTM(8, answer=6, attention=kind)
    inputs, memory, start = _random(ROWS, LENGTH, 5), _random(ROWS, READ, 7), _random(ROWS, 4)
    expected = np.asarray(layer(inputs, memory, start, memory_mask=MASK))
    assert expected.shape == (ROWS, LENGTH, 6)
    keys, state = layer.read(memory), layer.first_state(start)
    for position in range(LENGTH):
        state, _ = layer.step(
            inputs[:, position], state, keys=keys, memory=memory, memory_mask=MASK
        )
        np.testing.assert_allclose(state[2], expected[:, position], atol=1e-5)


def test_without_memory_and_feeding_it_is_the_keras_layer() -> None:
    """With zeros read and no answers fed back, the cells are those of a plain LSTM."""
    layer = AttentiveLSTM(8, answer=6)
    inputs, memory, start = _random(ROWS, LENGTH, 5), np.zeros((ROWS, READ, 7)), _random(ROWS, 4)
    layer.build(inputs.shape, memory.shape, start.shape)
    kernel = np.asarray(layer.cell.kernel)
    kernel[5:] = 0
    layer.cell.kernel.assign(kernel)
    peer = keras.layers.LSTM(8, return_sequences=True)
    peer.build(inputs.shape)
    peer.set_weights([kernel[:5], layer.cell.recurrent_kernel, layer.cell.bias])
    outputs = peer(inputs, initial_state=layer.first_state(start)[:2])
    expected = np.tanh(np.asarray(outputs) @ np.asarray(layer.reply.kernel)[7:])
    np.testing.assert_allclose(layer(inputs, memory, start), expected, atol=1e-5)


def test_each_answer_feeds_the_next() -> None:
    layer, inputs, memory = AttentiveLSTM(8), _random(ROWS, LENGTH, 5), _random(ROWS, READ, 7)
    start = _random(ROWS, 4)
    layer.build(inputs.shape, memory.shape, start.shape)
    output, cells, answer = layer.first_state(start)
    options = {"keys": layer.read(memory), "memory": memory, "memory_mask": MASK}
    fed, _ = layer.step(inputs[:, 0], (output, cells, answer + 1), **options)
    plain, _ = layer.step(inputs[:, 0], (output, cells, answer), **options)
    assert np.abs(fed[0] - plain[0]).max() > 1e-3


@pytest.mark.parametrize("kind", KINDS)
def test_every_weight_learns_and_is_saved(kind: str, tmp_path: Path) -> None:
    layer = AttentiveLSTM(8, answer=6, attention=kind)
    feeds = _random(ROWS, LENGTH, 5), _random(ROWS, READ, 7), _random(ROWS, 4)

    @tf.function
    def gradients() -> dict[str, tf.Tensor]:
        weights = {weight.path: weight.value for weight in layer.trainable_weights}
        with tf.GradientTape() as tape:
            outputs = layer(*feeds, memory_mask=MASK)
            loss = tf.reduce_sum(outputs * _random(ROWS, LENGTH, 6, seed=1))
        return tape.gradient(loss, weights)

    layer.build(*(feed.shape for feed in feeds))
    for path, gradient in gradients().items():
        assert np.abs(gradient).max() > 0 and np.isfinite(gradient).all(), path
    check_config(layer)
    places = [keras.Input(feed.shape[1:]) for feed in feeds]
    model = keras.Model(places, layer(*places))
    model.save(tmp_path / "layer.keras")
    loaded = keras.models.load_model(tmp_path / "layer.keras")
    np.testing.assert_allclose(loaded(feeds), model(feeds), atol=1e-6)


def test_computes_in_mixed_precision() -> None:
    layer = AttentiveLSTM(8, dtype="mixed_bfloat16")
    out = layer(_random(ROWS, LENGTH, 5), _random(ROWS, READ, 7), _random(ROWS, 4))
    assert out.dtype == tf.bfloat16 and np.isfinite(tf.cast(out, tf.float32)).all()
    assert {weight.dtype for weight in layer.weights} == {"float32"}


def test_unknown_options_are_refused() -> None:
    with pytest.raises(ValueError, match=r"kind must be one of .* got 'dot'"):
        AttentiveLSTM(8, attention="dot")
    with pytest.raises(ValueError, match="is for kind='bahdanau'"):
        MemoryAttention("luong", units=4)


@pytest.mark.parametrize("kind", KINDS)
def test_values_are_those_of_the_written_out_recurrence(kind: str) -> None:
    layer = AttentiveLSTM(8, answer=6, attention=kind)
    inputs, memory, start = _random(ROWS, LENGTH, 5), _random(ROWS, READ, 7), _random(ROWS, 4)
    layer.build(inputs.shape, memory.shape, start.shape)
    plain.scatter_weights(layer)
    mask = MASK.copy()
    mask[2, 0] = True

    def sigmoid(x: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-x))

    def look(query: np.ndarray) -> np.ndarray:
        keys = plain.dense(memory, layer.look.key)
        if kind == "luong":
            scores = np.einsum("bsu,bu->bs", keys, query)
        else:
            hidden = np.tanh(keys + plain.dense(query, layer.look.query)[:, None])
            scores = plain.dense(hidden, layer.look.score)[..., 0]
        return np.einsum("bs,bsm->bm", plain.softmax(np.where(mask, scores, -np.inf)), memory)

    output, cells = np.split(np.tanh(plain.dense(start, layer.first)), 2, axis=-1)
    answer, answers = np.zeros((ROWS, 6)), []
    for position in range(LENGTH):
        fed = np.concatenate([inputs[:, position], answer], axis=-1)
        gates = fed @ np.asarray(layer.cell.kernel) + np.asarray(layer.cell.bias)
        gates = gates + output @ np.asarray(layer.cell.recurrent_kernel)
        write, forget, new, read = np.split(gates, 4, axis=-1)
        cells = sigmoid(forget) * cells + sigmoid(write) * np.tanh(new)
        output = sigmoid(read) * np.tanh(cells)
        answer = np.tanh(plain.dense(np.concatenate([look(output), output], -1), layer.reply))
        answers.append(answer)
    actual = layer(inputs, memory, start, memory_mask=mask)
    np.testing.assert_allclose(actual, np.stack(answers, axis=1), atol=1e-4)
    assert not layer.reply.use_bias and layer.compute_output_shape(
        inputs.shape, memory.shape, start.shape
    ) == (ROWS, LENGTH, 6)


def test_an_answer_has_the_units_of_the_lstm_unless_told() -> None:
    layer = AttentiveLSTM(8)
    out = layer(_random(ROWS, LENGTH, 5), _random(ROWS, READ, 7), _random(ROWS, 4))
    assert out.shape == (ROWS, LENGTH, 8) and layer.attention == "bahdanau"


def test_the_perceptron_has_the_querys_units_unless_told() -> None:
    for units, expected in ((None, 8), (3, 3)):
        layer = MemoryAttention(units=units)
        layer.build((ROWS, 8), (ROWS, READ, 7))
        assert [layer.key.units, layer.query.units] == [expected, expected]
        assert layer.key.use_bias and not layer.query.use_bias and not layer.score.use_bias
    luong = MemoryAttention("luong")
    luong.build((ROWS, 8), (ROWS, READ, 7))
    assert not luong.key.use_bias and len(luong.weights) == 1


def test_all_parts_compute_in_the_policy_of_the_whole() -> None:
    for layer in (AttentiveLSTM(8, dtype="mixed_bfloat16"),):
        layer.build((ROWS, LENGTH, 5), (ROWS, READ, 7), (ROWS, 4))
        check_policies(layer)


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(attentive_lstm) == {
        "AttentiveLSTM": {"answer": None, "attention": "bahdanau"}
    }
