"""Text classifiers that do not look at the order of the words, or only at neighbours."""

from __future__ import annotations

import keras

from kerasapps.layers.ngrams import NgramIds, SolvedVotes
from kerasapps.layers.opinions import OpinionPool
from kerasapps.layers.pooling import MaskedPooling
from kerasapps.models.common import channels, logits, repeats
from kerasapps.models.text_cnn import strongest
from kerasapps.models.text_common import TextShape, chosen, embed, token_input


def bag_of_embeddings(
    shape: TextShape, *, dropout: float = 0.5, word_dropout: float = 0.3
) -> keras.Model:
    """A deep averaging network: the mean of the words' vectors, then a perceptron.

    Args:
        shape: `width` multiplies the size of the vectors (128) and of the hidden layers (128),
            `depth` the hidden layers (2).
        dropout: before the head, where `shape` leaves it open.
        word_dropout: share of hidden words, likewise.

    Returns:
        A model from int32 ids `(batch, length)` to float32 logits `(batch, num_classes)`.

    Reference: Iyyer et al. 2015, sections 3 and 4.

    Examples:
        >>> shape = kerasapps.models.TextShape(vocabulary_size=100, num_classes=3, width=0.25)
        >>> kerasapps.models.bag_of_embeddings(shape).output_shape
        (None, 3)
    """
    ids, mask = token_input(shape)
    size = channels(128, shape.width)
    x = embed(ids, shape, dimensions=size, word_dropout=word_dropout)
    x = MaskedPooling("average", name="pool")(x, mask=mask)
    for number in range(1, repeats(2, shape.depth) + 1):
        x = keras.layers.Dense(size, activation="relu", name=f"hidden{number}")(x)
    rate = chosen(shape.dropout, dropout)
    return keras.Model(ids, logits(x, shape.num_classes, rate), name="bag_of_embeddings")


def bag_of_ngrams(
    shape: TextShape,
    *,
    dropout: float = 0.5,
    word_dropout: float = 0.1,
    kernel: int = 3,
    order: int = 2,
    ngrams: int = 2**18,
) -> keras.Model:
    """Votes of words, of runs of words and of characters for each class, beside convolutions.

    The votes are a linear model that `kerasapps.models.adapt` solves from the training texts. It
    alone is a strong baseline for thousands of texts. The runs of characters within a word have
    votes too, where `shape` has the words' spellings; each word's vote takes them up, so that they
    cost nothing later. The filters of `text_cnn` learn beside the votes and judge with them: they
    generalize to what n-grams see too rarely.

    Args:
        shape: `width` and `depth` as in `text_cnn`.
        dropout: before the head, where `shape` leaves it open.
        word_dropout: share of hidden words, likewise.
        kernel: words of the narrowest filters, likewise.
        order: words of the longest run that has votes, 1 to 3.
        ngrams: numbers for runs of words, where `shape` leaves it open; at most 2**20.

    Returns:
        A model from int32 ids `(batch, length)` to float32 logits `(batch, num_classes)`.

    Reference: Joachims 1998; Joulin et al. 2017, section 2; Bojanowski et al. 2017, section 3.2;
    Kim 2014.

    Examples:
        >>> shape = kerasapps.models.TextShape(vocabulary_size=100, num_classes=3, width=0.25)
        >>> kerasapps.models.bag_of_ngrams(shape).output_shape
        (None, 3)
    """
    ids, mask = token_input(shape)
    buckets, tokens = chosen(shape.ngrams, ngrams), shape.vocabulary_size
    runs = NgramIds(tokens, order=order, buckets=buckets, name="ngrams")(ids)
    layer = SolvedVotes(
        shape.num_classes, tokens + buckets, tokens=tokens, dtype="float32", name="votes"
    )
    votes = layer(runs)
    layer.spellings = shape.spellings
    judgement = strongest(
        ids, mask, shape, dropout=dropout, word_dropout=word_dropout, kernel=kernel
    )
    outputs = OpinionPool(name="pool", dtype="float32")([votes, judgement])
    return keras.Model(ids, outputs, name="bag_of_ngrams")
