"""What every tagger needs: words and their characters in, scores of their tags out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from kerasapps.config.iob2 import impossible_moves, impossible_starts
from kerasapps.errors import ConfigError
from kerasapps.layers.crf import ConditionalRandomField
from kerasapps.layers.word_characters import AffixVectors, CharacterFeatures
from kerasapps.models.common import channels
from kerasapps.models.text_common import PAD_ID, TextShape, chosen, embed

UNKNOWN_ID = 1
DIMENSIONS = 96
"""Of a word's vector."""
FILTERS = 64
"""Features of a word's characters."""


@dataclass(frozen=True, kw_only=True)
class TaggerShape:
    """What a tagger is built for, beside its own architecture.

    Attributes:
        words: ids of words, or of the pieces that a pretrained encoder reads, run from 0 (padding)
            to this, exclusive.
        tags: their names in the order of their numbers, as IOB2 has them; `"O"` is outside.
        characters: likewise of characters, of networks that read them.
        word_length: characters of a word, likewise.
        length: words of a sentence, or None to take any length (as in training).
        pieces: of the words of a sentence, with those that frame it, for a pretrained encoder; None
            to take any number.
        width: multiplies the units of the model.
        depth: multiplies its layers.
        kernel: words that a convolution looks at, or None for the model's own.
        dropout: before the scores, or None for the model's own.
        word_dropout: share of the words hidden in training, or None for the model's own.
        unknown_id: what a hidden word becomes.
        kept_ids: what is never hidden: the pieces that frame a sentence.
        vectors: first values of the words' vectors, float32 `(words, dimensions)`, or None.
        for_export: build for conversion to TFLite: recurrences unrolled; needs `length`. The
            weights are those of the model built without it, in the same order.

    Examples:
        >>> tags = ("O", "B-PER", "I-PER")
        >>> shape = kerasapps.models.TaggerShape(words=90, characters=30, tags=tags, word_length=12)
        >>> kerasapps.models.bilstm_crf(shape).output_shape
        (None, None, 3)
    """

    words: int
    tags: tuple[str, ...]
    characters: int = 0
    word_length: int = 0
    length: int | None = None
    pieces: int | None = None
    width: float = 1.0
    depth: float = 1.0
    kernel: int | None = None
    dropout: float | None = None
    word_dropout: float | None = None
    unknown_id: int = UNKNOWN_ID
    kept_ids: tuple[int, ...] = ()
    vectors: np.ndarray | None = None
    for_export: bool = False

    def __post_init__(self) -> None:
        if self.for_export and self.length is None:
            raise ConfigError(
                "A tagger is exported for one number of words: give TaggerShape.length."
            )


def word_inputs(shape: TaggerShape) -> tuple[dict[str, Any], Any]:
    """The model's inputs by name, and its mask.

    Returns:
        `words`, int32 `(batch, length)`, padded with 0 on the right, and `characters`, int32
        `(batch, length, word_length)`; the mask, bool `(batch, length)`, True where a word is.
    """
    words = keras.Input((shape.length,), dtype="int32", name="words")
    size = (shape.length, shape.word_length)
    characters = keras.Input(size, dtype="int32", name="characters")
    inputs = {"words": words, "characters": characters}
    return inputs, keras.ops.not_equal(words, PAD_ID)


def word_vectors(inputs: dict[str, Any], shape: TaggerShape, *, word_dropout: float) -> Any:
    """What is known of each word before it meets the others.

    Args:
        inputs: from `word_inputs`.
        shape: of the model.
        word_dropout: the model's own share of hidden words, where `shape` leaves it open. A hidden
            word keeps its characters.

    Returns:
        Float, `(batch, length, d)`: its vector, features of its characters, and how it begins and
        ends.
    """
    size = channels(DIMENSIONS, shape.width)
    vectors = embed(
        inputs["words"],
        as_text(shape),
        dimensions=size,
        word_dropout=word_dropout,
        scale=(3 / size) ** 0.5,
    )
    filters = channels(FILTERS, shape.width)
    characters = inputs["characters"]
    parts = [
        vectors,
        CharacterFeatures(shape.characters, filters=filters, name="characters_of_words")(
            characters
        ),
        AffixVectors(min(4, shape.word_length), name="affixes")(characters),
    ]
    return keras.layers.Concatenate(name="word_vectors")(parts)


def tagger(
    inputs: Any, features: Any, shape: TaggerShape, *, dropout: float, name: str
) -> keras.Model:
    """Dropout, the scores of each word's tags, and the chain that holds those of moves between.

    Args:
        inputs: of the model.
        features: float, `(batch, length, d)`.
        shape: of the model.
        dropout: of the features in training, where `shape` leaves it open.
        name: of the model.
    """
    rate = chosen(shape.dropout, dropout)
    if rate:
        features = keras.layers.Dropout(rate, name="head_dropout")(features)
    emissions = keras.layers.Dense(len(shape.tags), dtype="float32", name="emissions")(features)
    chain = ConditionalRandomField(
        len(shape.tags),
        no_start=impossible_starts(shape.tags),
        no_move=impossible_moves(shape.tags),
        dtype="float32",
        name="chain",
    )
    return keras.Model(inputs, chain(emissions), name=name)


def crf_of(network: keras.Model) -> ConditionalRandomField | None:
    """The layer that holds the scores of moves between tags; None if the network has none."""
    chains = (each for each in network.layers if isinstance(each, ConditionalRandomField))
    return next(chains, None)


def as_text(shape: TaggerShape) -> TextShape:
    """What of a shape is also asked of networks that read texts."""
    return TextShape(
        vocabulary_size=shape.words,
        num_classes=len(shape.tags),
        length=shape.pieces,
        width=shape.width,
        depth=shape.depth,
        kernel=shape.kernel,
        word_dropout=shape.word_dropout,
        unknown_id=shape.unknown_id,
        kept_ids=shape.kept_ids,
        vectors=shape.vectors,
        for_export=shape.for_export,
    )
