"""Searches for translations as TensorFlow operations, batched, with the network's cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from kerasapps.decoding.beam import beam_search
from kerasapps.decoding.chances import draw, log_probabilities
from kerasapps.decoding.common import Hypotheses, as_before, as_written, divisors_for, write
from kerasapps.deploy.hypotheses import END, PADDING, START, Sampling
from kerasapps.models.translator import State, Translator

__all__ = ["Hypotheses", "beam_search", "greedy", "sample"]


class _Walk(NamedTuple):
    """Where `_follow` stands after `position` pieces."""

    position: tf.Tensor
    tokens: tf.Tensor
    totals: tf.Tensor
    lengths: tf.Tensor
    finished: tf.Tensor
    ids: tf.Tensor
    attention: tf.Tensor
    cache: State


@as_written
def greedy(
    network: Translator,
    source: tf.Tensor,
    *,
    max_length: int | None = None,
    length_penalty: float = 1.0,
    with_attention: bool = False,
) -> Hypotheses:
    """The translations that always take the likeliest next piece.

    Padding, unknown and start are never taken; of equally likely pieces the one with the lowest
    id is. A hypothesis that is still open at `max_length` is ended there.

    Args:
        network: reads and writes pieces.
        source: int32 ids, `(batch, s)`, each row ended by 3, then 0.
        max_length: pieces of a translation at most, the end mark included (default: what the
            network can write).
        length_penalty: exponent of the length that divides a score.
        with_attention: whether to return it.

    Returns:
        One hypothesis a row.

    Raises:
        ConfigError: for options that cannot work.
    """
    return _follow(
        network,
        source,
        choose=lambda chances, position: tf.argmax(chances, axis=-1, output_type=tf.int32),
        divisors=divisors_for(network, max_length, length_penalty=length_penalty),
        with_attention=with_attention,
    )


@as_written
def sample(
    network: Translator,
    source: tf.Tensor,
    *,
    sampling: Sampling,
    seed: tf.Tensor | int | None = None,
    max_length: int | None = None,
    length_penalty: float = 1.0,
    with_attention: bool = False,
) -> Hypotheses:
    """Translations drawn piece by piece; the same options draw the same ones.

    Args:
        network: reads and writes pieces.
        source: int32 ids, `(batch, s)`, each row ended by 3, then 0.
        sampling: from what is drawn. The score is the network's own all the same.
        seed: int32, a scalar that may be a tensor, in place of `sampling.seed`.
        max_length: pieces of a translation at most, the end mark included (default: what the
            network can write).
        length_penalty: exponent of the length that divides a score.
        with_attention: whether to return it.

    Returns:
        One hypothesis a row.

    Raises:
        ConfigError: for options that cannot work.

    Reference: Holtzman et al. 2020, section 3.1 (nucleus, `top_p`); Fan et al. 2018, section 5.4
    (`top_k`).
    """
    seed = tf.convert_to_tensor(sampling.seed if seed is None else seed, tf.int32)

    def choose(chances: tf.Tensor, position: tf.Tensor) -> tf.Tensor:
        points = tf.random.stateless_uniform(tf.shape(chances)[:1], tf.stack([seed, position]))
        return draw(chances, points, sampling)

    return _follow(
        network,
        source,
        choose=choose,
        divisors=divisors_for(network, max_length, length_penalty=length_penalty),
        with_attention=with_attention,
    )


def _follow(
    network: Translator,
    source: tf.Tensor,
    *,
    choose: Callable[[tf.Tensor, tf.Tensor], tf.Tensor],
    divisors: NDArray[np.float32],
    with_attention: bool,
) -> Hypotheses:
    """The one hypothesis a row that takes what `choose` says of each step's log-probabilities."""
    limit = len(divisors) - 1
    memory, cache = network.encode(source)

    def going(walk: _Walk) -> tf.Tensor:
        return (walk.position < limit) & ~tf.reduce_all(walk.finished)

    def step(walk: _Walk) -> tuple[_Walk]:
        position = walk.position
        logits, cache, looked = network.decode_step(walk.tokens, position, memory, walk.cache)
        chances = log_probabilities(logits, only_end=tf.equal(position, limit - 1))
        chosen = choose(chances, position)
        gained = tf.gather(chances, chosen, batch_dims=1)
        tokens = tf.where(walk.finished, PADDING, chosen)
        attention = walk.attention
        if with_attention:
            here = tf.equal(tf.range(limit), position)[None, :, None]
            open_here = here & ~walk.finished[:, None, None]
            attention = tf.where(open_here, looked[:, None, :], attention)
        new = _Walk(
            position=position + 1,
            tokens=tokens,
            totals=tf.where(walk.finished, walk.totals, walk.totals + gained),
            lengths=walk.lengths + tf.cast(~walk.finished, tf.int32),
            finished=walk.finished | tf.equal(tokens, END),
            ids=write(walk.ids, tokens, position),
            attention=attention,
            cache=cache,
        )
        return (as_before(new, walk),)

    (walk,) = tf.while_loop(going, step, [_first_walk(source, limit, with_attention, cache)])
    scores = walk.totals / tf.gather(tf.constant(divisors), walk.lengths)
    attention = walk.attention if with_attention else None
    return Hypotheses(walk.ids[:, None], scores[:, None], attention)


def _first_walk(source: tf.Tensor, limit: int, with_attention: bool, cache: State) -> _Walk:
    rows, length = tf.shape(source)[0], tf.shape(source)[1]
    return _Walk(
        position=tf.constant(0),
        tokens=tf.fill([rows], START),
        totals=tf.zeros([rows]),
        lengths=tf.zeros([rows], tf.int32),
        finished=tf.zeros([rows], tf.bool),
        ids=tf.fill([rows, limit], PADDING),
        attention=tf.zeros([rows, limit, length] if with_attention else [0]),
        cache=cache,
    )
