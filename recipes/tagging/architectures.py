"""Networks that tag words: how each is trained, and what is searched with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kerasapps.config import PRETRAINED_TEXTS, Architecture, Architectures, ModelConfig
from kerasapps.tuning.spaces import Draft, search_fine_tuning, search_training

if TYPE_CHECKING:
    from kerasapps.models.tagger_common import TaggerShape


def build_tagger(config: ModelConfig, shape: TaggerShape) -> Any:
    """The network that `config` names.

    Args:
        config: name; its width, depth and kernel take the place of `shape`'s.
        shape: vocabularies, tags, and how the network will be used.

    Returns:
        A Keras model from named inputs to emissions, float32 `(batch, length, tags)`.

    Raises:
        ConfigError: for an unknown name, or a width, depth or kernel that the model cannot have.
    """
    sized = dataclasses.replace(shape, width=config.width, depth=config.depth, kernel=config.kernel)
    return ARCHITECTURES.build(config, sized)


def recurrent(draft: Draft) -> None:
    """What is searched with recurrent networks."""
    draft.times("width", 0.5, 1, 1.5)
    draft.times("depth", 1, 2)
    draft.up_to("dropout", 0.6)
    draft.up_to("word_dropout", 0.3)
    search_training(draft)


def layered(draft: Draft) -> None:
    """What is searched with convolutions or attention."""
    draft.times("width", 0.5, 1, 1.5)
    draft.times("depth", 0.5, 1, 1.5)
    draft.up_to("dropout", 0.6)
    draft.up_to("word_dropout", 0.3)
    search_training(draft)


def tagger_preset(draft: Draft) -> None:
    """What is searched with a pretrained encoder."""
    search_fine_tuning(draft)


MINUTES = 30.0
# The rate must fall: held at its peak, a network finds ever fewer entities after some epochs.
# On 8,000 Spanish sentences F1 on validation was 78.9 % at its best with it held, and 79.0 % with a
# fall to 0 within 16 epochs, 8 minutes of one core (both with the sentences left in training that
# validation has as well, which the recipe leaves out).
_FROM_SCRATCH: Mapping[str, Any] = {
    "optimizer": "adam",
    "learning_rate": 3e-3,
    "schedule": "cosine",
    "clip_norm": 5.0,
    "ema": 0.998,
}

# `longest` is how many words of a sentence are read at once; a longer one is read in parts.
ARCHITECTURES = Architectures(
    MappingProxyType(
        {
            "bilstm_crf": Architecture(
                builder="kerasapps.models.bilstm_crf.bilstm_crf",
                family="dense",
                minutes=MINUTES,
                space=recurrent,
                training=_FROM_SCRATCH,
                passes=1.35,
                limits={"longest": 64},
            ),
            "cnn_crf": Architecture(
                builder="kerasapps.models.cnn_crf.cnn_crf",
                family="conv",
                minutes=MINUTES,
                space=layered,
                training={**_FROM_SCRATCH, "learning_rate": 2e-3},
                limits={"longest": 128},
            ),
            "transformer": Architecture(
                builder="kerasapps.models.transformer_tagger.transformer_tagger",
                family="attention",
                minutes=MINUTES,
                space=layered,
                training={**_FROM_SCRATCH, "learning_rate": 1e-3, "warmup": 0.1},
                limits={"longest": 128},
            ),
        }
    ),
    preset=Architecture(
        builder="kerasapps.models.tagger_presets.tagger_preset",
        family="attention",
        minutes=15,
        space=tagger_preset,
        training={
            "learning_rate": 2e-3,
            "schedule": "linear",
            "head_epochs": 1,
            "batch_size": 32,
        },
        limits={"longest": 128},
    ),
    pretrained=PRETRAINED_TEXTS,
)
