from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from kerasapps.layers import recurrent as recurrent_module
from kerasapps.layers.recurrent import BidirectionalStack, GRUStack, LSTMStack, RNNStack
from tests.layers import plain as reference
from tests.layers.check_layer import (
    check_config,
    check_gradients,
    check_layer,
    check_masking,
    check_mixed_precision,
    check_shapes,
)
from tests.values import defaults_of

STACKS = [RNNStack, LSTMStack, GRUStack, BidirectionalStack]
SHAPE = (3, 6, 5)


def inputs_of(shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def twin_of(stack: Any, **changes: Any) -> Any:
    """The same layer with other options and the same weights."""
    twin = type(stack).from_config(stack.get_config() | changes)
    twin.build(SHAPE)
    twin.set_weights(stack.get_weights())
    return twin


@pytest.mark.parametrize("kind", STACKS)
def test_unrolled_stacks_convert(kind: Any) -> None:
    size = 8 if kind is BidirectionalStack else 4
    check_layer(kind(4, unroll=True), (2, 4, 5), output_shape=(2, 4, size))


@pytest.mark.parametrize("kind", STACKS)
def test_looped_stacks(kind: Any) -> None:
    size = 8 if kind is BidirectionalStack else 4
    options = {"depth": 2, "residual": True, "return_sequences": False}
    check_shapes(kind(4, **options), inputs_of(), (3, size))
    check_gradients(kind(4, **options), inputs_of())
    check_config(kind(4, **options))
    check_mixed_precision(kind(4, **options), inputs_of())


@pytest.mark.parametrize(
    ("kind", "return_sequences"), [*((kind, False) for kind in STACKS), (BidirectionalStack, True)]
)
def test_padding_changes_nothing(kind: Any, return_sequences: bool) -> None:
    options = {"depth": 2, "residual": True, "return_sequences": return_sequences}
    check_masking(kind(4, **options), SHAPE)


@pytest.mark.parametrize("kind", STACKS)
@pytest.mark.parametrize("return_sequences", [True, False])
def test_unrolled_is_the_loop(kind: Any, return_sequences: bool) -> None:
    loop = kind(4, depth=2, residual=True, return_sequences=return_sequences)
    loop.build(SHAPE)
    rng = np.random.default_rng(1)
    loop.set_weights([w + rng.normal(scale=0.3, size=w.shape) for w in loop.get_weights()])
    mask = np.arange(6) < np.array([[1], [4], [6]])
    expected = np.asarray(loop(inputs_of(), mask=mask))
    actual = np.asarray(twin_of(loop, unroll=True)(inputs_of(), mask=mask))
    np.testing.assert_allclose(actual, expected, atol=1e-5)


def test_lstm_is_keras_masked_lstm() -> None:
    stack, theirs = LSTMStack(4, return_sequences=False), keras.layers.LSTM(4)
    stack.build(SHAPE)
    theirs.build(SHAPE)
    theirs.set_weights(stack.get_weights())
    mask = np.arange(6) < np.array([[2], [4], [6]])
    expected = np.asarray(theirs(inputs_of(), mask=mask))
    np.testing.assert_allclose(np.asarray(stack(inputs_of(), mask=mask)), expected, atol=1e-5)


@pytest.mark.parametrize("return_sequences", [True, False])
def test_both_directions_are_keras_masked_bidirectional(return_sequences: bool) -> None:
    stack = BidirectionalStack(4, kind="gru", return_sequences=return_sequences)
    inner = keras.layers.GRU(4, return_sequences=return_sequences)
    theirs = keras.layers.Bidirectional(inner)
    stack.build(SHAPE)
    theirs.build(SHAPE)
    theirs.set_weights(stack.get_weights())
    mask = np.arange(6) < np.array([[2], [4], [6]])
    expected = np.asarray(theirs(inputs_of(), mask=mask))
    actual = np.asarray(stack(inputs_of(), mask=mask))
    if return_sequences:
        actual, expected = actual[mask], expected[mask]
    np.testing.assert_allclose(actual, expected, atol=1e-5)


def test_residual_adds_the_inputs_where_sizes_agree() -> None:
    plain = LSTMStack(5)
    plain.build(SHAPE)
    added = np.asarray(twin_of(plain, residual=True)(inputs_of()))
    np.testing.assert_allclose(added, np.asarray(plain(inputs_of())) + inputs_of(), atol=1e-6)
    other = LSTMStack(4)
    other.build(SHAPE)
    same = np.asarray(twin_of(other, residual=True)(inputs_of()))
    np.testing.assert_allclose(same, np.asarray(other(inputs_of())), atol=1e-6)


@pytest.mark.parametrize("option", ["dropout", "recurrent_dropout"])
@pytest.mark.parametrize("unroll", [False, True])
def test_dropouts_act_in_training_only(option: str, unroll: bool) -> None:
    plain = GRUStack(4)
    plain.build(SHAPE)
    layer = GRUStack(4, unroll=unroll, **{option: 0.5})
    layer.build(SHAPE)
    for mine, theirs in zip(layer.trainable_weights, plain.trainable_weights, strict=True):
        mine.assign(theirs)
    calm, busy = layer(inputs_of(), training=False), layer(inputs_of(), training=True)
    np.testing.assert_allclose(np.asarray(calm), np.asarray(plain(inputs_of())), atol=1e-6)
    assert not np.allclose(np.asarray(calm), np.asarray(busy), atol=1e-3)


def test_layer_dropout_drops_the_same_units_at_every_token() -> None:
    layer = LSTMStack(4, dropout=0.5)
    dropped = np.asarray(layer.drops[0](np.ones((2, 6, 50), np.float32), training=True))
    assert 0 < (dropped == 0).mean() < 1
    np.testing.assert_array_equal(dropped, np.repeat(dropped[:, :1], 6, axis=1))


def test_a_mask_with_a_hole_counts_as_so_many_tokens_from_the_left() -> None:
    """Documented, as texts are padded on the right only; here to notice should it change."""
    layer = BidirectionalStack(4, return_sequences=False)
    hole = np.array([[True, False, True, True, False, False]] * 3)
    left = np.arange(6) < np.full((3, 1), 3)
    expected = np.asarray(layer(inputs_of(), mask=left))
    np.testing.assert_array_equal(np.asarray(layer(inputs_of(), mask=hole)), expected)


def test_any_length_in_training_one_length_unrolled() -> None:
    tokens = keras.Input((None, 5))
    model = keras.Model(tokens, LSTMStack(4)(tokens))
    assert model(inputs_of((2, 3, 5))).shape == (2, 3, 4)
    assert model(inputs_of((2, 9, 5))).shape == (2, 9, 4)
    with pytest.raises(ValueError, match="known length"):
        LSTMStack(4, unroll=True)(tokens)


def test_refusals() -> None:
    with pytest.raises(ValueError, match="kind must be one of 'rnn', 'lstm', 'gru'"):
        BidirectionalStack(4, kind="tree")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="depth of at least 1"):
        LSTMStack(4, depth=0)


