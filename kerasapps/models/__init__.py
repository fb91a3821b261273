"""Image classifiers: functions from a size to a Keras model, and the table of their names."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal

import keras

from kerasapps.config import ModelConfig, choose
from kerasapps.errors import ConfigError
from kerasapps.models.alexnet import alexnet
from kerasapps.models.cnn import cnn
from kerasapps.models.densenet import densenet
from kerasapps.models.fast_resnet import fast_resnet
from kerasapps.models.inception import inception
from kerasapps.models.mlp import mlp
from kerasapps.models.mobile_cnn import mobile_cnn
from kerasapps.models.presets import preset, preset_image_size
from kerasapps.models.resnet import resnet
from kerasapps.models.vgg import vgg
from kerasapps.models.vit import vit

Family = Literal["conv", "attention", "dense"]

PRESET_PREFIX = "preset:"


@dataclasses.dataclass(frozen=True)
class ImageModel:
    """A builder and the training that suits it when the user leaves a choice open.

    Attributes:
        build: `(*, input_shape, num_classes, width, depth, dropout) -> keras.Model`.
        family: what most of its work is, for the choice of precision and compiler.
        epochs: passes over the training split.
        learning_rate: peak rate with AdamW, or None for the optimizer's default.
    """

    build: Callable[..., keras.Model]
    family: Family
    epochs: int
    learning_rate: float | None = None


IMAGE_MODELS: Mapping[str, ImageModel] = MappingProxyType(
    {
        "alexnet": ImageModel(alexnet, "conv", 30),
        "cnn": ImageModel(cnn, "conv", 30, 2e-3),
        "densenet": ImageModel(densenet, "conv", 30),
        "fast_resnet": ImageModel(fast_resnet, "conv", 15),
        "inception": ImageModel(inception, "conv", 30),
        "mlp": ImageModel(mlp, "dense", 30),
        "mobile_cnn": ImageModel(mobile_cnn, "conv", 30, 2e-3),
        "resnet": ImageModel(resnet, "conv", 30),
        "vgg": ImageModel(vgg, "conv", 30),
        "vit": ImageModel(vit, "attention", 40),
    }
)


def build_image_model(
    config: ModelConfig,
    *,
    input_shape: tuple[int, int, int],
    num_classes: int,
    dropout: float | None = None,
) -> keras.Model:
    """The model that `config` names.

    Args:
        config: name (or `preset:NAME_OR_PATH`), width and depth.
        input_shape: `(height, width, channels)`.
        num_classes: number of logits.
        dropout: before the head, or None for the model's own.

    Returns:
        A model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: for an unknown name, or a width or depth given with a preset.
    """
    if config.model.startswith(PRESET_PREFIX):
        if (config.width, config.depth) != (1.0, 1.0):
            raise ConfigError(
                f"width and depth cannot change a pretrained model ({config.model}): omit them."
            )
        name = config.model.removeprefix(PRESET_PREFIX)
        return preset(name, input_shape=input_shape, num_classes=num_classes, dropout=dropout)
    return find_image_model(config.model).build(
        input_shape=input_shape,
        num_classes=num_classes,
        width=config.width,
        depth=config.depth,
        dropout=dropout,
    )


def find_image_model(name: str) -> ImageModel:
    """The entry of `IMAGE_MODELS` under `name`.

    Raises:
        ConfigError: for an unknown name, with the nearest one.
    """
    known = [*IMAGE_MODELS, f"{PRESET_PREFIX}NAME_OR_PATH"]
    return IMAGE_MODELS[choose(name, known, what="ModelConfig.model")]


def adapt(model: keras.Model, images: Any, *, limit: int = 5000) -> None:
    """Sets the weights that layers compute from data, such as whitening.

    Each layer with a method `adapt` is given its own inputs for `images`.

    Args:
        model: changed in place.
        images: pictures of the training split only, 0 to 255, `(n, height, width, channels)`.
        limit: pictures used at most (the first ones; shuffle before if they are sorted).
    """
    for layer in model.layers:
        if callable(getattr(layer, "adapt", None)):
            before = keras.Model(model.inputs, layer.input)
            layer.adapt(before.predict(images[:limit], batch_size=256, verbose=0))


def backbone(model: keras.Model) -> keras.Layer | None:
    """The pretrained layer of a model built by `preset`, or None."""
    return next((layer for layer in model.layers if layer.name == "backbone"), None)


__all__ = [
    "IMAGE_MODELS",
    "ImageModel",
    "adapt",
    "alexnet",
    "backbone",
    "build_image_model",
    "cnn",
    "densenet",
    "fast_resnet",
    "find_image_model",
    "inception",
    "mlp",
    "mobile_cnn",
    "preset",
    "preset_image_size",
    "resnet",
    "vgg",
    "vit",
]
