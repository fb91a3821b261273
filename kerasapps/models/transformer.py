"""A small transformer encoder, trained from scratch."""

from __future__ import annotations

import keras

from kerasapps.layers.pooling import MaskedPooling
from kerasapps.layers.transformer import PositionalEncoding, TransformerEncoderBlock
from kerasapps.models.common import logits, repeats
from kerasapps.models.text_common import TextShape, chosen, embed, token_input


def transformer(
    shape: TextShape, *, dropout: float = 0.3, word_dropout: float = 0.2
) -> keras.Model:
    """Embedded words with fixed positions, pre-norm transformer blocks, and the mean of the tokens.

    Args:
        shape: `width` multiplies the heads (4, of 32 channels each), `depth` the blocks (2).
        dropout: before the head, where `shape` leaves it open; a third of it inside the blocks.
        word_dropout: share of hidden words, likewise.

    Returns:
        A model from int32 ids `(batch, length)` to float32 logits `(batch, num_classes)`.

    Reference: Vaswani et al. 2017, section 3; Xiong et al. 2020, section 3.2 (pre-norm).

    Examples:
        >>> shape = kerasapps.models.TextShape(vocabulary_size=100, num_classes=3, width=0.25)
        >>> kerasapps.models.transformer(shape).output_shape
        (None, 3)
    """
    rate = chosen(shape.dropout, dropout)
    heads = max(1, round(4 * shape.width))
    ids, mask = token_input(shape)
    x = embed(ids, shape, dimensions=32 * heads, word_dropout=word_dropout)
    # Waves of the same size as the vectors that they are added to.
    x = PositionalEncoding(scale=0.05, name="positions")(x)
    for number in range(1, repeats(2, shape.depth) + 1):
        block = TransformerEncoderBlock(heads, expansion=2, dropout=rate / 3, name=f"block{number}")
        x = block(x, mask=mask)
    x = keras.layers.LayerNormalization(name="norm")(x)
    x = MaskedPooling("average", name="pool")(x, mask=mask)
    return keras.Model(ids, logits(x, shape.num_classes, rate), name="transformer")
