"""Convolutions over words, and the strongest response of each."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.pooling import MaskedPooling, mask_tokens
from kerasapps.models.common import channels, logits
from kerasapps.models.text_common import TextShape, chosen, embed, token_input


def text_cnn(
    shape: TextShape, *, dropout: float = 0.5, word_dropout: float = 0.1, kernel: int = 3
) -> keras.Model:
    """Filters over 3, 4 and 5 neighbouring words; the maximum of each over the text is classified.

    Args:
        shape: `width` multiplies the size of the vectors (128) and the filters of each width
            (100); `depth` the number of widths (3).
        dropout: before the head, where `shape` leaves it open.
        word_dropout: share of hidden words, likewise.
        kernel: words of the narrowest filters, likewise; each further width is one word wider.

    Returns:
        A model from int32 ids `(batch, length)` to float32 logits `(batch, num_classes)`.

    Reference: Kim 2014, section 2.

    Examples:
        >>> shape = kerasapps.models.TextShape(vocabulary_size=100, num_classes=3, width=0.25)
        >>> kerasapps.models.text_cnn(shape).output_shape
        (None, 3)
    """
    ids, mask = token_input(shape)
    outputs = strongest(ids, mask, shape, dropout=dropout, word_dropout=word_dropout, kernel=kernel)
    return keras.Model(ids, outputs, name="text_cnn")


def strongest(
    ids: Any, mask: Any, shape: TextShape, *, dropout: float, word_dropout: float, kernel: int
) -> Any:
    """Logits of the strongest responses of filters over words; see `text_cnn`."""
    x = embed(ids, shape, dimensions=channels(128, shape.width), word_dropout=word_dropout)
    # Zeros behind the text, as a text of just this length gets them from the convolution's edge.
    x = mask_tokens(x, mask)
    pooled = []
    least = chosen(shape.kernel, kernel)
    for words in range(least, least + max(1, round(3 * shape.depth))):
        name = f"conv{words}"
        features = keras.layers.Conv1D(
            channels(100, shape.width), words, padding="same", activation="relu", name=name
        )(x)
        pooled.append(MaskedPooling("max", name=f"max{words}")(features, mask=mask))
    joined = keras.layers.Concatenate(name="join")(pooled) if len(pooled) > 1 else pooled[0]
    rate = chosen(shape.dropout, dropout)
    return logits(joined, shape.num_classes, rate)
