"""Stacks of recurrences over the tokens of a text, forward or in both directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, get_args

import keras
import tensorflow as tf

from kerasapps.layers.conv import Shape
from kerasapps.layers.unroll import unrolled_gru, unrolled_lstm, unrolled_rnn

Recurrence = Literal["rnn", "lstm", "gru"]

# kind → Keras's layer, and the same recurrence written out step by step
_KINDS: Mapping[str, tuple[type[keras.layers.RNN], Callable[[Any, Any], Any]]] = MappingProxyType(
    {
        "rnn": (keras.layers.SimpleRNN, unrolled_rnn),
        "lstm": (keras.layers.LSTM, unrolled_lstm),
        "gru": (keras.layers.GRU, unrolled_gru),
    }
)


class _Stack(keras.layers.Layer):
    """What the stacks share.

    Texts are padded on the right, so no step looks at a mask, which would cost Keras about as much
    as the step itself: a forward recurrence meets padding only when the text is over, and its
    result is read at the last token; a backward one is given the tokens reversed, the padding left
    in place. Keras's own Bidirectional reverses the padding too and needs the mask at each step.
    """

    def __init__(
        self,
        units: int,
        *,
        kind: Recurrence,
        directions: int,
        depth: int = 1,
        residual: bool = False,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = True,
        unroll: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        if kind not in _KINDS:
            known = ", ".join(map(repr, get_args(Recurrence)))
            raise ValueError(f"{type(self).__name__}.kind must be one of {known}, got {kind!r}.")
        if depth < 1 or units < 1:
            raise ValueError(
                f"{type(self).__name__} needs units and depth of at least 1, got {units!r} units "
                f"and depth {depth!r}."
            )
        self.units, self.depth, self.residual = units, depth, residual
        self.dropout, self.recurrent_dropout = dropout, recurrent_dropout
        self.return_sequences, self.unroll = return_sequences, unroll
        self._unrolled = _KINDS[kind][1]
        self.forward = [self._make(kind, f"forward{i}") for i in range(1, depth + 1)]
        self.backward = [
            self._make(kind, f"backward{i}") for i in range(1, depth + 1) if directions == 2
        ]
        # One choice of units for all tokens of a text, as Gal and Ghahramani 2016.
        self.drops = [
            keras.layers.SpatialDropout1D(dropout, name=f"drop{i}", dtype=self.dtype_policy)
            for i in range(1, depth + 1)
        ]

    def _make(self, kind: Recurrence, name: str) -> keras.layers.RNN:
        return _KINDS[kind][0](
            self.units,
            return_sequences=True,
            recurrent_dropout=self.recurrent_dropout,
            name=name,
            dtype=self.dtype_policy,
        )

    @property
    def _size(self) -> int:
        return self.units * (2 if self.backward else 1)

    def build(self, input_shape: Shape) -> None:
        if self.unroll and input_shape[1] is None:
            raise ValueError(f"{type(self).__name__} can only be unrolled for a known length.")
        for index in range(self.depth):
            for layers in filter(None, (self.forward, self.backward)):
                layers[index].build(input_shape)
            input_shape = (*input_shape[:2], self._size)
        self.built = True

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        ops = keras.ops
        lengths = None if mask is None else ops.sum(ops.cast(mask, "int32"), axis=1)
        x = inputs
        for index, drop in enumerate(self.drops):
            before, x = x, drop(x, training=training)
            x = self._both(index, x, lengths, training)
            if self.residual and before.shape[-1] == self._size:
                x = x + before
        return x if self.return_sequences else self._ends(x, lengths)

    def _both(self, index: int, x: Any, lengths: Any, training: bool | None) -> Any:
        forward = self._run(self.forward[index], x, training)
        if not self.backward:
            return forward
        backward = self._run(self.backward[index], _reverse(x, lengths), training)
        return keras.ops.concatenate([forward, _reverse(backward, lengths)], axis=-1)

    def _run(self, layer: keras.layers.RNN, x: Any, training: bool | None) -> Any:
        if self.unroll and not training:
            return self._unrolled(layer.cell, x)
        return layer(x, training=training)

    def _ends(self, x: Any, lengths: Any) -> Any:
        """The forward recurrences at the last token, the backward ones at the first."""
        if lengths is None:
            last = x[:, -1]
        else:
            last = tf.gather(x, tf.maximum(lengths - 1, 0), axis=1, batch_dims=1)
        if not self.backward:
            return last
        return keras.ops.concatenate([last[:, : self.units], x[:, 0, self.units :]], axis=-1)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """None: masks are handed to each layer by hand."""

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        length = input_shape[1:2] if self.return_sequences else ()
        return (input_shape[0], *length, self._size)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "units": self.units,
            "depth": self.depth,
            "residual": self.residual,
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "return_sequences": self.return_sequences,
            "unroll": self.unroll,
        }


def _reverse(x: Any, lengths: Any) -> Any:
    """The tokens of each text in reverse order, what stands behind them where it was."""
    if lengths is None:
        return keras.ops.flip(x, axis=1)
    # A gather, as TFLite's own reversal by lengths has no int8 kernel.
    place, lengths = tf.range(tf.shape(x)[1])[None], lengths[:, None]
    source = tf.where(place < lengths, lengths - 1 - place, place)
    return tf.gather(x, source, axis=1, batch_dims=1)


@keras.saving.register_keras_serializable(package="kerasapps")
class RNNStack(_Stack):
    """Simple (Elman) recurrences on top of each other. Arguments, masks, output: `LSTMStack`.

    Reference: Elman 1990.

    Examples:
        >>> layer = kerasapps.layers.RNNStack(6)
        >>> layer(np.ones((2, 5, 8), np.float32)).shape
        TensorShape([2, 5, 6])
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(units, kind="rnn", directions=1, **kwargs)


