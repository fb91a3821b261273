"""A linear chain over the tags of a sentence: what may stand beside what, learnt with the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.layers.chain import IMPOSSIBLE, log_partition, path_score
from kerasapps.layers.conv import Shape


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

    def scores(self, temperature: float = 1.0) -> tuple[Any, Any, Any]:
        """Of the first tag, of moves and of the last tag, with what cannot be at -10,000.

        Args:
            temperature: divides what is learnt of them.
        """
        start, between, end = (
            tf.convert_to_tensor(each.value) / temperature
            for each in (self.start, self.between, self.end)
        )
        return start + self._starts, between + self._moves, end

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
