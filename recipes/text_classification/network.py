"""The network of a text classifier: built for training, and in the form that converts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from kerasapps.config import ModelConfig, TextConfig, TrainConfig
from kerasapps.config.own import is_own
from kerasapps.files.paths import user_path
from kerasapps.layers.ngrams import suitable_buckets
from kerasapps.models import TextShape, backbone
from kerasapps.models.bert_inputs import with_bert_inputs
from kerasapps.models.own_copies import unrolled
from kerasapps.preprocess.tokenizers import Tokenizer
from kerasapps.preprocess.tokenizers.spelling import spellings
from kerasapps.preprocess.word_vectors import load_word_vectors
from kerasapps.recipes.text_classification.architectures import ARCHITECTURES, build_classifier
from kerasapps.terminal.streams import tell


@dataclass(frozen=True)
class NetworkBuilder:
    """Builds the network, each time with fresh weights.

    Attributes:
        model: which architecture, and how large.
        text: word dropout, and whether there are word vectors.
        tokenizer: what the ids mean.
        outputs: of the network: one a class or label, or one a number.
        dropout: before the head, or None for the model's own.
        vectors: first values of the embedding, or None.
        ngrams: different runs of neighbouring tokens to tell apart, or None.
    """

    model: ModelConfig
    text: TextConfig
    tokenizer: Tokenizer
    outputs: int
    dropout: float | None
    vectors: np.ndarray | None = None
    ngrams: int | None = None

    def __call__(self) -> keras.Model:
        """The network for training: it takes texts of any length, a user's of one length."""
        return build_classifier(
            self.model,
            self._shape(
                vectors=self.vectors,
                spellings=spellings(self.tokenizer),
                ngrams=self.ngrams,
                length=self.tokenizer.spec.max_length if is_own(self.model.model) else None,
            ),
        )

    def for_export(self, network: keras.Model) -> keras.Model:
        """`network` in the form that converts: of static length, recurrences unrolled.

        Wordpieces go in as clients of a BERT give them, whatever the network.
        """
        converts = self._static(network)
        if self.tokenizer.spec.kind != "wordpiece" or len(converts.inputs) > 1:
            return converts
        return with_bert_inputs(converts, self.tokenizer.spec.max_length)

    def _static(self, network: keras.Model) -> keras.Model:
        """All but recurrent and pretrained networks are wrapped as they are.

        Whatever the architecture of that name is by now.
        """
        length = self.tokenizer.spec.max_length
        if is_own(self.model.model):
            return unrolled(network)
        if not _is_rebuilt(network):
            ids = keras.Input((length,), dtype="int32", name="ids")
            return keras.Model(ids, network(ids), name=network.name)
        vectors = None
        if self.text.word_vectors is not None:
            # Their values come with the weights; their size decides the architecture.
            vectors = network.get_layer("embedding").get_weights()[0]
        shape = self._shape(vectors=vectors, length=length, for_export=True)
        copy = build_classifier(self.model, shape)
        copy.set_weights(network.get_weights())
        return copy

    def _shape(self, **form: Any) -> TextShape:
        return TextShape(
            vocabulary_size=self.tokenizer.vocabulary_size,
            num_classes=self.outputs,
            dropout=self.dropout,
            word_dropout=self.text.word_dropout,
            unknown_id=self.tokenizer.unknown_id,
            kept_ids=self.tokenizer.special_ids,
            **form,
        )


def network_builder(
    model: ModelConfig,
    text: TextConfig,
    tokenizer: Tokenizer,
    outputs: int,
    *,
    train: TrainConfig,
    ids: np.ndarray,
) -> NetworkBuilder:
    """What builds a network that suits the training texts, with the word vectors that were named.

    Args:
        model: which architecture, and how large.
        text: word dropout, and the word vectors.
        tokenizer: of the texts.
        outputs: of the network.
        train: `dropout` is read.
        ids: int32 `(n, length)`, the training texts.
    """
    return NetworkBuilder(
        model,
        text,
        tokenizer,
        outputs,
        train.dropout,
        vectors=_word_vectors(text, tokenizer),
        ngrams=_suitable_ngrams(model, ids, classes=outputs),
    )


def _word_vectors(text: TextConfig, tokenizer: Tokenizer) -> np.ndarray | None:
    if text.word_vectors is None:
        return None
    vectors, share = load_word_vectors(
        user_path(text.word_vectors, what="TextConfig.word_vectors"),
        tokenizer.vocabulary,
        size=tokenizer.vocabulary_size,
    )
    tell(f"{share:.1%} of the vocabulary has a vector in {text.word_vectors}")
    return vectors


def _suitable_ngrams(model: ModelConfig, ids: np.ndarray, *, classes: int) -> int | None:
    """Only for a model that has such a number all texts are gone through."""
    if "ngrams" not in ARCHITECTURES.find(model.model).defaults:
        return None
    return suitable_buckets(ids, classes=classes)


def _is_rebuilt(network: keras.Model) -> bool:
    """Whether a network has another form for export: steps written out, or an encoder's inputs."""
    unrolls = any(hasattr(layer, "unroll") for layer in network.layers)
    return unrolls or backbone(network) is not None
