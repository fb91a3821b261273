"""Sums over all tags that a sentence could have, by a linear chain of scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import tensorflow as tf

IMPOSSIBLE: Final = -1e4
"""Score of a move that cannot be: `exp` of it is 0 in float32, and sums of it stay finite."""
Scores: TypeAlias = tuple[Any, Any, Any]
"""Of the first tag, float32 `(tags,)`, of moves, `(tags, tags)`, and of the last tag, `(tags,)`."""


def path_score(emissions: Any, tags: Any, mask: Any, scores: tuple[Any, Any, Any]) -> Any:
    """The scores of sentences' tags.

    Args:
        emissions: float32, `(batch, length, tags)`.
        tags: integers, `(batch, length)`; what stands under a False mask does not matter.
        mask: bool, `(batch, length)`, True for the words, which stand first.
        scores: of the first tag, of moves and of the last tag, as `log_partition` takes them.

    Returns:
        Float32 `(batch,)`.
    """
    start, between, end = scores
    tags = tf.where(mask, tf.cast(tags, tf.int32), 0)
    real = tf.cast(mask, tf.float32)
    own = tf.gather(emissions, tags, axis=2, batch_dims=2)
    count = tf.shape(between)[0]
    moves = tf.gather(tf.reshape(between, (-1,)), tags[:, :-1] * count + tags[:, 1:])
    last = tf.maximum(tf.reduce_sum(tf.cast(mask, tf.int32), axis=1) - 1, 0)
    last_tags = tf.gather(tags, last, axis=1, batch_dims=1)
    inner = tf.reduce_sum(own * real, axis=1) + tf.reduce_sum(moves * real[:, 1:], axis=1)
    return inner + tf.gather(start, tags[:, 0]) + tf.gather(end, last_tags)


@tf.custom_gradient
def log_partition(
    emissions: Any, mask: Any, start: Any, between: Any, end: Any
) -> tuple[tuple[Any, Any], Any]:
    """The logarithm of the summed `exp(score)` of all tags that each sentence could have.

    The sums before and behind each word are gone through in one loop over its words, and give the
    gradient, the chance of each tag and of each move, without a second loop.

    Args:
        emissions: float32, `(batch, length, tags)`.
        mask: bool, `(batch, length)`, True for the words, which stand first.
        start: float32 `(tags,)`, the score of the first tag.
        between: float32 `(tags, tags)`, of the move from the first index to the second.
        end: float32 `(tags,)`, of the last tag.

    Returns:
        Float32 `(batch,)`, and the chance of each tag, float32 `(batch, length, tags)`, 0 for what
        is no word; no gradient goes through the latter.

    Reference: Rabiner 1989, section III.A (forward-backward), in logarithms.
    """
    # Whatever stands behind a sentence must not overflow.
    emissions = tf.where(mask[:, :, None], emissions, 0.0)
    total, chances, moves = _chances(emissions, mask, start, between, end)

    def gradient(upstream: Any, _: Any) -> tuple[Any, None, Any, Any, Any]:
        last = mask & ~tf.concat([mask[:, 1:], tf.zeros_like(mask[:, :1])], axis=1)
        slopes = chances * upstream[:, None, None]
        return (
            slopes,
            None,
            tf.reduce_sum(slopes[:, 0], axis=0),
            tf.reduce_sum(moves() * upstream[:, None, None, None], axis=(0, 1)),
            tf.reduce_sum(tf.where(last[:, :, None], slopes, 0.0), axis=(0, 1)),
        )

    return (total, chances), gradient


def chain_divergence(
    emissions: Any, scores: Scores, taught: Any, taught_scores: Scores, mask: Any
) -> Any:
    """The Kullback-Leibler divergence of what a chain says of a sentence's tags from a teacher's.

    Whole sentences are compared, and not word by word: the score of a word means nothing without
    those of the moves to its neighbours, and two chains may share out the same between them. The
    sum over all tags that a sentence could have is one over words and moves, each weighed by its
    chance in the teacher's chain. Gradients go to the first chain only.

    Args:
        emissions: of the chain that learns, float32, `(batch, length, tags)`.
        scores: of its first tag, of moves and of the last tag, as `log_partition` takes them.
        taught: of the teacher's chain, as `emissions`.
        taught_scores: likewise, as `scores`.
        mask: bool, `(batch, length)`, True for the words, which stand first.

    Returns:
        Float32 `(batch,)`, at least 0 but for rounding; 0 for a sentence without words.

    Reference: Wang et al. 2021, "Structural Knowledge Distillation: Tractably Distilling
    Information for Structured Predictor", section 3.2.
    """
    emissions = tf.where(mask[:, :, None], emissions, 0.0)
    taught = tf.where(mask[:, :, None], taught, 0.0)
    taught_total, chances, moves = _chances(taught, mask, *taught_scores)
    shares = [tf.stop_gradient(each) for each in (chances, tf.reduce_sum(moves(), axis=1))]
    known = taught_total - _mean_score(taught, taught_scores, mask, *shares)
    total, _ = log_partition(emissions, mask, *scores)
    learnt = total - _mean_score(emissions, scores, mask, *shares)
    return (learnt - tf.stop_gradient(known)) * tf.cast(mask[:, 0], tf.float32)


def _mean_score(emissions: Any, scores: Scores, mask: Any, chances: Any, moves: Any) -> Any:
    """The mean score of a sentence's tags, `(batch,)`, where these have some chances.

    Args:
        emissions: 0 for what is no word.
        scores: see `log_partition`.
        mask: likewise.
        chances: of each tag of each word, `(batch, length, tags)`; 0 for what is no word.
        moves: of each move, summed over the sentence, `(batch, tags, tags)`.
    """
    start, between, end = scores
    last = tf.maximum(tf.reduce_sum(tf.cast(mask, tf.int32), axis=1) - 1, 0)
    last_chances = tf.gather(chances, last, axis=1, batch_dims=1)
    return (
        tf.reduce_sum(emissions * chances, axis=(1, 2))
        + tf.reduce_sum(between * moves, axis=(1, 2))
        + tf.reduce_sum(start * chances[:, 0] + end * last_chances, axis=1)
    )


def _chances(
    emissions: Any, mask: Any, start: Any, between: Any, end: Any
) -> tuple[Any, Any, Callable[[], Any]]:
    """`log_partition` with the chance of each move: what gives it, as not everyone needs it.

    Returns:
        Float32 `(batch,)`; `(batch, length, tags)`; what gives `(batch, length - 1, tags, tags)`.
    """
    before, behind = _sums(emissions, mask, start, between, end)
    total = tf.reduce_logsumexp(before[:, 0] + emissions[:, 0] + behind[:, 0], axis=-1)
    logs = before + emissions + behind - total[:, None, None]
    chances = tf.exp(tf.where(mask[:, :, None], logs, IMPOSSIBLE))

    def moves() -> Any:
        ahead, after = (before + emissions)[:, :-1], (emissions + behind)[:, 1:]
        pairs = ahead[..., None] + between + after[:, :, None] - total[:, None, None, None]
        return tf.exp(tf.where(mask[:, 1:, None, None], pairs, IMPOSSIBLE))

    return total, chances, moves


def _sums(emissions: Any, mask: Any, start: Any, between: Any, end: Any) -> tuple[Any, Any]:
    """Log sums over all tags before each word, and over all behind it, both as `emissions`.

    Both directions are the same recurrence, one of them over the words in reverse: together they
    take half as many steps.
    """
    shape = tf.shape(emissions)
    length = shape[1]
    forward = tf.transpose(emissions, (1, 0, 2))
    scores = tf.stack([forward, forward[::-1]], axis=1)
    moves = tf.stack([between, tf.transpose(between)])[:, None]
    # A sum behind a word starts at the last word: until there, in reverse, it is `end`.
    real = tf.transpose(mask)[::-1]
    real = tf.stack([tf.ones_like(real), real], axis=1)[..., None]
    ends = tf.broadcast_to(tf.stack([start, end])[:, None], (2, shape[0], shape[2]))
    sums = tf.TensorArray(tf.float32, length, element_shape=(2, None, emissions.shape[2]))

    def step(index: Any, state: Any, sums: Any) -> tuple[Any, Any, Any]:
        # (2, batch, before, after)
        scored = (state + scores[index])[..., None] + moves
        following = tf.where(real[index], tf.reduce_logsumexp(scored, axis=2), ends)
        return index + 1, following, sums.write(index + 1, following)

    *_, sums = tf.while_loop(
        lambda index, *_: index < length - 1, step, (0, ends, sums.write(0, ends))
    )
    both = tf.transpose(sums.stack(), (1, 2, 0, 3))
    return both[0], both[1][:, ::-1]