@pytest.mark.parametrize(
    ("stack", "theirs"),
    [
        (RNNStack(4, depth=2), keras.layers.SimpleRNN),
        (LSTMStack(4, depth=2), keras.layers.LSTM),
        (GRUStack(4, depth=2), keras.layers.GRU),
    ],
)
def test_depth_is_kerass_layers_on_top_of_each_other(stack: Any, theirs: Any) -> None:
    stack.build(SHAPE)
    reference.scatter_weights(stack)
    x = inputs_of()
    for layer in stack.forward:
        peer = theirs(4, return_sequences=True)
        peer.build(x.shape)
        peer.set_weights(layer.get_weights())
        x = np.asarray(peer(x))
    for training in (False, True):
        np.testing.assert_allclose(stack(inputs_of(), training=training), x, atol=1e-5)
    assert not stack.residual and stack.return_sequences and not stack.unroll


def test_both_directions_of_each_layer_see_both_of_the_one_below() -> None:
    stack = BidirectionalStack(4, depth=2, kind="rnn")
    stack.build(SHAPE)
    reference.scatter_weights(stack)
    x = inputs_of()
    for forward, backward in zip(stack.forward, stack.backward, strict=True):
        there, back = (
            np.asarray(layer(each)) for layer, each in ((forward, x), (backward, x[:, ::-1]))
        )
        x = np.concatenate([there, back[:, ::-1]], axis=-1)
    np.testing.assert_allclose(stack(inputs_of()), x, atol=1e-5)
    ends = twin_of(stack, return_sequences=False)(inputs_of())
    np.testing.assert_allclose(ends, np.concatenate([x[:, -1, :4], x[:, 0, 4:]], -1), atol=1e-5)
    assert BidirectionalStack(4).kind == "lstm"


@pytest.mark.parametrize("option", ["dropout", "recurrent_dropout"])
def test_each_layer_of_a_stack_has_the_dropouts(option: str) -> None:
    for stack in (
        LSTMStack(4, depth=2, **{option: 0.25}),
        BidirectionalStack(4, depth=2, **{option: 0.25}),
    ):
        rates = [each.rate for each in stack.drops]
        recurrent = [each.recurrent_dropout for each in (*stack.forward, *stack.backward)]
        assert set(rates) == {0.25 if option == "dropout" else 0.0} and len(rates) == 2
        assert set(recurrent) == {0.25 if option == "recurrent_dropout" else 0.0}


def test_training_is_handed_on_to_dropout_and_to_the_recurrences() -> None:
    for option in ("dropout", "recurrent_dropout"):
        stack = GRUStack(4, **{option: 0.5})
        stack.build(SHAPE)
        calm, again, busy = (
            reference.call(stack, inputs_of(), training=each) for each in (False, False, True)
        )
        np.testing.assert_array_equal(calm, again)
        assert np.abs(busy - calm).max() > 1e-3


def test_training_loops_and_use_is_written_out_where_asked() -> None:
    stack = LSTMStack(4, unroll=True)
    assert "While" not in reference.operations(stack, inputs_of(), training=False)
    looped = reference.operations(LSTMStack(4), inputs_of(), training=False)
    assert looped & {"While", "PartitionedCall", "StatefulPartitionedCall", "CudnnRNN"}
    with pytest.raises(ValueError, match="units and depth of at least 1, got 0 units"):
        LSTMStack(0)
    LSTMStack(1, depth=1)


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(recurrent_module) == {
        "_Stack": {
            "depth": 1,
            "residual": False,
            "dropout": 0.0,
            "recurrent_dropout": 0.0,
            "return_sequences": True,
            "unroll": False,
        },
        "BidirectionalStack": {"kind": "lstm"},
    }
