"""What every text model needs: ids in, embedded tokens and their mask out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import keras
import numpy as np

from kerasapps.errors import ConfigError
from kerasapps.layers.embedding import TokenEmbedding, WordDropout

PAD_ID = 0
_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, kw_only=True)
class TextShape:
    """What a text model is built for, beside its own architecture.

    Attributes:
        vocabulary_size: ids run from 0 (padding) to this, exclusive.
        num_classes: number of logits.
        length: tokens of a text, or None to take any length (as in training).
        width: multiplies the units of the model.
        depth: multiplies its layers.
        dropout: before the head, or None for the model's own.
        word_dropout: share of the tokens hidden in training, or None for the model's own.
        kernel: tokens that a convolution looks at, or None for the model's own.
        unknown_id: what a hidden token becomes.
        kept_ids: tokens that are never hidden: those that start and end a text.
        vectors: first values of the embedding, float32 `(vocabulary_size, dimensions)`, or None.
        spellings: how each token is written (see `character_runs`), for models that look at the
            characters of tokens where they are adapted, or None.
        ngrams: different runs of neighbouring tokens to tell apart, or None for the model's own.
        for_export: build for conversion to TFLite: recurrences unrolled; needs `length`. The
            weights are those of the model built without it, in the same order.

    Examples:
        >>> shape = kerasapps.models.TextShape(vocabulary_size=5000, num_classes=2, length=64)
        >>> kerasapps.models.text_cnn(shape).input_shape
        (None, 64)
    """

    vocabulary_size: int
    num_classes: int
    length: int | None = None
    width: float = 1.0
    depth: float = 1.0
    dropout: float | None = None
    word_dropout: float | None = None
    kernel: int | None = None
    unknown_id: int = 2
    kept_ids: tuple[int, ...] = (1,)
    vectors: np.ndarray | None = None
    spellings: tuple[str, ...] | None = None
    ngrams: int | None = None
    for_export: bool = False


def chosen(asked: _Number | None, default: _Number) -> _Number:
    """What a shape asks for, or where it leaves the choice open the model's own."""
    return default if asked is None else asked


def token_input(shape: TextShape) -> tuple[Any, Any]:
    """The model's input, int32 ids `(batch, length)`, and its mask, bool, True where a token is."""
    ids = keras.Input((shape.length,), dtype="int32", name="ids")
    return ids, keras.ops.not_equal(ids, PAD_ID)


def embed(
    ids: Any, shape: TextShape, *, dimensions: int, word_dropout: float = 0.0, scale: float = 0.05
) -> Any:
    """Embedded tokens; in training some of them are hidden first.

    Args:
        ids: int32, `(batch, length)`, from `token_input`.
        shape: sizes, first values of the vectors, and the share of tokens to hide.
        dimensions: of the vectors that come out. Given vectors of another size are projected.
        word_dropout: the model's own share of hidden tokens, where `shape` leaves it open.
        scale: of the first values where `shape` brings none.

    Returns:
        Float, `(batch, length, dimensions)`. Positions of padding hold a vector like any other.

    Raises:
        ConfigError: if `shape.vectors` do not fit the vocabulary.
    """
    rate = chosen(shape.word_dropout, word_dropout)
    if rate:
        ids = hide_words(ids, shape, rate)
    if shape.vectors is None:
        return TokenEmbedding(shape.vocabulary_size, dimensions, scale=scale, name="embedding")(ids)
    if shape.vectors.ndim != 2 or len(shape.vectors) != shape.vocabulary_size:
        raise ConfigError(
            f"vectors must be ({shape.vocabulary_size}, dimensions), one row for each token of "
            f"the vocabulary, got {shape.vectors.shape}."
        )
    size = int(shape.vectors.shape[1])
    layer = TokenEmbedding(shape.vocabulary_size, size, name="embedding")
    x = layer(ids)
    layer.assign(shape.vectors)
    if size == dimensions:
        return x
    return keras.layers.Dense(dimensions, use_bias=False, name="embedding_projection")(x)


def hide_words(ids: Any, shape: TextShape, rate: float) -> Any:
    """`ids` with the share `rate` of the words hidden in training."""
    layer = WordDropout(
        rate, unknown_id=shape.unknown_id, kept_ids=shape.kept_ids, name="word_dropout"
    )
    return layer(ids)
