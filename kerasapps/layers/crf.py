"""A linear chain over the tags of a sentence: what may stand beside what, learnt with the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf

from kerasapps.layers.conv import Shape

IMPOSSIBLE: Final = -1e4
"""Score of a move that cannot be: `exp` of it is 0 in float32, and sums of it stay finite."""


@keras.saving.register_keras_serializable(package="kerasapps")
class ConditionalRandomField(keras.layers.Layer):
    """The scores of tags beside each other, held for the loss and for the search of the best tags.

    Emissions, the scores of each word's tags, pass through as they are, so that a network with this
    layer at its end converts as one without. The score of a sentence's tags is the sum of their
    emissions, of the moves from tag to tag, and of the first and the last one's own.

    Args:
        tags: how many there are.
        no_start: tags that no sentence starts with.
        no_move: pairs `(before, after)` of tags that never follow each other.

    Call arguments:
        inputs: float, `(batch, length, tags)`.

    Output:
        As `inputs`.

    Attributes:
        start: float32 `(tags,)`, learnt: of the first tag.
        between: float32 `(tags, tags)`, learnt: of the move from the first index to the second.
        end: float32 `(tags,)`, learnt: of the last tag.

    Reference: Lafferty et al. 2001; on top of a network: Lample et al. 2016, section 2.2.

    Examples:
        >>> layer = kerasapps.layers.ConditionalRandomField(3)
        >>> emissions = np.zeros((1, 2, 3), np.float32)
        >>> tags, mask = np.array([[0, 2]]), np.ones((1, 2), bool)
        >>> layer(emissions).shape
        TensorShape([1, 2, 3])
        >>> np.exp(layer.log_likelihood(emissions, tags, mask)).round(4)
        array([0.1111], dtype=float32)
    """

    def __init__(
        self,
        tags: int,
        *,
        no_start: Sequence[int] = (),
        no_move: Sequence[Sequence[int]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.tags = tags
        self.no_start = [int(tag) for tag in no_start]
        self.no_move = [[int(before), int(after)] for before, after in no_move]
        starts, moves = np.zeros(tags, np.float32), np.zeros((tags, tags), np.float32)
        starts[self.no_start] = IMPOSSIBLE
        for before, after in self.no_move:
            moves[before, after] = IMPOSSIBLE
        self._starts, self._moves = starts, moves

    def build(self, input_shape: Shape) -> None:
        if input_shape[-1] != self.tags:
            raise ValueError(
                f"{type(self).__name__} has {self.tags} tags, its inputs have {input_shape[-1]}."
            )
        self.start = self._zeros("start", (self.tags,))
        self.between = self._zeros("between", (self.tags, self.tags))
        self.end = self._zeros("end", (self.tags,))
        self.built = True

    def _zeros(self, name: str, shape: tuple[int, ...]) -> Any:
        return self.add_weight(name=name, shape=shape, initializer="zeros", autocast=False)

    def call(self, inputs: Any) -> Any:
        return inputs

    def scores(self) -> tuple[Any, Any, Any]:
        """Of the first tag, of moves and of the last tag, with what cannot be at -10,000."""
        return (
            tf.convert_to_tensor(self.start.value) + self._starts,
            tf.convert_to_tensor(self.between.value) + self._moves,
            tf.convert_to_tensor(self.end.value),
        )

    def log_likelihood(self, emissions: Any, tags: Any, mask: Any) -> Any:
        """How likely each sentence's tags are among all that it could have.

        Args:
            emissions: float, `(batch, length, tags)`.
            tags: integers, `(batch, length)`; what stands under a False mask does not matter.
            mask: bool, `(batch, length)`, True for the words, which stand first.

        Returns:
            Float32 `(batch,)`, at most 0; 0 for a sentence without words.
        """
        likelihood, _ = self.likelihood_and_chances(emissions, tags, mask)
        return likelihood

    def likelihood_and_chances(
        self, emissions: Any, tags: Any, mask: Any, *, smoothing: float = 0.0
    ) -> tuple[Any, Any]:
        """`log_likelihood`, and beside it, for nothing, the chance of each tag of each word.

        Args:
            emissions: float, `(batch, length, tags)`.
            tags: integers, `(batch, length)`.
            mask: bool, `(batch, length)`, True for the words.
            smoothing: share of the tags' likelihood that goes evenly to all tags of each word,
                were there nothing impossible.

        Returns:
            Float32 `(batch,)`; float32 `(batch, length, tags)`, through which no gradient goes: of
            the sum 1 for each word, 0 for what is none.
        """
        scores = self.scores()
        emissions, mask = tf.cast(emissions, tf.float32), tf.convert_to_tensor(mask)
        total, chances = log_partition(emissions, mask, *scores)
        score = path_score(emissions, tags, mask, scores)
        if smoothing:
            score += smoothing * (self._even_score(emissions, mask) - score)
        return (score - total) * tf.cast(mask[:, 0], tf.float32), chances

    def _even_score(self, emissions: Any, mask: Any) -> Any:
        """The mean score of all tags that a sentence could have, were there nothing impossible."""
        real = tf.cast(mask, tf.float32)
        start, between, end = (
            tf.reduce_mean(tf.convert_to_tensor(each.value))
            for each in (self.start, self.between, self.end)
        )
        words = tf.reduce_sum(tf.reduce_mean(emissions, axis=-1) * real, axis=1)
        return start + words + between * tf.reduce_sum(real[:, 1:], axis=1) + end

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"tags": self.tags, "no_start": self.no_start, "no_move": self.no_move}


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
    before, behind = _sums(emissions, mask, start, between, end)
    total = tf.reduce_logsumexp(before[:, 0] + emissions[:, 0] + behind[:, 0], axis=-1)

    logs = before + emissions + behind - total[:, None, None]
    chances = tf.exp(tf.where(mask[:, :, None], logs, IMPOSSIBLE))

    def gradient(upstream: Any, _: Any) -> tuple[Any, None, Any, Any, Any]:
        ahead, after = (before + emissions)[:, :-1], (emissions + behind)[:, 1:]
        moves = ahead[..., None] + between + after[:, :, None] - total[:, None, None, None]
        pairs = tf.exp(tf.where(mask[:, 1:, None, None], moves, IMPOSSIBLE))
        last = mask & ~tf.concat([mask[:, 1:], tf.zeros_like(mask[:, :1])], axis=1)
        slopes = chances * upstream[:, None, None]
        return (
            slopes,
            None,
            tf.reduce_sum(slopes[:, 0], axis=0),
            tf.reduce_sum(pairs * upstream[:, None, None, None], axis=(0, 1)),
            tf.reduce_sum(tf.where(last[:, :, None], slopes, 0.0), axis=(0, 1)),
        )

    return (total, chances), gradient


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