@keras.saving.register_keras_serializable(package="kerasapps")
class LSTMStack(_Stack):
    """Long short-term memories on top of each other; Keras's LSTM does the work.

    Args:
        units: of each layer.
        depth: number of layers.
        residual: adds the inputs of a layer to its outputs where they are of one size.
        dropout: share of each layer's input units dropped in training, the same at every token.
        recurrent_dropout: share of the units dropped on the way to the next token in training.
        return_sequences: whether an output per token comes out, else the last token's alone.
        unroll: outside of training, write the steps out instead of looping: what converts to
            TFLite. Needs a known length; the weights are the same.

    Call arguments:
        inputs: float, `(batch, length, d)`.
        mask: bool, `(batch, length)`, True for the tokens, **which stand first**, and False behind
            them; None: tokens everywhere. Only the number of True counts, so that a mask with a
            hole reads that many tokens from the left.
        training: whether dropout is on.

    Output:
        Float, `(batch, length, units)`, where positions of padding hold numbers without meaning;
        or `(batch, units)`: after the last token.

    Raises:
        ValueError: for units or a depth below 1, or `unroll` with an unknown length.

    Reference: Hochreiter and Schmidhuber 1997; dropout: Gal and Ghahramani 2016, section 4;
    residual: Wu et al. 2016, section 3.1.

    Examples:
        >>> layer = kerasapps.layers.LSTMStack(6, depth=2, return_sequences=False)
        >>> layer(np.ones((2, 5, 8), np.float32)).shape
        TensorShape([2, 6])
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(units, kind="lstm", directions=1, **kwargs)


@keras.saving.register_keras_serializable(package="kerasapps")
class GRUStack(_Stack):
    """Gated recurrent units on top of each other. Arguments, masks, output: `LSTMStack`.

    Reference: Cho et al. 2014, section 2.3.

    Examples:
        >>> layer = kerasapps.layers.GRUStack(6)
        >>> layer(np.ones((2, 5, 8), np.float32)).shape
        TensorShape([2, 5, 6])
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(units, kind="gru", directions=1, **kwargs)


@keras.saving.register_keras_serializable(package="kerasapps")
class BidirectionalStack(_Stack):
    """Recurrences in both directions, their outputs side by side, on top of each other.

    Each layer sees both directions of the layer below. Arguments and masks: as of `LSTMStack`. It
    converts to TFLite with `unroll=True` and inputs of a known length.

    Args:
        units: of each layer and direction.
        kind: `"rnn"`, `"lstm"` or `"gru"`.

    Output:
        Float, `(batch, length, 2 * units)`; or `(batch, 2 * units)`: forward after the last token,
        backward after the first.

    Raises:
        ValueError: as `LSTMStack`, or for an unknown `kind`.

    Reference: Schuster and Paliwal 1997; Graves et al. 2013, section 3.

    Examples:
        >>> layer = kerasapps.layers.BidirectionalStack(6, kind="gru")
        >>> layer(np.ones((2, 5, 8), np.float32)).shape
        TensorShape([2, 5, 12])
    """

    def __init__(self, units: int, *, kind: Recurrence = "lstm", **kwargs: Any) -> None:
        super().__init__(units, kind=kind, directions=2, **kwargs)
        self.kind = kind

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"kind": self.kind}
