"""The LSTM of a decoder: at each token it looks at a memory, and feeds what it saw to the next."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from kerasapps.layers.conv import Shape
from kerasapps.layers.memory_attention import MemoryAttention, MemoryScore
from kerasapps.layers.unroll import lstm_state

LSTMState = tuple[Any, Any, Any]
"""Output and cells of the LSTM, float `(batch, units)`, and its last answer `(batch, answer)`."""


@keras.saving.register_keras_serializable(package="kerasapps")
class AttentiveLSTM(keras.layers.Layer):
    """A long short-term memory with attention and input feeding.

    At each token the cells get the token and the layer's answer to the one before; their output
    is the query of the attention; the answer is a perceptron on that output and on what attention
    found. All products with tokens alone are made before the first step.

    Args:
        units: of the LSTM.
        answer: units of an answer (default: as `units`).
        attention: `"bahdanau"` or `"luong"`, see `MemoryAttention`.

    Call arguments:
        inputs: float, `(batch, length, d)`, padded on the right: no answer depends on what follows.
        memory: float, `(batch, memory_length, m)`.
        start: float, `(batch, m)`, what the first state is made of.
        memory_mask: bool, `(batch, memory_length)`, False where nothing may be looked at; None: all
            may be.

    Output:
        Float, `(batch, length, answer)`.

    Raises:
        ValueError: for another `attention`.

    Reference: Luong et al. 2015, sections 3.1 and 3.3 (input feeding); first state: Bahdanau et
    al. 2015, appendix A.2.2.

    Examples:
        >>> layer = kerasapps.layers.AttentiveLSTM(6, attention="luong")
        >>> tokens, memory = np.ones((2, 3, 4), np.float32), np.ones((2, 7, 8), np.float32)
        >>> layer(tokens, memory, memory[:, 0]).shape
        TensorShape([2, 3, 6])
    """

    def __init__(
        self,
        units: int,
        *,
        answer: int | None = None,
        attention: MemoryScore = "bahdanau",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units, self.answer, self.attention = units, answer, attention
        policy = self.dtype_policy
        self.look = MemoryAttention(attention, name="look", dtype=policy)

    def build(self, inputs_shape: Shape, memory_shape: Shape, start_shape: Shape) -> None:
        policy, size = self.dtype_policy, self.answer or self.units
        self._inputs = int(inputs_shape[-1] or 0)
        self.cell = keras.layers.LSTMCell(self.units, name="cell", dtype=policy)
        self.cell.build((None, self._inputs + size))
        self.look.build((None, self.units), memory_shape)
        self.first = keras.layers.Dense(
            2 * self.units, activation="tanh", name="first", dtype=policy
        )
        self.first.build(start_shape)
        self.reply = keras.layers.Dense(
            size, activation="tanh", use_bias=False, name="reply", dtype=policy
        )
        self.reply.build((None, self.units + int(memory_shape[-1] or 0)))
        self.built = True

    def call(self, inputs: Any, memory: Any, start: Any, memory_mask: Any = None) -> Any:
        keys, loop_kernel = self.read(memory), self._loop_kernel()
        products = tf.transpose(self._products(inputs), (1, 0, 2))
        length = tf.shape(products)[0]
        steps = tf.TensorArray(products.dtype, length).unstack(products)
        answers = tf.TensorArray(products.dtype, length)

        def body(index: Any, state: LSTMState, answers: Any) -> tuple[Any, LSTMState, Any]:
            state, _ = self._advance(
                steps.read(index), state, loop_kernel, keys=keys, memory=memory, mask=memory_mask
            )
            return index + 1, state, answers.write(index, state[2])

        _, _, answers = tf.while_loop(
            lambda index, *_: index < length,
            body,
            (tf.constant(0), self.first_state(start), answers),
            maximum_iterations=length,
        )
        return tf.transpose(answers.stack(), (1, 0, 2))

    def read(self, memory: Any) -> Any:
        """Keys of a memory, float, `(batch, memory_length, units)`, which no step changes."""
        return self.look.read(memory)

    def first_state(self, start: Any) -> LSTMState:
        """The state before the first token, from `start`, float `(batch, m)`."""
        output, cells = keras.ops.split(self.first(start), 2, axis=-1)
        batch = keras.ops.shape(start)[0]
        return output, cells, keras.ops.zeros((batch, self.answer or self.units), output.dtype)

    def step(
        self,
        inputs: Any,
        state: LSTMState,
        *,
        keys: Any,
        memory: Any,
        memory_mask: Any,
    ) -> tuple[LSTMState, Any]:
        """One token further.

        Args:
            inputs: float, `(batch, d)`.
            state: from `first_state`, or from the step before.
            keys: from `read`.
            memory: as in a call.
            memory_mask: as in a call.

        Returns:
            The state, which ends with the answer; and how much the step looked at each token of
            the memory, float, `(batch, memory_length)`.
        """
        products, kernel = self._products(inputs), self._loop_kernel()
        return self._advance(products, state, kernel, keys=keys, memory=memory, mask=memory_mask)

    def _products(self, inputs: Any) -> Any:
        """What the tokens alone add to the gates, float, `(…, 4 * units)`."""
        kernel = keras.ops.cast(self.cell.kernel, self.compute_dtype)[: self._inputs]
        return keras.ops.matmul(inputs, kernel) + keras.ops.cast(self.cell.bias, self.compute_dtype)

    def _loop_kernel(self) -> Any:
        """Weights from the last answer and output to the gates, one matrix for one product."""
        ops = keras.ops
        parts = [self.cell.kernel[self._inputs :], self.cell.recurrent_kernel]
        return ops.cast(ops.concatenate(parts, axis=0), self.compute_dtype)

    def _advance(
        self,
        products: Any,
        state: LSTMState,
        loop_kernel: Any,
        *,
        keys: Any,
        memory: Any,
        mask: Any,
    ) -> tuple[LSTMState, Any]:
        ops = keras.ops
        output, cells, answer = state
        back = ops.matmul(ops.concatenate([answer, output], axis=-1), loop_kernel)
        output, cells = lstm_state(products + back, cells)
        context, weights = self.look.look(output, keys, memory, mask)
        answer = self.reply(ops.concatenate([context, output], axis=-1))
        return (output, cells, answer), weights

    def compute_output_shape(
        self, inputs_shape: Shape, memory_shape: Shape, start_shape: Shape
    ) -> Shape:
        return (*inputs_shape[:-1], self.answer or self.units)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        sizes = {"units": self.units, "answer": self.answer, "attention": self.attention}
        return config | sizes
