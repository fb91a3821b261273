"""Vectors of source and target pieces, and logits of target pieces, with shared weights or not."""

from __future__ import annotations

from typing import Any

import keras

from kerasapps.layers.conv import Shape
from kerasapps.layers.embedding import TokenEmbedding


@keras.saving.register_keras_serializable(package="kerasapps")
class PairEmbedding(keras.layers.Layer):
    """The ends of a translation network: ids of two languages in, logits of one of them out.

    Vectors that come out have a variance of about 1 in each channel, while those that are stored,
    and tied to the output, are smaller by the root of their size.

    Args:
        source_vocabulary: source ids run from 0 to this, exclusive.
        target_vocabulary: target ids likewise.
        dimensions: of a vector.
        joint: both languages share a table; their vocabularies are one.
        tied: the target's table is also the output layer's weights.

    Call arguments:
        source: int32 ids, `(batch, s)`.
        target: int32 ids, `(batch, t)`. Padding gets vectors too: what follows must mask it.

    Output:
        Float, `(batch, s, dimensions)` and `(batch, t, dimensions)`.

    Raises:
        ValueError: for a joint table and vocabularies of two sizes.

    Reference: Press and Wolf 2017, section 2; Vaswani et al. 2017, section 3.4 (scale).

    Examples:
        >>> layer = kerasapps.layers.PairEmbedding(20, 30, dimensions=8)
        >>> source, target = np.array([[5, 6, 3]], np.int32), np.array([[2, 7]], np.int32)
        >>> [vectors.shape for vectors in layer(source, target)]
        [TensorShape([1, 3, 8]), TensorShape([1, 2, 8])]
    """

    def __init__(
        self,
        source_vocabulary: int,
        target_vocabulary: int,
        dimensions: int,
        *,
        joint: bool = False,
        tied: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if joint and source_vocabulary != target_vocabulary:
            raise ValueError(
                f"A joint table needs one vocabulary, got {source_vocabulary} source and "
                f"{target_vocabulary} target pieces."
            )
        self.source_vocabulary, self.target_vocabulary = source_vocabulary, target_vocabulary
        self.dimensions, self.joint, self.tied = dimensions, joint, tied

    def build(self, source_shape: Shape, target_shape: Shape) -> None:
        self.target_table = self._table(self.target_vocabulary, "target_table")
        if not self.joint:
            self.source_table = self._table(self.source_vocabulary, "source_table")
        if not self.tied:
            self.scores = keras.layers.Dense(
                self.target_vocabulary, use_bias=False, name="scores", dtype="float32"
            )
            self.scores.build((None, None, self.dimensions))
        self.built = True

    def _table(self, vocabulary: int, name: str) -> TokenEmbedding:
        # Uniform with the deviation of `dimensions ** -0.5`.
        limit = (3 / self.dimensions) ** 0.5
        table = TokenEmbedding(
            vocabulary, self.dimensions, scale=limit, name=name, dtype=self.dtype_policy
        )
        table.build((None, None))
        return table

    def call(self, source: Any, target: Any) -> tuple[Any, Any]:
        return self.source(source), self.target(target)

    def source(self, ids: Any) -> Any:
        """Vectors of source ids, int32 `(batch, s)`: float, `(batch, s, dimensions)`."""
        table = self.target_table if self.joint else self.source_table
        return table(ids) * self.dimensions**0.5

    def target(self, ids: Any) -> Any:
        """Vectors of target ids, int32 `(batch, t)`: float, `(batch, t, dimensions)`."""
        return self.target_table(ids) * self.dimensions**0.5

    def logits(self, x: Any) -> Any:
        """Logits of target pieces, float32 `(…, target_vocabulary)`, of float `(…, dimensions)`."""
        return self.target_table.scores(x) if self.tied else self.scores(x)

    def compute_output_shape(self, source_shape: Shape, target_shape: Shape) -> tuple[Shape, Shape]:
        return (*source_shape, self.dimensions), (*target_shape, self.dimensions)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "source_vocabulary": self.source_vocabulary,
            "target_vocabulary": self.target_vocabulary,
            "dimensions": self.dimensions,
            "joint": self.joint,
            "tied": self.tied,
        }
