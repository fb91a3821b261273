"""Translation networks by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType

from kerasapps.config import ModelConfig, choose
from kerasapps.models.common import Family, ModelFacts, check_kernel, facts_of
from kerasapps.models.seq2seq_lstm import lstm_attention, lstm_luong
from kerasapps.models.seq2seq_transformer import (
    transformer_base,
    transformer_small,
    transformer_tiny,
)
from kerasapps.models.translator import Translator, TranslatorShape


@dataclasses.dataclass(frozen=True)
class TranslationModel:
    """A builder and the training that suits it when the user leaves a choice open.

    Attributes:
        build: from a `TranslatorShape` to a network; its default `dropout` is the model's own.
        family: what most of its work is, for the choice of precision and compiler.
        epochs: passes over the training split.
        learning_rate: peak rate with Adam.
        warmup: share of training in which the rate rises.
        batch_tokens: target pieces in a batch, padding included.
        longest: pieces of a sentence that are read or written at most. Recurrences are unrolled
            for export, a copy of their operations for each piece.
        space: name of its family among `kerasapps.tuning.spaces.SPACES`.
    """

    build: Callable[[TranslatorShape], Translator]
    family: Family
    epochs: int
    learning_rate: float
    warmup: float
    batch_tokens: int
    longest: int = 512
    space: str = "transformer_translator"

    @property
    def facts(self) -> ModelFacts:
        """What a search must know."""
        return facts_of(self.build, self.space)


TRANSLATION_MODELS: Mapping[str, TranslationModel] = MappingProxyType(
    {
        "lstm_attention": TranslationModel(
            lstm_attention,
            "dense",
            20,
            1e-3,
            0.05,
            2048,
            longest=128,
            space="recurrent_translator",
        ),
        "lstm_luong": TranslationModel(
            lstm_luong, "dense", 20, 1e-3, 0.05, 2048, longest=128, space="recurrent_translator"
        ),
        "transformer": TranslationModel(transformer_tiny, "attention", 40, 3e-3, 0.1, 2048),
        "transformer_base": TranslationModel(transformer_base, "attention", 20, 7e-4, 0.1, 4096),
        "transformer_small": TranslationModel(transformer_small, "attention", 30, 1e-3, 0.1, 2048),
    }
)


def build_translator(config: ModelConfig, shape: TranslatorShape) -> Translator:
    """The network that `config` names.

    Args:
        config: name; its width and depth take the place of `shape`'s.
        shape: vocabularies, lengths, and options of the network.

    Raises:
        ConfigError: for an unknown name, or an option of `shape` that the network does not have.
    """
    entry = find_translator(config.model)
    check_kernel(config, {key: each.facts for key, each in TRANSLATION_MODELS.items()})
    shape = dataclasses.replace(shape, width=config.width, depth=config.depth)
    return entry.build(shape)


def translation_model_facts(name: str) -> ModelFacts:
    """What a search must know of a translation network.

    Raises:
        ConfigError: for an unknown name, with the nearest one.
    """
    return find_translator(name).facts


def find_translator(name: str) -> TranslationModel:
    """The entry of `TRANSLATION_MODELS` under `name`.

    Raises:
        ConfigError: for an unknown name, with the nearest one.
    """
    return TRANSLATION_MODELS[choose(name, list(TRANSLATION_MODELS), what="ModelConfig.model")]
