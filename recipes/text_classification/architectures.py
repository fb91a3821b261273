"""Networks that classify texts: how each is trained, and what is searched with it."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kerasapps.config import PRETRAINED_TEXTS, Architecture, Architectures, ModelConfig
from kerasapps.tuning.spaces import Draft, search_fine_tuning, search_training

if TYPE_CHECKING:
    from kerasapps.models import TextShape


def build_classifier(config: ModelConfig, shape: TextShape) -> Any:
    """The network that `config` names.

    Args:
        config: name (or `preset:NAME_OR_PATH`); its width, depth and kernel take the place of
            `shape`'s.
        shape: vocabulary, classes, and how the network will be used.

    Returns:
        A Keras model from int32 ids `(batch, length)` to float32 logits `(batch, num_classes)`; a
        preset built for export takes three inputs (see `kerasapps.models.text_preset`).

    Raises:
        ConfigError: for an unknown name, or a width, depth or kernel that the model cannot have.
    """
    sized = dataclasses.replace(shape, width=config.width, depth=config.depth, kernel=config.kernel)
    return ARCHITECTURES.build(config, sized)


def own_texts(draft: Draft) -> None:
    """What is searched with a network of the user's, beside what it asks for itself."""
    search_training(draft)


def bag(draft: Draft) -> None:
    """What is searched with networks that do not look at the order of the words."""
    draft.times("width", 0.5, 1, 2)
    draft.times("depth", 0.5, 1, 2)
    draft.up_to("dropout", 0.8)
    draft.up_to("word_dropout", 0.6)
    search_training(draft)


def text_cnn(draft: Draft) -> None:
    """What is searched with convolutions over words."""
    draft.times("width", 0.5, 1, 2)
    draft.times("depth", 0.5, 1, 1.5)
    draft.among("kernel", 2, 3, 4)
    draft.up_to("dropout", 0.7)
    draft.up_to("word_dropout", 0.5)
    search_training(draft)


def recurrent(draft: Draft) -> None:
    """What is searched with recurrent networks."""
    draft.times("width", 0.5, 1, 2)
    draft.times("depth", 1, 2)
    draft.among("kernel", 3, 5, 7)
    draft.up_to("dropout", 0.7)
    draft.up_to("word_dropout", 0.6)
    search_training(draft)


def text_transformer(draft: Draft) -> None:
    """What is searched with a transformer."""
    draft.times("width", 0.5, 1, 1.5)
    draft.times("depth", 0.5, 1, 2)
    draft.up_to("dropout", 0.5)
    draft.up_to("word_dropout", 0.5)
    search_training(draft)


def text_preset(draft: Draft) -> None:
    """What is searched with a pretrained encoder."""
    search_fine_tuning(draft)
    draft.among("label_smoothing", 0.0, 0.1)


MINUTES = 1.5


def _bag(builder: str) -> Architecture:
    return Architecture(
        builder=f"kerasapps.models.bag.{builder}",
        family="dense",
        minutes=MINUTES,
        space=bag,
        limits={"longest": 1024},
    )


def _recurrent(builder: str, *, longest: int = 128) -> Architecture:
    # Unrolled for export, a copy of their operations for each token, they pass their gradient
    # through all of them.
    return Architecture(
        builder=f"kerasapps.models.recurrent.{builder}",
        family="dense",
        minutes=MINUTES,
        space=recurrent,
        training={"learning_rate": 2e-3},
        limits={"longest": longest},
        recurrent=True,
    )


# `longest` is how many tokens of a text are read at most; of a preset it knows itself.
ARCHITECTURES = Architectures(
    MappingProxyType(
        {
            "bag_of_embeddings": _bag("bag_of_embeddings"),
            "bag_of_ngrams": Architecture(
                builder="kerasapps.models.bag.bag_of_ngrams",
                family="conv",
                minutes=MINUTES,
                space=text_cnn,
                training={"learning_rate": 2e-3},
                # What was seen once still has a vote, and those of its characters.
                limits={"longest": 1024, "rarest_word": 1},
                from_labels=True,
            ),
            "bilstm": _recurrent("bilstm"),
            "cnn_lstm": _recurrent("cnn_lstm", longest=192),
            "gru": _recurrent("gru"),
            "lstm": _recurrent("lstm"),
            "lstm_attention": _recurrent("lstm_attention"),
            "rnn": _recurrent("rnn"),
            "text_cnn": Architecture(
                builder="kerasapps.models.text_cnn.text_cnn",
                family="conv",
                minutes=MINUTES,
                space=text_cnn,
                limits={"longest": 512},
            ),
            "transformer": Architecture(
                builder="kerasapps.models.transformer.transformer",
                family="attention",
                minutes=MINUTES,
                space=text_transformer,
                limits={"longest": 256},
            ),
        }
    ),
    preset=Architecture(
        builder="kerasapps.models.text_presets.text_preset",
        family="attention",
        minutes=15,
        space=text_preset,
        # The head is solved on the frozen encoder's features: texts have no changed copies.
        training={
            "learning_rate": 2e-3,
            "schedule": "linear",
            "head_epochs": 1,
            "batch_size": 32,
        },
    ),
    pretrained=PRETRAINED_TEXTS,
    auto=("bag_of_ngrams", "text_cnn", "lstm_attention"),
    own=Architecture(
        builder="kerasapps.models.own.own_text_classifier",
        family="dense",
        minutes=5,
        space=own_texts,
        limits={"longest": 256},
    ),
)
