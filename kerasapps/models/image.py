"""Image classifiers by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import keras

from kerasapps.config import IMAGE_ARCHITECTURES, PRESET_PREFIX, ModelConfig, choose
from kerasapps.models.alexnet import alexnet
from kerasapps.models.cnn import cnn
from kerasapps.models.common import (
    Family,
    ModelFacts,
    check_kernel,
    facts_of,
    preset_name,
)
from kerasapps.models.densenet import densenet
from kerasapps.models.fast_resnet import fast_resnet
from kerasapps.models.inception import inception
from kerasapps.models.mlp import mlp
from kerasapps.models.mobile_cnn import mobile_cnn
from kerasapps.models.presets import preset
from kerasapps.models.resnet import resnet
from kerasapps.models.vgg import vgg
from kerasapps.models.vit import vit


@dataclasses.dataclass(frozen=True)
class ImageModel:
    """A builder and the training that suits it when the user leaves a choice open.

    Attributes:
        build: `(*, input_shape, num_classes, width, depth, dropout) -> keras.Model`, some with
            `kernel`; its defaults are the model's own numbers.
        family: what most of its work is, for the choice of precision and compiler.
        epochs: passes over the training split.
        learning_rate: peak rate with AdamW, or None for the optimizer's default.
        space: name of its family among `kerasapps.tuning.spaces.SPACES`.
    """

    build: Callable[..., keras.Model]
    family: Family
    epochs: int
    learning_rate: float | None = None
    space: str = "conv_images"

    @property
    def facts(self) -> ModelFacts:
        """What a search must know."""
        return facts_of(self.build, self.space)


IMAGE_MODELS: Mapping[str, ImageModel] = MappingProxyType(
    {
        "alexnet": ImageModel(alexnet, "conv", 30),
        "cnn": ImageModel(cnn, "conv", 30, 2e-3),
        "densenet": ImageModel(densenet, "conv", 30),
        "fast_resnet": ImageModel(fast_resnet, "conv", 15),
        "inception": ImageModel(inception, "conv", 30),
        "mlp": ImageModel(mlp, "dense", 30, space="mlp"),
        "mobile_cnn": ImageModel(mobile_cnn, "conv", 30, 2e-3),
        "resnet": ImageModel(resnet, "conv", 30),
        "vgg": ImageModel(vgg, "conv", 30),
        "vit": ImageModel(vit, "attention", 40, space="vit"),
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
        config: name (or `preset:NAME_OR_PATH`), width, depth and kernel.
        input_shape: `(height, width, channels)`.
        num_classes: number of logits.
        dropout: before the head, or None for the model's own.

    Returns:
        A model from float32 pictures 0 to 255 to float32 logits `(batch, num_classes)`.

    Raises:
        ConfigError: for an unknown name, or a width, depth or kernel that the model cannot have.
    """
    asked = {"dropout": dropout, "kernel": config.kernel}
    options: dict[str, Any] = {key: value for key, value in asked.items() if value is not None}
    options |= {"input_shape": input_shape, "num_classes": num_classes}
    name = preset_name(config)
    if name is not None:
        return preset(name, **options)
    entry = find_image_model(config.model)
    check_kernel(config, {key: each.facts for key, each in IMAGE_MODELS.items()})
    return entry.build(width=config.width, depth=config.depth, **options)


def image_model_facts(name: str) -> ModelFacts:
    """What a search must know of an image classifier, pretrained ones included.

    Raises:
        ConfigError: for an unknown name, with the nearest one.
    """
    if name.startswith(PRESET_PREFIX):
        return facts_of(preset, "image_preset")
    return find_image_model(name).facts


def find_image_model(name: str) -> ImageModel:
    """The entry of `IMAGE_MODELS` under `name`.

    Raises:
        ConfigError: for an unknown name, with the nearest one.
    """
    return IMAGE_MODELS[choose(name, IMAGE_ARCHITECTURES.choices, what="ModelConfig.model")]
