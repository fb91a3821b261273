"""A tagger of convolutions, which looks at all words at once."""

from __future__ import annotations

import keras

from kerasapps.layers.pooling import mask_tokens
from kerasapps.models.common import channels, repeats
from kerasapps.models.tagger_common import TaggerShape, tagger, word_inputs, word_vectors
from kerasapps.models.text_common import chosen

_FILTERS = 160
# Words between those that a filter of each layer looks at: together they see 15 to each side.
_GAPS = (1, 2, 4)


def cnn_crf(
    shape: TaggerShape, *, dropout: float = 0.4, word_dropout: float = 0.1, kernel: int = 3
) -> keras.Model:
    """Convolutions with ever larger gaps over words and features of their characters.

    Args:
        shape: `width` multiplies the filters (160), the size of words' vectors (96) and the
            features of characters (64); `depth` the passes through layers of gaps 1, 2 and 4 (1).
        dropout: of what goes into each layer and of the features, where `shape` leaves it open.
        word_dropout: share of hidden words, likewise.
        kernel: words that a filter looks at, likewise.

    Returns:
        A model from `words` and `characters` (see `word_inputs`) to float32 scores of tags,
        `(batch, length, tags)`, whose layer `chain` holds the scores of moves between them.

    Reference: Strubell et al. 2017, section 3 (dilated convolutions); residual: He et al. 2016.

    Examples:
        >>> shape = kerasapps.models.TaggerShape(
        ...     words=90, characters=30, tags=("O", "B-PER", "I-PER"), word_length=12, width=0.25
        ... )
        >>> kerasapps.models.cnn_crf(shape).output_shape
        (None, None, 3)
    """
    inputs, mask = word_inputs(shape)
    x = word_vectors(inputs, shape, word_dropout=word_dropout)
    rate, size = chosen(shape.dropout, dropout), channels(_FILTERS, shape.width)
    if rate:
        x = keras.layers.Dropout(rate, name="word_vector_dropout")(x)
    x = keras.layers.Dense(size, name="project")(x)
    for number, gap in enumerate(_GAPS * repeats(1, shape.depth), start=1):
        before = x
        x = keras.layers.LayerNormalization(name=f"norm{number}")(x)
        # Zeros behind the sentence, as one of just this length gets them from its edge.
        x = keras.layers.Conv1D(
            size,
            chosen(shape.kernel, kernel),
            padding="same",
            dilation_rate=gap,
            activation="relu",
            name=f"conv{number}",
        )(mask_tokens(x, mask))
        if rate:
            x = keras.layers.Dropout(rate / 2, name=f"drop{number}")(x)
        x = keras.layers.Add(name=f"sum{number}")([before, x])
    return tagger(inputs, x, shape, dropout=dropout, name="cnn_crf")
