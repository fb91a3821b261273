"""Token ids become vectors, and some ids are hidden in training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.layers.conv import Shape


@keras.saving.register_keras_serializable(package="kerasapps")
class WordDropout(keras.layers.Layer):
    """In training each token becomes the unknown one with probability `rate`.

    The model learns not to lean on single words and gets to know the unknown token, which a
    vocabulary made from the training texts hardly shows it. Nothing is rescaled.

    Args:
        rate: share of the tokens to hide, 0 to 1.
        unknown_id: what a hidden token becomes.
        kept_ids: tokens that are never hidden, such as those that start and end a text; nor is
            padding (0).
        seed: of the random choice.

    Call arguments:
        inputs: int32 ids, `(batch, length)`.
        training: whether tokens are hidden.

    Output:
        As `inputs`.

    Raises:
        ValueError: for a rate below 0 or not below 1.

    Reference: Iyyer et al. 2015, section 4.1.

    Examples:
        >>> layer = kerasapps.layers.WordDropout(0.3)
        >>> layer(np.array([[1, 7, 9, 0]], np.int32)).numpy()
        array([[1, 7, 9, 0]], dtype=int32)
    """

    def __init__(
        self,
        rate: float,
        *,
        unknown_id: int = 2,
        kept_ids: Sequence[int] = (1,),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"WordDropout.rate must be from 0 to below 1, got {rate!r}.")
        self.rate, self.unknown_id, self.seed = rate, unknown_id, seed
        self.kept_ids = list(kept_ids)
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        if not training or not self.rate:
            return inputs
        ops = keras.ops
        draw = keras.random.uniform(ops.shape(inputs), seed=self.seed_generator)
        hidden = draw < self.rate
        for kept in (0, *self.kept_ids):
            hidden = ops.logical_and(hidden, ops.not_equal(inputs, kept))
        return ops.where(hidden, ops.cast(self.unknown_id, inputs.dtype), inputs)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def compute_output_spec(self, inputs: Any, training: bool | None = None) -> Any:
        # Ids stay integers under every dtype policy.
        return keras.KerasTensor(inputs.shape, dtype=inputs.dtype)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "rate": self.rate,
            "unknown_id": self.unknown_id,
            "kept_ids": self.kept_ids,
            "seed": self.seed,
        }


@keras.saving.register_keras_serializable(package="kerasapps")
class TokenEmbedding(keras.layers.Layer):
    """A learnt vector for each token id.

    Args:
        vocabulary_size: ids run from 0 to this, exclusive.
        dimensions: of a vector.
        scale: first values are uniform between minus and plus this.

    Call arguments:
        inputs: int32 ids, `(batch, length)`. Padding gets a vector too: what follows must mask it.

    Output:
        Float, `(batch, length, dimensions)`.

    Examples:
        >>> layer = kerasapps.layers.TokenEmbedding(vocabulary_size=20, dimensions=4)
        >>> layer(np.array([[1, 7, 9, 0]], np.int32)).shape
        TensorShape([1, 4, 4])
    """

    def __init__(
        self, vocabulary_size: int, dimensions: int, *, scale: float = 0.05, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.vocabulary_size, self.dimensions, self.scale = vocabulary_size, dimensions, scale

    def build(self, input_shape: Shape) -> None:
        self.table = keras.layers.Embedding(
            self.vocabulary_size,
            self.dimensions,
            embeddings_initializer=keras.initializers.RandomUniform(-self.scale, self.scale),
            name="table",
            dtype=self.dtype_policy,
        )
        self.table.build(input_shape)
        self.built = True

    def call(self, inputs: Any) -> Any:
        return self.table(inputs)

    def scores(self, x: Any) -> Any:
        """How well vectors match each token's: the logits of an output layer with tied weights.

        Args:
            x: float, `(…, dimensions)`.

        Returns:
            Float32, `(…, vocabulary_size)`, whatever the layer computes in.

        Reference: Press and Wolf 2017, section 2.
        """
        ops = keras.ops
        # One product of two matrices: with more axes TensorFlow's gradient would make a table of
        # the vocabulary for each text of the batch.
        rows = ops.reshape(ops.cast(x, "float32"), (-1, self.dimensions))
        table = ops.cast(self.table.embeddings, "float32")
        flat = tf.matmul(rows, table, transpose_b=True)
        return ops.reshape(flat, (*ops.shape(x)[:-1], self.vocabulary_size))

    def assign(self, vectors: np.ndarray) -> None:
        """Sets the vectors of a built layer.

        Args:
            vectors: float, `(vocabulary_size, dimensions)`.

        Raises:
            ValueError: for another shape.
        """
        expected = (self.vocabulary_size, self.dimensions)
        if vectors.shape != expected:
            raise ValueError(f"TokenEmbedding needs vectors {expected}, got {vectors.shape}.")
        self.table.embeddings.assign(vectors)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape, self.dimensions)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "vocabulary_size": self.vocabulary_size,
            "dimensions": self.dimensions,
            "scale": self.scale,
        }
