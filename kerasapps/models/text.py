"""Text classifiers by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType

import keras

from kerasapps.config import PRESET_PREFIX, TEXT_ARCHITECTURES, ModelConfig, choose
from kerasapps.models.bag import bag_of_embeddings, bag_of_ngrams
from kerasapps.models.common import (
    Family,
    ModelFacts,
    check_kernel,
    facts_of,
    preset_name,
)
from kerasapps.models.recurrent import bilstm, cnn_lstm, gru, lstm, lstm_attention, rnn
from kerasapps.models.text_cnn import text_cnn
from kerasapps.models.text_common import TextShape
from kerasapps.models.text_presets import text_preset
from kerasapps.models.transformer import transformer


@dataclasses.dataclass(frozen=True)
class TextModel:
    """A builder and the training that suits it when the user leaves a choice open.

    Attributes:
        build: from a `TextShape` to a model from int32 ids to logits; the defaults of its other
            parameters are the model's own numbers.
        family: what most of its work is, for the choice of precision and compiler.
        epochs: passes over the training split.
        learning_rate: peak rate with AdamW, or None for the optimizer's default.
        longest: tokens of a text that are read at most. Recurrences are unrolled for export, a
            copy of their operations for each token, and pass their gradient through all of them.
        space: name of its family among `kerasapps.tuning.spaces.SPACES`.
    """

    build: Callable[[TextShape], keras.Model]
    family: Family
    epochs: int
    learning_rate: float | None = None
    longest: int = 512
    space: str = "recurrent"

    @property
    def facts(self) -> ModelFacts:
        """What a search must know."""
        return facts_of(self.build, self.space)


TEXT_MODELS: Mapping[str, TextModel] = MappingProxyType(
    {
        "bag_of_embeddings": TextModel(bag_of_embeddings, "dense", 10, longest=1024, space="bag"),
        "bag_of_ngrams": TextModel(bag_of_ngrams, "dense", 10, longest=1024, space="bag"),
        "bilstm": TextModel(bilstm, "dense", 6, 2e-3, longest=128),
        "cnn_lstm": TextModel(cnn_lstm, "dense", 6, 2e-3, longest=192),
        "gru": TextModel(gru, "dense", 6, 2e-3, longest=128),
        "lstm": TextModel(lstm, "dense", 6, 2e-3, longest=128),
        "lstm_attention": TextModel(lstm_attention, "dense", 6, 2e-3, longest=128),
        "rnn": TextModel(rnn, "dense", 6, 2e-3, longest=128),
        "text_cnn": TextModel(text_cnn, "conv", 6, space="text_cnn"),
        "transformer": TextModel(
            transformer, "attention", 10, longest=256, space="text_transformer"
        ),
    }
)


def build_text_model(config: ModelConfig, shape: TextShape) -> keras.Model:
    """The model that `config` names.

    Args:
        config: name (or `preset:NAME_OR_PATH`); its width, depth and kernel take the place of
            `shape`'s.
        shape: vocabulary, classes, and how the model will be used.

    Returns:
        A model from int32 ids `(batch, length)` to float32 logits `(batch, num_classes)`; a preset
        built for export takes three inputs (see `text_preset`).

    Raises:
        ConfigError: for an unknown name, or a width, depth or kernel that the model cannot have.
    """
    shape = dataclasses.replace(shape, width=config.width, depth=config.depth, kernel=config.kernel)
    name = preset_name(config)
    if name is not None:
        return text_preset(name, shape)
    entry = find_text_model(config.model)
    check_kernel(config, {key: each.facts for key, each in TEXT_MODELS.items()})
    return entry.build(shape)


def text_model_facts(name: str) -> ModelFacts:
    """What a search must know of a text classifier, pretrained ones included.

    Raises:
        ConfigError: for an unknown name, with the nearest one.
    """
    if name.startswith(PRESET_PREFIX):
        return facts_of(text_preset, "text_preset")
    return find_text_model(name).facts


def find_text_model(name: str) -> TextModel:
    """The entry of `TEXT_MODELS` under `name`.

    Raises:
        ConfigError: for an unknown name, with the nearest one.
    """
    return TEXT_MODELS[choose(name, TEXT_ARCHITECTURES.choices, what="ModelConfig.model")]
