"""What every translation network can do: learn from pairs, read a sentence, write its pieces."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Self

import keras

from kerasapps.errors import ConfigError
from kerasapps.layers.pair_embedding import PairEmbedding
from kerasapps.models.text_common import PAD_ID

State = dict[str, Any]
"""Tensors by name, batch first. No name stands in both the memory and the cache of a network."""


@dataclass(frozen=True, kw_only=True)
class TranslatorShape:
    """What a translation network is built for, beside its own architecture.

    Attributes:
        source_vocabulary: source ids run from 0 (padding) to this, exclusive.
        target_vocabulary: target ids likewise.
        joint: both languages have one vocabulary, and one embedding.
        max_source: pieces of a source that are read at most, end mark included.
        max_target: pieces of a translation that are written at most, end mark included.
        width: multiplies the units of the network.
        depth: multiplies its layers.
        dropout: in training, or None for the network's own.
        norm: of a transformer: layer norm `"pre"` (before) or `"post"` (after) each part, or None
            for the network's own.
        positions: of a transformer: `"sinusoidal"` or `"learned"`.
        tied: the output layer shares the weights of the target's embedding.

    Raises:
        ConfigError: for sizes too small to hold a sentence, or a joint vocabulary of two sizes.

    Examples:
        >>> shape = kerasapps.models.TranslatorShape(
        ...     source_vocabulary=50, target_vocabulary=60, joint=False, max_source=8, max_target=9
        ... )
        >>> shape.tied
        True
    """

    source_vocabulary: int
    target_vocabulary: int
    joint: bool
    max_source: int
    max_target: int
    width: float = 1.0
    depth: float = 1.0
    dropout: float | None = None
    norm: str | None = None
    positions: str = "sinusoidal"
    tied: bool = True

    def __post_init__(self) -> None:
        for field, least in (
            ("source_vocabulary", 5),
            ("target_vocabulary", 5),
            ("max_source", 2),
            ("max_target", 2),
        ):
            if getattr(self, field) < least:
                raise ConfigError(
                    f"TranslatorShape.{field} must be at least {least}, got {getattr(self, field)}."
                )
        if self.joint and self.source_vocabulary != self.target_vocabulary:
            raise ConfigError(
                "A joint vocabulary has one size, got source_vocabulary="
                f"{self.source_vocabulary} and target_vocabulary={self.target_vocabulary}."
            )


class Translator(keras.Model):
    """A network from source pieces to target pieces, to be trained at once and run step by step.

    All weights exist after construction. `call` on a whole target and `decode_step` on one piece
    after the other give the same logits.

    Args:
        shape: sizes, kept as `self.shape` and in the configuration.
        **kwargs: of `keras.Model` (`name`, `dtype`).

    Call arguments:
        inputs: source ids and target ids, int32, `(batch, s)` and `(batch, t)`, s at most
            `shape.max_source`, t at most `shape.max_target`, padded with 0 on the right. The target
            begins with the start mark and lacks the end mark.
        training: whether dropout is on.

    Output:
        Logits of the piece that follows each of the target's, float32,
        `(batch, t, target_vocabulary)`.

    Examples:
        >>> shape = kerasapps.models.TranslatorShape(
        ...     source_vocabulary=50, target_vocabulary=60, joint=False, max_source=8, max_target=9
        ... )
        >>> network = kerasapps.models.build_translator("lstm_luong", shape)
        >>> isinstance(network, kerasapps.models.Translator)
        True
    """

    def __init__(self, shape: TranslatorShape, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shape = shape

    def _build_embedding(self, dimensions: int) -> None:
        """Makes `self.embedding`: the vectors and the output that `shape` asks for."""
        shape = self.shape
        self.embedding = PairEmbedding(
            shape.source_vocabulary,
            shape.target_vocabulary,
            dimensions,
            joint=shape.joint,
            tied=shape.tied,
            name="embedding",
            dtype=self.dtype_policy,
        )
        self.embedding.build((None, None), (None, None))

    def build(self, input_shape: Any = None) -> None:
        """Nothing is left to build: a constructor makes all weights."""
        self.built = True

    def encode(self, source: Any) -> tuple[State, State]:
        """What decoding needs of a source: read once, before the first step.

        Args:
            source: int32 ids, `(batch, s)`, padded with 0 on the right.

        Returns:
            The memory, which no step changes, and the cache for the first step.
        """
        raise NotImplementedError

    def decode_step(
        self, tokens: Any, position: Any, memory: State, cache: State
    ) -> tuple[Any, State, Any]:
        """Logits of the next piece, after one more piece of the target.

        Args:
            tokens: int32, `(batch,)`: at position 0 the start mark, then the piece before.
            position: int32, scalar: pieces that earlier steps have taken, the same for all rows;
                below `shape.max_target`.
            memory: as `encode` returned it.
            cache: as `encode`, or the step before, returned it.

        Returns:
            Logits, float32, `(batch, target_vocabulary)`; the cache for the next step, of the same
            names and shapes; and how much the step looked at each source piece, float32,
            `(batch, s)`, which sums to 1 in a row that has any.
        """
        raise NotImplementedError

    def for_export(self) -> Translator:
        """The same network in a form that converts to TFLite without loops.

        Returns:
            This network where it is in such a form, else a twin with equal weights in equal order,
            which reads sources of `shape.max_source` pieces, padding included.
        """
        return self

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {"shape": dataclasses.asdict(self.shape)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        return cls(**(config | {"shape": TranslatorShape(**config["shape"])}))


def source_mask(source: Any) -> Any:
    """Bool, True where `source` (int32 ids) holds a piece and not padding."""
    return keras.ops.not_equal(source, PAD_ID)
