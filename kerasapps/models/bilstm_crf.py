"""A tagger that reads a sentence in both directions, and chooses tags that suit each other."""

from __future__ import annotations

import keras

from kerasapps.layers.recurrent import BidirectionalStack
from kerasapps.models.common import channels, repeats
from kerasapps.models.tagger_common import TaggerShape, tagger, word_inputs, word_vectors
from kerasapps.models.text_common import chosen

_UNITS = 128


def bilstm_crf(
    shape: TaggerShape, *, dropout: float = 0.5, word_dropout: float = 0.2
) -> keras.Model:
    """Long short-term memories in both directions over words and features of their characters.

    Args:
        shape: `width` multiplies the units of a direction (128), the size of words' vectors (96)
            and the features of characters (64); `depth` the layers (1).
        dropout: before and behind the recurrence, where `shape` leaves it open; it is also the
            share that a whole sentence loses of each layer's inputs.
        word_dropout: share of hidden words, likewise.

    Returns:
        A model from `words` and `characters` (see `word_inputs`) to float32 scores of tags,
        `(batch, length, tags)`, whose layer `chain` holds the scores of moves between them.

    Reference: Lample et al. 2016, section 2; characters: Ma and Hovy 2016, section 2.

    Examples:
        >>> shape = kerasapps.models.TaggerShape(
        ...     words=90, characters=30, tags=("O", "B-PER", "I-PER"), word_length=12, width=0.25
        ... )
        >>> kerasapps.models.bilstm_crf(shape).output_shape
        (None, None, 3)
    """
    inputs, mask = word_inputs(shape)
    x = word_vectors(inputs, shape, word_dropout=word_dropout)
    rate = chosen(shape.dropout, dropout)
    if rate:
        x = keras.layers.Dropout(rate, name="word_vector_dropout")(x)
    stack = BidirectionalStack(
        channels(_UNITS, shape.width),
        depth=repeats(1, shape.depth),
        residual=True,
        unroll=shape.for_export,
        name="bilstm",
    )
    return tagger(inputs, stack(x, mask=mask), shape, dropout=dropout, name="bilstm_crf")
