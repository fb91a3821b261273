"""A transformer whose tokens are the columns of a row."""

from __future__ import annotations

import keras

from kerasapps.layers.transformer import TransformerEncoderBlock
from kerasapps.models.common import logits, repeats
from kerasapps.models.tabular_common import TabularShape, row_inputs, row_vectors


def ft_transformer(shape: TabularShape, *, dropout: float = 0.1) -> keras.Model:
    """A vector for each column, pre-norm transformer blocks between them, and their mean.

    Each number and each category has weights of its own, which tell the columns apart: there are no
    positions. The mean of all columns stands in the place of the paper's extra token.

    Args:
        shape: `width` multiplies the heads (4, of 16 channels each), `depth` the blocks (2).
        dropout: inside the blocks, where `shape` leaves it open.

    Returns:
        A model from `numbers`, float32 `(batch, p)`, and `categories`, int32 `(batch, q)`, to
        float32 `(batch, outputs)`.

    Reference: Gorishniy et al. 2021, section 3.3; Gorishniy et al. 2022 (the numbers).

    Examples:
        >>> shape = kerasapps.models.TabularShape(numbers=2, categories=(4,), outputs=3)
        >>> kerasapps.models.ft_transformer(shape).output_shape
        (None, 3)
    """
    rate = dropout if shape.dropout is None else shape.dropout
    heads = max(1, round(4 * shape.width))
    inputs, numbers, categories = row_inputs(shape)
    vectors = row_vectors(numbers, categories, shape, dimensions=16 * heads, each=True)
    x = vectors[0] if len(vectors) == 1 else keras.layers.Concatenate(axis=1, name="row")(vectors)
    for number in range(1, repeats(2, shape.depth) + 1):
        block = TransformerEncoderBlock(heads, expansion=2, dropout=rate, name=f"block{number}")
        x = block(x)
    x = keras.layers.LayerNormalization(name="norm")(x)
    x = keras.layers.GlobalAveragePooling1D(name="pool")(x)
    return keras.Model(inputs, logits(x, shape.outputs, 0.0), name="ft_transformer")
