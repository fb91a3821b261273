"""The recurrences written out, against the formulas of their papers."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from kerasapps.layers.unroll import lstm_state, unrolled_gru, unrolled_lstm, unrolled_rnn
from tests.layers import plain

UNITS = 3


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def built(cell: Any) -> tuple[np.ndarray, ...]:
    cell.build((None, 4))
    plain.scatter_weights(cell)
    return tuple(plain.weights(cell, "kernel", "recurrent_kernel", "bias"))


def rnn(cell: Any, x: np.ndarray) -> np.ndarray:
    kernel, recurrent, bias = built(cell)
    state, outputs = np.zeros((len(x), UNITS)), []
    for token in x.swapaxes(0, 1):
        state = np.tanh(token @ kernel + bias + state @ recurrent)
        outputs.append(state)
    return np.stack(outputs, axis=1)


def lstm(cell: Any, x: np.ndarray) -> np.ndarray:
    kernel, recurrent, bias = built(cell)
    state, memory, outputs = np.zeros((len(x), UNITS)), np.zeros((len(x), UNITS)), []
    for token in x.swapaxes(0, 1):
        gates = token @ kernel + bias + state @ recurrent
        write, forget, new, read = np.split(gates, 4, axis=-1)
        memory = sigmoid(forget) * memory + sigmoid(write) * np.tanh(new)
        state = sigmoid(read) * np.tanh(memory)
        outputs.append(state)
    return np.stack(outputs, axis=1)


def gru(cell: Any, x: np.ndarray) -> np.ndarray:
    kernel, recurrent, bias = built(cell)
    state, outputs = np.zeros((len(x), UNITS)), []
    for token in x.swapaxes(0, 1):
        update, reset, new = np.split(token @ kernel + bias[0], 3, axis=-1)
        more_update, more_reset, more_new = np.split(state @ recurrent + bias[1], 3, axis=-1)
        update, reset = sigmoid(update + more_update), sigmoid(reset + more_reset)
        state = update * state + (1 - update) * np.tanh(new + reset * more_new)
        outputs.append(state)
    return np.stack(outputs, axis=1)


@pytest.mark.parametrize(
    ("cell", "unrolled", "formula"),
    [
        (keras.layers.SimpleRNNCell, unrolled_rnn, rnn),
        (keras.layers.LSTMCell, unrolled_lstm, lstm),
        (keras.layers.GRUCell, unrolled_gru, gru),
    ],
)
@pytest.mark.parametrize("length", [1, 4])
def test_every_token_has_the_formulas_output(
    cell: Any, unrolled: Any, formula: Any, length: int
) -> None:
    made, x = cell(UNITS), plain.random(2, length, 4)
    expected = formula(made, x)
    np.testing.assert_allclose(unrolled(made, x), expected, atol=1e-5)


def test_a_step_of_an_lstm_begins_with_empty_cells() -> None:
    gates, memory = plain.random(2, 12), plain.random(2, 3, seed=1)
    write, forget, new, read = np.split(gates, 4, axis=-1)
    for before in (None, memory):
        kept = 0.0 if before is None else sigmoid(forget) * before
        cells = kept + sigmoid(write) * np.tanh(new)
        output, after = lstm_state(gates, before)
        np.testing.assert_allclose(after, cells, atol=1e-6)
        np.testing.assert_allclose(output, sigmoid(read) * np.tanh(cells), atol=1e-6)
