"""Beam search as TensorFlow operations, batched, with the network's cache."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from kerasapps.decoding.chances import log_probabilities
from kerasapps.decoding.common import Hypotheses, as_before, as_written, divisors_for, pick, write
from kerasapps.deploy.hypotheses import END, PADDING, START
from kerasapps.models.translator import State, Translator


class _Beams(NamedTuple):
    """Where `beam_search` stands after `position` pieces; open hypotheses beside finished ones."""

    position: tf.Tensor
    ids: tf.Tensor
    totals: tf.Tensor
    kept_ids: tf.Tensor
    kept_scores: tf.Tensor
    cache: State


@as_written
def beam_search(
    network: Translator,
    source: tf.Tensor,
    *,
    beam: int,
    max_length: int | None = None,
    length_penalty: float = 1.0,
    n_best: int = 1,
) -> Hypotheses:
    """The best translations that can be found by keeping `beam` unfinished ones a row.

    A step looks at the `2 * beam` likeliest ways to go on from what is open. Those among the first
    `beam` that end are finished; the first `beam` that do not end stay open, so finished
    hypotheses take no place away. The search stops when even a free continuation of the best open
    hypothesis up to `max_length` could not beat the worst one that will be returned, in any row.

    Args:
        network: reads and writes pieces.
        source: int32 ids, `(batch, s)`, each row ended by 3, then 0.
        beam: open hypotheses that are kept.
        max_length: pieces of a translation at most, the end mark included (default: what the
            network can write).
        length_penalty: exponent of the length that divides a score.
        n_best: hypotheses to return, at most `beam`.

    Returns:
        `n_best` hypotheses a row.

    Raises:
        ConfigError: for options that cannot work.

    Reference: Wu et al. 2016, section 7, with the length itself as its penalty's base.
    """
    divisors = divisors_for(
        network, max_length, length_penalty=length_penalty, beam=beam, n_best=n_best
    )
    limit, divide = len(divisors) - 1, tf.constant(divisors)
    memory, cache = network.encode(source)
    memory = {name: tf.repeat(value, beam, axis=0) for name, value in memory.items()}
    cache = {name: tf.repeat(value, beam, axis=0) for name, value in cache.items()}

    def going(walk: _Beams) -> tf.Tensor:
        free = walk.totals[:, 0] / divide[limit]
        return (walk.position < limit) & tf.reduce_any(walk.kept_scores[:, -1] < free)

    def step(walk: _Beams) -> tuple[_Beams]:
        position, before = walk.position, tf.maximum(walk.position - 1, 0)
        last = tf.where(position > 0, tf.gather(walk.ids, before, axis=2), START)
        logits, cache, _ = network.decode_step(tf.reshape(last, [-1]), position, memory, walk.cache)
        chances = log_probabilities(logits, only_end=tf.equal(position, limit - 1))
        grown = _grow(walk, chances, divide[position + 1])
        flat = tf.range(tf.shape(grown.parents)[0])[:, None] * beam + grown.parents
        cache = {name: tf.gather(value, tf.reshape(flat, [-1])) for name, value in cache.items()}
        new = _Beams(position + 1, *grown.beams, cache)
        return (as_before(new, walk),)

    (walk,) = tf.while_loop(going, step, [_first_beams(source, beam, n_best, limit, cache)])
    ids = tf.where(tf.math.is_finite(walk.kept_scores)[..., None], walk.kept_ids, PADDING)
    return Hypotheses(ids, walk.kept_scores, None)


class _Grown(NamedTuple):
    parents: tf.Tensor
    """int32, `(batch, beam)`: from which open hypothesis each new one comes."""
    beams: tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    """Open ids and totals, kept ids and scores, as in `_Beams`."""


def _grow(walk: _Beams, chances: tf.Tensor, divisor: tf.Tensor) -> _Grown:
    """One more piece for all open hypotheses.

    Args:
        walk: before it.
        chances: log-probabilities, `(batch * beam, vocabulary)`.
        divisor: of the log-probability of a hypothesis that ends here.
    """
    beam, n_best, vocabulary = walk.ids.shape[1], walk.kept_ids.shape[1], chances.shape[-1]
    totals = tf.reshape(walk.totals, [-1, 1]) + chances
    totals, places = tf.math.top_k(tf.reshape(totals, [-1, beam * vocabulary]), 2 * beam)
    parents, tokens = places // vocabulary, places % vocabulary
    ends = tf.equal(tokens, END)

    ended = tf.where(ends[:, :beam], totals[:, :beam] / divisor, -np.inf)
    ended_ids = write(pick(walk.ids, parents[:, :beam]), tokens[:, :beam], walk.position)
    kept_scores, best = tf.math.top_k(tf.concat([walk.kept_scores, ended], 1), n_best)
    kept_ids = pick(tf.concat([walk.kept_ids, ended_ids], 1), best)

    totals, order = tf.math.top_k(tf.where(ends, -np.inf, totals), beam)
    parents, tokens = pick(parents, order), pick(tokens, order)
    ids = write(pick(walk.ids, parents), tokens, walk.position)
    return _Grown(parents, (ids, totals, kept_ids, kept_scores))


def _first_beams(source: tf.Tensor, beam: int, n_best: int, limit: int, cache: State) -> _Beams:
    """One open hypothesis a row that is possible, the empty one, and nothing finished."""
    rows = tf.shape(source)[0]
    return _Beams(
        position=tf.constant(0),
        ids=tf.fill([rows, beam, limit], PADDING),
        totals=tf.tile(tf.constant([[0.0] + [-np.inf] * (beam - 1)]), [rows, 1]),
        kept_ids=tf.fill([rows, n_best, limit], PADDING),
        kept_scores=tf.fill([rows, n_best], -np.inf),
        cache=cache,
    )
