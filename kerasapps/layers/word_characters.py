"""What the characters of a word say of it: endings, beginnings, capitals, digits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import tensorflow as tf

from kerasapps.layers.conv import Shape
from kerasapps.layers.embedding import TokenEmbedding


@keras.saving.register_keras_serializable(package="kerasapps")
class CharacterFeatures(keras.layers.Layer):
    """Filters over the neighbouring characters of each word, and the strongest response of each.

    So a word that training never showed has features too, of those that it shares runs of
    characters with.

    Args:
        characters: ids run from 0 (padding) to this, exclusive.
        dimensions: of a character's vector.
        filters: features of a word.
        kernel: characters that a filter looks at.
        dropout: share of the numbers of characters' vectors dropped in training.

    Call arguments:
        inputs: int32 ids, `(batch, words, length)`, each word padded with 0 on the right.
        training: whether dropout is on.

    Output:
        Float, `(batch, words, filters)`, at least 0.

    Reference: Ma and Hovy 2016, section 2.1.

    Examples:
        >>> layer = kerasapps.layers.CharacterFeatures(30, filters=8)
        >>> layer(np.array([[[5, 6, 0], [7, 0, 0]]], np.int32)).shape
        TensorShape([1, 2, 8])
    """

    def __init__(
        self,
        characters: int,
        *,
        dimensions: int = 25,
        filters: int = 50,
        kernel: int = 3,
        dropout: float = 0.25,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.characters, self.dimensions = characters, dimensions
        self.filters, self.kernel, self.dropout = filters, kernel, dropout

    def build(self, input_shape: Shape) -> None:
        policy = self.dtype_policy
        self.table = TokenEmbedding(
            self.characters,
            self.dimensions,
            scale=(3 / self.dimensions) ** 0.5,
            name="table",
            dtype=policy,
        )
        self.table.build(input_shape)
        self.drop = keras.layers.Dropout(self.dropout, name="drop", dtype=policy)
        # Words stand above each other: a filter sees the characters of one.
        self.conv = keras.layers.Conv2D(
            self.filters,
            (1, self.kernel),
            padding="same",
            activation="relu",
            name="conv",
            dtype=policy,
        )
        self.conv.build((*input_shape, self.dimensions))
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        ops = keras.ops
        x = self.drop(self.table(inputs), training=training)
        # Zeros behind a word, as one of just this length gets them from the convolution's edge.
        real = ops.expand_dims(ops.cast(ops.not_equal(inputs, 0), x.dtype), axis=-1)
        return ops.max(self.conv(x * real), axis=2)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape[:2], self.filters)

    def compute_output_spec(self, inputs: Any, training: bool | None = None) -> Any:
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "characters": self.characters,
            "dimensions": self.dimensions,
            "filters": self.filters,
            "kernel": self.kernel,
            "dropout": self.dropout,
        }


# Of the numbers of affixes: products of both stay within int32.
_FACTOR, _PRIME = 8191, 65521


@keras.saving.register_keras_serializable(package="kerasapps")
class AffixVectors(keras.layers.Layer):
    """Learnt vectors of how each word begins and ends, by one character and more.

    Endings and beginnings are counted through by a hash, so that nothing but characters goes in and
    any of them has a vector, which a few share.

    Args:
        longest: characters of the longest affix.
        buckets: vectors of the affixes of one kind and length.
        dimensions: of a vector.
        scale: first values are uniform between minus and plus this.

    Call arguments:
        inputs: int32 ids, `(batch, words, length)`, at least `longest` characters, each word padded
            with 0 on the right.

    Output:
        Float, `(batch, words, 2 * longest * dimensions)`.

    Reference: affixes as features: Ratnaparkhi 1996; hashed vectors: Svenstrup et al. 2017.

    Examples:
        >>> layer = kerasapps.layers.AffixVectors(2, buckets=50, dimensions=3)
        >>> layer(np.array([[[5, 6, 0], [7, 0, 0]]], np.int32)).shape
        TensorShape([1, 2, 12])
    """

    def __init__(
        self,
        longest: int = 4,
        *,
        buckets: int = 4093,
        dimensions: int = 16,
        scale: float = 0.1,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.longest, self.buckets = longest, buckets
        self.dimensions, self.scale = dimensions, scale

    def build(self, input_shape: Shape) -> None:
        if input_shape[-1] is None or input_shape[-1] < self.longest:
            raise ValueError(
                f"{type(self).__name__} needs words of at least {self.longest} characters, got "
                f"{input_shape[-1]}."
            )
        self.table = TokenEmbedding(
            2 * self.longest * self.buckets,
            self.dimensions,
            scale=self.scale,
            name="table",
            dtype=self.dtype_policy,
        )
        self.table.build(input_shape)
        self.built = True

    def call(self, inputs: Any) -> Any:
        ids = keras.ops.stack(list(self._numbers(inputs)), axis=-1)
        vectors = self.table(ids)
        return tf.reshape(vectors, (*keras.ops.shape(inputs)[:2], self._size))

    def _numbers(self, inputs: Any) -> Iterator[Any]:
        """Rows of the table, int32 `(batch, words)`: of each length of beginnings, then endings."""
        size = tf.reduce_sum(tf.cast(tf.not_equal(inputs, 0), tf.int32), axis=-1)
        kind = 0
        for backwards in (False, True):
            number = tf.zeros_like(size)
            for place in range(self.longest):
                character = inputs[:, :, place]
                if backwards:
                    at = tf.maximum(size - 1 - place, 0)
                    character = tf.gather(inputs, at, axis=2, batch_dims=2)
                    character = tf.where(place < size, character, 0)
                number = (number * _FACTOR + character) % _PRIME
                yield number % self.buckets + kind * self.buckets
                kind += 1

    @property
    def _size(self) -> int:
        return 2 * self.longest * self.dimensions

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape[:2], self._size)

    def compute_output_spec(self, inputs: Any) -> Any:
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "longest": self.longest,
            "buckets": self.buckets,
            "dimensions": self.dimensions,
            "scale": self.scale,
        }
