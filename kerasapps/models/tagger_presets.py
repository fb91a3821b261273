"""A pretrained text encoder that gives each word a tag, by the first of its pieces."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from kerasapps.models.tagger_common import TaggerShape, as_text, tagger
from kerasapps.models.text_common import PAD_ID, hide_words
from kerasapps.models.text_presets import check_encoder, pretrained_encoder, tokens_only

INPUTS = ("ids", "first")
"""Names of the inputs: the pieces, and where each word's first one stands."""


@keras.saving.register_keras_serializable(package="kerasapps")
class FirstPieces(keras.layers.Layer):
    """The vectors of words' first pieces.

    Call arguments:
        inputs: float, `(batch, pieces, d)`.
        places: int32 `(batch, words)`, of each word's first piece.

    Output:
        Float, `(batch, words, d)`.
    """

    def call(self, inputs: Any, places: Any) -> Any:
        return tf.gather(inputs, places, axis=1, batch_dims=1)

    def compute_output_shape(self, input_shape: Any, places_shape: Any = None) -> Any:
        return (*input_shape[:1], places_shape[1] if places_shape else None, input_shape[2])

    def compute_output_spec(self, inputs: Any, places: Any) -> Any:
        shape = (inputs.shape[0], places.shape[1], inputs.shape[2])
        return keras.KerasTensor(shape, dtype=self.compute_dtype)


def tagger_preset(name_or_path: str, shape: TaggerShape, *, dropout: float = 0.1) -> keras.Model:
    """Scores of words' tags from a pretrained encoder's vectors of their first pieces.

    The encoder is one layer, `"backbone"`. It sees all pieces but the padding, as one segment.

    Args:
        name_or_path: KerasHub preset name, KerasHub preset folder, or Hugging Face folder.
        shape: `words` is the size of the preset's own vocabulary; `length` and `pieces` are how
            many words and pieces go in. With `for_export` the values of the weights are not read:
            copy those of the trained network, whose weights have the same order.
        dropout: before the scores, where `shape` leaves it open.

    Returns:
        A model from `ids`, int32 `(batch, pieces)`, padded with 0 on the right, and `first`, int32
        `(batch, length)`, where each word's first piece stands, to float32 scores of tags,
        `(batch, length, tags)`. Behind the last word `first` is 0, and the scores mean nothing.

    Raises:
        ConfigError: if nothing loads under that name, it is no encoder with a padding mask, or
            `shape` asks for what it cannot give.

    Reference: Devlin et al. 2019, section 5.3; with a chain of tags: Souza et al. 2019.
    """
    encoder = pretrained_encoder(name_or_path, weights=not shape.for_export)
    check_encoder(encoder, as_text(shape), name_or_path)
    ids = keras.Input((shape.pieces,), dtype="int32", name="ids")
    first = keras.Input((shape.length,), dtype="int32", name="first")
    pieces = hide_words(ids, as_text(shape), shape.word_dropout) if shape.word_dropout else ids
    feeds = {
        "token_ids": pieces,
        "padding_mask": keras.ops.cast(keras.ops.not_equal(ids, PAD_ID), "int32"),
        "segment_ids": keras.ops.zeros_like(ids),
    }
    vectors = tokens_only(encoder)({name: feeds[name] for name in encoder.input})
    features = FirstPieces(name="first_pieces")(vectors, first)
    inputs = {"ids": ids, "first": first}
    return tagger(inputs, features, shape, dropout=dropout, name="tagger_preset")
