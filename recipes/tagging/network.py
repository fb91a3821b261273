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
from kerasapps.preprocess.words.encoder import TagEncoder
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
    """

    model: ModelConfig
    tagging: TaggingConfig
    encoder: TagEncoder
    labels: tuple[str, ...]
    dropout: float | None

    def __call__(self) -> keras.Model:
        """The network for training: it takes sentences of any length."""
        network: keras.Model = build_tagger(self.model, self._shape())
        return network

    def for_export(self, network: keras.Model) -> keras.Model:
        """The network of static length, with the weights of one that was trained."""
        shape = self._shape(length=self.encoder.spec.length, for_export=True)
        copy: keras.Model = build_tagger(self.model, shape)
        copy.set_weights(network.get_weights())
        return copy

    def _shape(self, **form: Any) -> TaggerShape:
        return TaggerShape(
            words=self.encoder.word_count,
            characters=self.encoder.character_count,
            word_length=self.encoder.spec.word_length,
            tags=self.labels,
            dropout=self.dropout,
            word_dropout=self.tagging.word_dropout,
            **form,
        )


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
