"""Text classifiers that read token by token: recurrences alone, and with attention or convolutions.

Each is a function from a `TextShape` to a model from int32 ids `(batch, length)`, padded with 0 on
the right, to float32 logits `(batch, num_classes)`. `dropout` before the head, the share
`word_dropout` of hidden words and `kernel` hold where the shape leaves them open. Built with
`for_export=True` the recurrences are unrolled; the weights are the same in the same order.
"""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.errors import ConfigError
from kerasapps.layers.pooling import AdditiveAttention, mask_tokens
from kerasapps.layers.recurrent import BidirectionalStack, GRUStack, LSTMStack, RNNStack
from kerasapps.models.common import channels, logits, repeats
from kerasapps.models.text_common import TextShape, chosen, embed, token_input

_UNITS = 64
_DIMENSIONS = 128
# Much of everything: a few thousand sentences are learnt by heart in three epochs.
_WORD_DROPOUT = 0.4
_LAYER_DROPOUT = 0.5
_HEAD_DROPOUT = 0.5


def rnn(
    shape: TextShape, *, dropout: float = _HEAD_DROPOUT, word_dropout: float = _WORD_DROPOUT
) -> keras.Model:
    """Simple recurrences; their state after the last token is classified.

    They remember the last few tokens best; the others of this file remember further.

    Reference: Elman 1990.

    Examples:
        >>> shape = kerasapps.models.TextShape(vocabulary_size=100, num_classes=3, width=0.25)
        >>> kerasapps.models.rnn(shape).output_shape
        (None, 3)
    """
    ids, x, mask = _tokens(shape, word_dropout)
    stack = RNNStack(**_options(shape, return_sequences=False), name="rnn")
    return _classifier(ids, stack(x, mask=mask), shape, dropout, "rnn")


def lstm(
    shape: TextShape, *, dropout: float = _HEAD_DROPOUT, word_dropout: float = _WORD_DROPOUT
) -> keras.Model:
    """A long short-term memory; its state after the last token is classified.

    Reference: Hochreiter and Schmidhuber 1997.

    Examples:
        >>> shape = kerasapps.models.TextShape(vocabulary_size=100, num_classes=3, width=0.25)
        >>> kerasapps.models.lstm(shape).output_shape
        (None, 3)
    """
    ids, x, mask = _tokens(shape, word_dropout)
    stack = LSTMStack(**_options(shape, return_sequences=False), name="lstm")
    return _classifier(ids, stack(x, mask=mask), shape, dropout, "lstm")


def bilstm(
    shape: TextShape, *, dropout: float = _HEAD_DROPOUT, word_dropout: float = _WORD_DROPOUT
) -> keras.Model:
    """Long short-term memories in both directions; the ends of both are classified.

    Reference: Graves and Schmidhuber 2005.

    Examples:
        >>> shape = kerasapps.models.TextShape(vocabulary_size=100, num_classes=3, width=0.25)
        >>> kerasapps.models.bilstm(shape).output_shape
        (None, 3)
    """
    ids, x, mask = _tokens(shape, word_dropout)
    stack = BidirectionalStack(**_options(shape, return_sequences=False), name="bilstm")
    return _classifier(ids, stack(x, mask=mask), shape, dropout, "bilstm")


def gru(
    shape: TextShape, *, dropout: float = _HEAD_DROPOUT, word_dropout: float = _WORD_DROPOUT
) -> keras.Model:
    """A gated recurrent unit; its state after the last token is classified.

    Reference: Cho et al. 2014, section 2.3.

    Examples:
        >>> shape = kerasapps.models.TextShape(vocabulary_size=100, num_classes=3, width=0.25)
        >>> kerasapps.models.gru(shape).output_shape
        (None, 3)
    """
    ids, x, mask = _tokens(shape, word_dropout)
    stack = GRUStack(**_options(shape, return_sequences=False), name="gru")
    return _classifier(ids, stack(x, mask=mask), shape, dropout, "gru")


def lstm_attention(
    shape: TextShape, *, dropout: float = _HEAD_DROPOUT, word_dropout: float = _WORD_DROPOUT
) -> keras.Model:
    """Long short-term memories in both directions, and attention over all their outputs.

    Reference: Yang et al. 2016, section 2.2 (its word encoder and word attention); Bahdanau et al.
    2015, section 3.1.

    Examples:
        >>> shape = kerasapps.models.TextShape(vocabulary_size=100, num_classes=3, width=0.25)
        >>> kerasapps.models.lstm_attention(shape).output_shape
        (None, 3)
    """
    ids, x, mask = _tokens(shape, word_dropout)
    x = BidirectionalStack(**_options(shape), name="bilstm")(x, mask=mask)
    pooled = AdditiveAttention(channels(_UNITS, shape.width), name="attention")(x, mask=mask)
    return _classifier(ids, pooled, shape, dropout, "lstm_attention")


def cnn_lstm(
    shape: TextShape,
    *,
    dropout: float = _HEAD_DROPOUT,
    word_dropout: float = _WORD_DROPOUT,
    kernel: int = 5,
) -> keras.Model:
    """Convolutions over some tokens, the larger of each 2 neighbours, and an LSTM over the rest.

    Reference: Zhou et al. 2015 (C-LSTM), sections 3.1 and 3.2; the pooling, which halves the steps,
    from Wang et al. 2016 ("Combination of convolutional and recurrent neural network").

    Examples:
        >>> shape = kerasapps.models.TextShape(vocabulary_size=100, num_classes=3, width=0.25)
        >>> kerasapps.models.cnn_lstm(shape).output_shape
        (None, 3)
    """
    ids, x, mask = _tokens(shape, word_dropout)
    filters, words = channels(2 * _UNITS, shape.width), chosen(shape.kernel, kernel)
    # Zeros behind the text, as a text of just this length gets them from the convolution's edge.
    x = keras.layers.Conv1D(filters, words, padding="same", activation="relu", name="conv")(
        mask_tokens(x, mask)
    )
    x = keras.layers.MaxPooling1D(2, padding="same", name="halve")(mask_tokens(x, mask))
    stack = LSTMStack(**_options(shape, return_sequences=False), name="lstm")
    return _classifier(ids, stack(x, mask=mask[:, ::2]), shape, dropout, "cnn_lstm")


def _tokens(shape: TextShape, word_dropout: float) -> tuple[Any, Any, Any]:
    """Input, embedded tokens and mask."""
    ids, mask = token_input(shape)
    size = channels(_DIMENSIONS, shape.width)
    return ids, embed(ids, shape, dimensions=size, word_dropout=word_dropout), mask


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


def _classifier(
    ids: Any, features: Any, shape: TextShape, dropout: float, name: str
) -> keras.Model:
    rate = chosen(shape.dropout, dropout)
    return keras.Model(ids, logits(features, shape.num_classes, rate), name=name)
