"""Text classifiers that do not look at the order of the words, or only at neighbours."""

from __future__ import annotations

import keras

from kerasapps.layers.ngrams import NgramIds, NgramVotes
from kerasapps.layers.pooling import MaskedPooling
from kerasapps.models.common import channels, logits, repeats
from kerasapps.models.text_common import TextShape, chosen, embed, token_input

_BUCKETS = 2**18


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
    shape: TextShape, *, dropout: float = 0.5, word_dropout: float = 0.3, order: int = 2
) -> keras.Model:
    """Votes of words and of runs of words for each class, plus what the words' mean vector adds.

    The votes are fastText's bag of hashed n-grams with one dimension a class. They start from
    naive Bayes (`kerasapps.models.adapt`), which alone is a strong baseline for thousands of texts;
    the vectors, whose part starts at nothing, generalize to what n-grams see too rarely.

    Args:
        shape: `width` multiplies the size of the vectors (64) and `depth` the numbers for pairs of
            words (2**18, at most 2**20).
        dropout: of votes and before the head, where `shape` leaves it open.
        word_dropout: share of hidden words, likewise.
        order: words of the longest run, 1 to 3.

    Returns:
        A model from int32 ids `(batch, length)` to float32 logits `(batch, num_classes)`.

    Reference: Joulin et al. 2017, section 2; Wang and Manning 2012, section 2.1; Iyyer et al. 2015.
    """
    rate = chosen(shape.dropout, dropout)
    buckets = min(2**20, round(_BUCKETS * shape.depth))
    ids, mask = token_input(shape)
    ngrams = NgramIds(shape.vocabulary_size, order=order, buckets=buckets, name="ngrams")(ids)
    votes = NgramVotes(
        shape.num_classes,
        shape.vocabulary_size + buckets,
        dropout=rate,
        dtype="float32",
        name="votes",
    )(ngrams)
    x = embed(ids, shape, dimensions=channels(64, shape.width), word_dropout=word_dropout)
    x = MaskedPooling("average", name="pool")(x, mask=mask)
    outputs = keras.layers.Add(name="sum", dtype="float32")(
        [votes, logits(x, shape.num_classes, rate)]
    )
    return keras.Model(ids, outputs, name="bag_of_ngrams")
