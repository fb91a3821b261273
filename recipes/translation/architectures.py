"""Networks that translate: how each is trained, and what is searched with it."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING

from kerasapps.config import Architecture, Architectures, ModelConfig
from kerasapps.tuning.spaces import Draft, search_decay

if TYPE_CHECKING:
    from kerasapps.models import Translator, TranslatorShape


def build_translator(config: ModelConfig, shape: TranslatorShape) -> Translator:
    """The network that `config` names.

    Args:
        config: name; its width and depth take the place of `shape`'s.
        shape: vocabularies, lengths, and options of the network.

    Raises:
        ConfigError: for an unknown name, a kernel, or an option of `shape` that the network does
            not have.
    """
    sized = dataclasses.replace(shape, width=config.width, depth=config.depth)
    network: Translator = ARCHITECTURES.build(config, sized)
    return network


def _translator(draft: Draft) -> None:
    draft.up_to("dropout", 0.5)
    draft.around("learning_rate", 10)
    search_decay(draft)
    draft.among("label_smoothing", 0.0, 0.1, 0.2)
    draft.sizes("batch_tokens")


def recurrent_translator(draft: Draft) -> None:
    """What is searched with recurrent networks."""
    draft.times("width", 0.5, 1, 1.5)
    draft.times("depth", 1, 2)
    _translator(draft)


def transformer_translator(draft: Draft) -> None:
    """What is searched with transformers."""
    draft.times("width", 0.5, 1, 1.5)
    draft.times("depth", 0.5, 1, 1.5)
    _translator(draft)


MINUTES = 60.0


def _recurrent(builder: str) -> Architecture:
    # Unrolled for export, a copy of their operations for each piece.
    return Architecture(
        builder=f"kerasapps.models.seq2seq_lstm.{builder}",
        family="dense",
        minutes=MINUTES,
        space=recurrent_translator,
        training={"learning_rate": 1e-3, "warmup": 0.05},
        limits={"longest": 128, "batch_tokens": 2048},
    )


def _transformer(builder: str, *, learning_rate: float, batch_tokens: int = 2048) -> Architecture:
    return Architecture(
        builder=f"kerasapps.models.{builder}",
        family="attention",
        minutes=MINUTES,
        space=transformer_translator,
        training={"learning_rate": learning_rate, "warmup": 0.1},
        limits={"longest": 512, "batch_tokens": batch_tokens},
    )


# `longest` is how many pieces of a sentence are read or written at most, `batch_tokens` how many
# target pieces a batch holds, padding included.
ARCHITECTURES = Architectures(
    MappingProxyType(
        {
            "lstm_attention": _recurrent("lstm_attention"),
            "lstm_luong": _recurrent("lstm_luong"),
            "transformer": _transformer("seq2seq_transformer.transformer_tiny", learning_rate=3e-3),
            "transformer_base": _transformer(
                "seq2seq_transformer.transformer_base", learning_rate=7e-4, batch_tokens=4096
            ),
            "transformer_small": _transformer(
                "seq2seq_transformer.transformer_small", learning_rate=1e-3
            ),
        }
    ),
    own=_transformer("own.own_translator", learning_rate=1e-3),
)
