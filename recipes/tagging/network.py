"""The network of a tagger: built for training, and in the form that converts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from kerasapps.config import ModelConfig
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.decoding.viterbi import Transitions, legal_transitions
from kerasapps.models.tagger_common import TaggerShape, crf_of
from kerasapps.preprocess.words.encoders import WordEncoder
from kerasapps.preprocess.words.pieces import PieceEncoder
from kerasapps.recipes.tagging.architectures import build_tagger


@dataclass(frozen=True)
class NetworkBuilder:
    """Builds the network, each time with fresh weights.

    Attributes:
        model: which architecture, and how large.
        tagging: word dropout.
        encoder: what the ids mean.
        labels: the tags.
        dropout: or None for the model's own.
        vectors: first values of the embedding of words, or None.
    """

    model: ModelConfig
    tagging: TaggingConfig
    encoder: WordEncoder
    labels: tuple[str, ...]
    dropout: float | None
    vectors: np.ndarray | None = None

    def __call__(self) -> keras.Model:
        """The network for training: it takes sentences of any length."""
        network: keras.Model = build_tagger(self.model, self._shape(vectors=self.vectors))
        return network

    def for_export(self, network: keras.Model) -> keras.Model:
        """The network of static length, with the weights of one that was trained."""
        vectors = None
        if self.tagging.word_vectors is not None:
            # Their values come with the weights; their size decides the architecture.
            vectors = network.get_layer("embedding").get_weights()[0]
        shape = self._shape(length=self.encoder.spec.length, vectors=vectors, for_export=True)
        copy: keras.Model = build_tagger(self.model, shape)
        copy.set_weights(network.get_weights())
        return copy

    def _shape(self, **form: Any) -> TaggerShape:
        return TaggerShape(
            **_sizes(self.encoder, fixed="length" in form),
            tags=self.labels,
            dropout=self.dropout,
            word_dropout=self.tagging.word_dropout,
            **form,
        )


def _sizes(encoder: WordEncoder, *, fixed: bool) -> dict[str, Any]:
    """What a network must know of the ids that it gets.

    Args:
        encoder: makes them.
        fixed: whether it takes one number of pieces.
    """
    if not isinstance(encoder, PieceEncoder):
        return {
            "words": encoder.word_count,
            "characters": encoder.character_count,
            "word_length": encoder.spec.word_length,
        }
    tokenizer = encoder.tokenizer
    return {
        "words": tokenizer.vocabulary_size,
        "pieces": encoder.spec.pieces if fixed else None,
        "unknown_id": tokenizer.unknown_id,
        "kept_ids": tokenizer.special_ids,
    }


def transitions_of(network: keras.Model, tags: Sequence[str]) -> Transitions:
    """The scores of tags beside each other that a network has learnt, where it learns such.

    Args:
        network: trained.
        tags: their names.
    """
    layer = crf_of(network)
    if layer is None:
        return legal_transitions(tags)
    return Transitions(*(np.asarray(scores) for scores in layer.scores()))
