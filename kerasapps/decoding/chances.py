"""How likely each next piece is, and one drawn from that: what all searches do in a step."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from kerasapps.deploy.hypotheses import END, FLOOR, Sampling


def log_probabilities(logits: tf.Tensor, *, only_end: tf.Tensor | bool) -> tf.Tensor:
    """What each piece adds to a hypothesis' total; minus infinity for those that may not follow.

    Args:
        logits: float32, `(batch, vocabulary)`; anything that is no number counts as as good as
            impossible.
        only_end: bool, scalar: whether nothing but the end mark may follow.

    Returns:
        float32, `(batch, vocabulary)`.
    """
    chances = tf.nn.log_softmax(logits)
    # A comparison with NaN is false, so this takes the floor for it too.
    chances = tf.where(chances > FLOOR, chances, FLOOR)
    banned = np.zeros((2, logits.shape[-1]), np.float32)
    banned[:, :END] = -np.inf
    banned[1, END + 1 :] = -np.inf
    return chances + tf.gather(tf.constant(banned), tf.cast(only_end, tf.int32))


def draw(chances: tf.Tensor, points: tf.Tensor, sampling: Sampling) -> tf.Tensor:
    """The pieces at a point each of the cumulated distribution, likeliest pieces first.

    Args:
        chances: log-probabilities, float32, `(batch, vocabulary)`.
        points: float32, `(batch,)`, from 0 (the likeliest piece) to 1, exclusive.
        sampling: which pieces take part, and how evenly.

    Returns:
        int32, `(batch,)`.
    """
    vocabulary = chances.shape[-1]
    best, pieces = tf.math.top_k(chances, min(sampling.top_k or vocabulary, vocabulary))
    shares = tf.nn.softmax((best - best[:, :1]) / sampling.temperature)
    cumulated = tf.cumsum(shares, axis=1)
    takes_part = shares > 0
    if sampling.top_p is not None:
        takes_part &= cumulated - shares < sampling.top_p
    last = tf.reduce_sum(tf.cast(takes_part, tf.int32), axis=1) - 1
    total = tf.gather(cumulated, last, batch_dims=1)
    before = cumulated <= (points * total)[:, None]
    place = tf.minimum(tf.reduce_sum(tf.cast(before, tf.int32), axis=1), last)
    return tf.gather(pieces, place, batch_dims=1)
