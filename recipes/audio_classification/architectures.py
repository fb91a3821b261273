"""Networks that classify sounds: how each is trained, and what is searched with it."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kerasapps.config import Architecture, Architectures, Family, ModelConfig
from kerasapps.config.architectures import Ask
from kerasapps.tuning.spaces import Draft, search_training

if TYPE_CHECKING:
    from kerasapps.models.sound_common import SoundShape


def build_classifier(config: ModelConfig, shape: SoundShape) -> Any:
    """The network that `config` names.

    Args:
        config: name; its width, depth and kernel take the place of `shape`'s.
        shape: samples, rate, classes and front end.

    Returns:
        A Keras model from float32 samples -1 to 1, `(batch, samples)`, to float32 logits
        `(batch, num_classes)`.

    Raises:
        ConfigError: for an unknown name, or a kernel of one that has none.
    """
    sized = dataclasses.replace(shape, width=config.width, depth=config.depth, kernel=config.kernel)
    return ARCHITECTURES.build(config, sized)


def _sounds(draft: Draft) -> None:
    search_training(draft)
    draft.among("label_smoothing", 0.0, 0.05, 0.1)
    draft.among("augment", "none", "light", "strong")


def conv_sounds(draft: Draft) -> None:
    """What is searched with networks of convolutions, recurrent or not."""
    draft.times("width", 0.5, 0.75, 1, 1.5)
    draft.times("depth", 0.5, 1, 1.5)
    draft.among("kernel", 3, 5)
    draft.up_to("dropout", 0.5)
    _sounds(draft)


def sound_transformer(draft: Draft) -> None:
    """What is searched with attention between pieces of a spectrogram."""
    draft.times("width", 0.5, 0.75, 1, 1.5)
    draft.times("depth", 0.5, 1, 1.5)
    draft.up_to("dropout", 0.4)
    _sounds(draft)


def sound_mlp(draft: Draft) -> None:
    """What is searched with a perceptron."""
    draft.times("width", 0.25, 0.5, 1, 2)
    draft.times("depth", 0.5, 1, 1.5, 2)
    draft.up_to("dropout", 0.6)
    _sounds(draft)


MINUTES = 10.0


def _sound(
    builder: str,
    *,
    learning_rate: float = 2e-3,
    family: Family = "depthwise",
    space: Ask = conv_sounds,
) -> Architecture:
    return Architecture(
        builder=f"kerasapps.models.{builder}.{builder}",
        family=family,
        minutes=MINUTES,
        space=space,
        training={"learning_rate": learning_rate},
    )


ARCHITECTURES = Architectures(
    MappingProxyType(
        {
            "audio_transformer": _sound(
                "audio_transformer",
                learning_rate=1e-3,
                family="attention",
                space=sound_transformer,
            ),
            "bc_resnet": _sound("bc_resnet"),
            "crnn": dataclasses.replace(_sound("crnn", family="conv"), recurrent=True),
            "ds_cnn": _sound("ds_cnn"),
            "matchbox": _sound("matchbox"),
            "mlp": _sound("sound_mlp", learning_rate=1e-3, family="dense", space=sound_mlp),
        }
    ),
)
