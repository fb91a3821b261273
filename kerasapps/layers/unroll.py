"""Keras's recurrent cells written out step by step, for converters that take no loops.

The inputs of all steps are multiplied in one product before the first step, which leaves one
product and a handful of small operations to each. Outputs are those of Keras's layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras


def unrolled_rnn(cell: keras.layers.SimpleRNNCell, x: Any) -> Any:
    """The outputs of a SimpleRNN with `cell`, from a zero state.

    Args:
        cell: built, with Keras's default activation.
        x: float, `(batch, length, d)`, the length known.

    Returns:
        Float, `(batch, length, units)`.

    Reference: Elman 1990.
    """
    ops = keras.ops
    outputs, state = [], None
    for step in _steps(x, cell.kernel, cell.bias):
        state = ops.tanh(_plus(step, state, cell.recurrent_kernel))
        outputs.append(state)
    return ops.stack(outputs, axis=1)


def unrolled_lstm(cell: keras.layers.LSTMCell, x: Any) -> Any:
    """The outputs of an LSTM with `cell`, from zero states; as `unrolled_rnn`.

    Reference: Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000.
    """
    ops = keras.ops
    outputs, state, memory = [], None, None
    for step in _steps(x, cell.kernel, cell.bias):
        state, memory = lstm_state(_plus(step, state, cell.recurrent_kernel), memory)
        outputs.append(state)
    return ops.stack(outputs, axis=1)


def lstm_state(gates: Any, memory: Any) -> tuple[Any, Any]:
    """One step of an LSTM from the sum of its products.

    Args:
        gates: float, `(batch, 4 * units)`, in Keras's order: write, forget, new, read.
        memory: float, `(batch, units)`, the cells' state before; None for zeros.

    Returns:
        The output and the cells' state, both float, `(batch, units)`.
    """
    ops = keras.ops
    write, forget, new, read = ops.split(gates, 4, axis=-1)
    new = ops.sigmoid(write) * ops.tanh(new)
    memory = new if memory is None else ops.sigmoid(forget) * memory + new
    return ops.sigmoid(read) * ops.tanh(memory), memory


def unrolled_gru(cell: keras.layers.GRUCell, x: Any) -> Any:
    """The outputs of a GRU with `cell` (`reset_after=True`), from a zero state; as `unrolled_rnn`.

    Reference: Cho et al. 2014, with the reset gate behind the product as in cuDNN.
    """
    ops, sizes = keras.ops, [2 * cell.units]
    outputs, state = [], None
    for step in _steps(x, cell.kernel, cell.bias[0]):
        gates, new = ops.split(step, sizes, axis=-1)
        recurrent = _plus(cell.bias[1][None], state, cell.recurrent_kernel)
        recurrent_gates, recurrent_new = ops.split(recurrent, sizes, axis=-1)
        update, reset = ops.split(ops.sigmoid(gates + recurrent_gates), 2, axis=-1)
        new = ops.tanh(new + reset * recurrent_new)
        state = new - update * new if state is None else new + update * (state - new)
        outputs.append(state)
    return ops.stack(outputs, axis=1)


def _steps(x: Any, kernel: Any, bias: Any) -> Iterator[Any]:
    """`x · kernel + bias` for all tokens at once, then handed out token by token."""
    projected = keras.ops.matmul(x, kernel) + bias
    return (projected[:, index] for index in range(x.shape[1]))


def _plus(step: Any, state: Any, kernel: Any) -> Any:
    """`step + state · kernel`; the zero state before the first step takes no product."""
    return step if state is None else step + keras.ops.matmul(state, kernel)
