"""Text classifiers that read token by token: recurrences alone, and with attention or convolutions.

Each is a function from a `TextShape` to a model from int32 ids `(batch, length)`, padded with 0 on
the right, to float32 logits `(batch, num_classes)`. Built with `for_export=True` the recurrences
are unrolled; the weights are the same in the same order.
"""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.errors import ConfigError
from kerasapps.layers.pooling import AdditiveAttention, mask_tokens
from kerasapps.layers.recurrent import BidirectionalStack, GRUStack, LSTMStack, RNNStack
from kerasapps.models.common import channels, logits, repeats
from kerasapps.models.text_common import TextShape, embed, token_input

_UNITS = 64
_DIMENSIONS = 128
# Much of everything: a few thousand sentences are learnt by heart in three epochs.
_WORD_DROPOUT = 0.4
_LAYER_DROPOUT = 0.5
_HEAD_DROPOUT = 0.5


def rnn(shape: TextShape) -> keras.Model:
    """Simple recurrences; their state after the last token is classified.

    They remember the last few tokens best; the others of this file remember further.

    Reference: Elman 1990.
    """
    ids, x, mask = _tokens(shape)
    stack = RNNStack(**_options(shape, return_sequences=False), name="rnn")
    return _classifier(ids, stack(x, mask=mask), shape, "rnn")


def lstm(shape: TextShape) -> keras.Model:
    """A long short-term memory; its state after the last token is classified.

    Reference: Hochreiter and Schmidhuber 1997.
    """
    ids, x, mask = _tokens(shape)
    stack = LSTMStack(**_options(shape, return_sequences=False), name="lstm")
    return _classifier(ids, stack(x, mask=mask), shape, "lstm")


def bilstm(shape: TextShape) -> keras.Model:
    """Long short-term memories in both directions; the ends of both are classified.

    Reference: Graves and Schmidhuber 2005.
    """
    ids, x, mask = _tokens(shape)
    stack = BidirectionalStack(**_options(shape, return_sequences=False), name="bilstm")
    return _classifier(ids, stack(x, mask=mask), shape, "bilstm")


def gru(shape: TextShape) -> keras.Model:
    """A gated recurrent unit; its state after the last token is classified.

    Reference: Cho et al. 2014, section 2.3.
    """
    ids, x, mask = _tokens(shape)
    stack = GRUStack(**_options(shape, return_sequences=False), name="gru")
    return _classifier(ids, stack(x, mask=mask), shape, "gru")


def lstm_attention(shape: TextShape) -> keras.Model:
    """Long short-term memories in both directions, and attention over all their outputs.

    Reference: Yang et al. 2016, section 2.2 (its word encoder and word attention); Bahdanau et al.
    2015, section 3.1.
    """
    ids, x, mask = _tokens(shape)
    x = BidirectionalStack(**_options(shape), name="bilstm")(x, mask=mask)
    pooled = AdditiveAttention(channels(_UNITS, shape.width), name="attention")(x, mask=mask)
    return _classifier(ids, pooled, shape, "lstm_attention")


def cnn_lstm(shape: TextShape) -> keras.Model:
    """Convolutions over 5 tokens, the larger of each 2 neighbours, and an LSTM over what is left.

    Reference: Zhou et al. 2015 (C-LSTM), sections 3.1 and 3.2; the pooling, which halves the steps,
    from Wang et al. 2016 ("Combination of convolutional and recurrent neural network").
    """
    ids, x, mask = _tokens(shape)
    filters = channels(2 * _UNITS, shape.width)
    # Zeros behind the text, as a text of just this length gets them from the convolution's edge.
    x = keras.layers.Conv1D(filters, 5, padding="same", activation="relu", name="conv")(
        mask_tokens(x, mask)
    )
    x = keras.layers.MaxPooling1D(2, padding="same", name="halve")(mask_tokens(x, mask))
    stack = LSTMStack(**_options(shape, return_sequences=False), name="lstm")
    return _classifier(ids, stack(x, mask=mask[:, ::2]), shape, "cnn_lstm")


def _tokens(shape: TextShape) -> tuple[Any, Any, Any]:
    """Input, embedded tokens and mask."""
    ids, mask = token_input(shape)
    size = channels(_DIMENSIONS, shape.width)
    return ids, embed(ids, shape, dimensions=size, word_dropout=_WORD_DROPOUT), mask


def _options(shape: TextShape, **more: Any) -> dict[str, Any]:
    """Of the stack that `shape` asks for.

    Raises:
        ConfigError: if it is to be unrolled to an unknown length.
    """
    if shape.for_export and shape.length is None:
        raise ConfigError(
            "A recurrent model is exported for one number of tokens: give TextShape.length."
        )
    return more | {
        "units": channels(_UNITS, shape.width),
        "depth": repeats(1, shape.depth),
        "residual": True,
        "dropout": _LAYER_DROPOUT,
        "unroll": shape.for_export,
    }


def _classifier(ids: Any, features: Any, shape: TextShape, name: str) -> keras.Model:
    dropout = _HEAD_DROPOUT if shape.dropout is None else shape.dropout
    return keras.Model(ids, logits(features, shape.num_classes, dropout), name=name)
