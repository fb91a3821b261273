"""What a tagger's training minimises, and how its right words are counted."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from kerasapps.layers.crf import ConditionalRandomField
from kerasapps.models.tagger_common import crf_of
from kerasapps.outputs.tags.emissions import NO_WORD
from kerasapps.training.criterion import Criterion, Score


def tag_criterion(network: keras.Model) -> Criterion:
    """The negative log-likelihood of sentences' tags, and the share of words tagged right.

    Args:
        network: gives scores of tags, `(batch, length, tags)`, and has a chain over them.
    """
    chain = crf_of(network)
    assert chain is not None, "every tagger has a chain"

    def score(
        emissions: Any, tags: Any, weight: Any | None = None, /, *, smoothing: float = 0.0
    ) -> Score:
        return chain_score(chain, emissions, tags, weight, smoothing=smoothing)

    def answers(emissions: Any, tags: Any) -> tuple[Any, Any]:
        _, chances = chain.likelihood_and_chances(emissions, tags, are_words(tags))
        return chances, tags

    return Criterion(
        score, answers=answers, counted=lambda tags: tf.cast(are_words(tags), tf.float32)
    )


def are_words(tags: Any) -> Any:
    """Where words are, bool of the tags' shape."""
    return tf.not_equal(tags, NO_WORD)


def chain_score(
    chain: ConditionalRandomField,
    emissions: Any,
    tags: Any,
    weight: Any | None = None,
    *,
    smoothing: float = 0.0,
) -> Score:
    """The mean loss of a batch's sentences, and what the loss and the figure of a word are made of.

    Args:
        chain: holds the scores of moves between tags.
        emissions: `(batch, length, tags)`.
        tags: integers, `(batch, length)`; `NO_WORD` behind the words.
        weight: see `Scoring`, a factor for each sentence.
        smoothing: see `Scoring`: the share of a sentence's target that all its tags have evenly.
    """
    real = are_words(tags)
    likelihood, chances = chain.likelihood_and_chances(emissions, tags, real, smoothing=smoothing)
    losses = -likelihood
    losses = losses if weight is None else losses * weight
    right = tf.equal(tf.argmax(chances, -1, tags.dtype), tags) & real
    counts = [tf.reduce_sum(tf.cast(each, tf.float32)) for each in (right, real)]
    total = tf.reduce_sum(losses)
    # The figures are of words, the loss of sentences.
    return Score(tf.reduce_mean(losses), tf.stack([total, *counts]), tf.shape(losses)[0])
