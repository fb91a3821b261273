"""A small transformer encoder over words, trained from scratch, that gives each its tag."""

from __future__ import annotations

import keras

from kerasapps.layers.transformer import PositionalEncoding, TransformerEncoderBlock
from kerasapps.models.common import repeats
from kerasapps.models.tagger_common import TaggerShape, tagger, word_inputs, word_vectors
from kerasapps.models.text_common import chosen


def transformer_tagger(
    shape: TaggerShape, *, dropout: float = 0.4, word_dropout: float = 0.1
) -> keras.Model:
    """Words and features of their characters with fixed positions, and pre-norm blocks.

    Args:
        shape: `width` multiplies the heads (4, of 32 channels each), the size of words' vectors
            (96) and the features of characters (64); `depth` the blocks (2).
        dropout: of words' vectors and of the features, where `shape` leaves it open; half of it
            inside the blocks.
        word_dropout: share of hidden words, likewise.

    Returns:
        A model from `words` and `characters` (see `word_inputs`) to float32 scores of tags,
        `(batch, length, tags)`, whose layer `chain` holds the scores of moves between them.

    Reference: Vaswani et al. 2017, section 3; Xiong et al. 2020, section 3.2 (pre-norm).

    Examples:
        >>> shape = kerasapps.models.TaggerShape(
        ...     words=90, characters=30, tags=("O", "B-PER", "I-PER"), word_length=12, width=0.25
        ... )
        >>> kerasapps.models.transformer_tagger(shape).output_shape
        (None, None, 3)
    """
    inputs, mask = word_inputs(shape)
    x = word_vectors(inputs, shape, word_dropout=word_dropout)
    rate, heads = chosen(shape.dropout, dropout), max(1, round(4 * shape.width))
    if rate:
        x = keras.layers.Dropout(rate, name="word_vector_dropout")(x)
    x = keras.layers.Dense(32 * heads, name="project")(x)
    x = PositionalEncoding(scale=0.3, name="positions")(x)
    for number in range(1, repeats(2, shape.depth) + 1):
        block = TransformerEncoderBlock(heads, expansion=2, dropout=rate / 2, name=f"block{number}")
        x = block(x, mask=mask)
    x = keras.layers.LayerNormalization(name="norm")(x)
    return tagger(inputs, x, shape, dropout=dropout, name="transformer_tagger")
