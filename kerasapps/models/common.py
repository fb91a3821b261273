"""What every builder needs: input, head, and sizes that follow the input."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import keras

from kerasapps.config import PRESET_PREFIX, ModelConfig, preset_source
from kerasapps.errors import ConfigError
from kerasapps.layers import make_divisible

InputShape = tuple[int, int, int]
Family = Literal["conv", "attention", "dense"]

_OWN = ("dropout", "kernel", "word_dropout")


@dataclass(frozen=True)
class ModelFacts:
    """What a search must know of a model.

    Attributes:
        space: name of its family among `kerasapps.tuning.spaces.SPACES`.
        own: option → the number that the model takes where the option is left open.
    """

    space: str
    own: Mapping[str, Any]


def facts_of(builder: Callable[..., Any], space: str) -> ModelFacts:
    """The facts of a model: its own numbers are the defaults of its builder's parameters."""
    parameters = inspect.signature(builder).parameters
    own = {name: parameters[name].default for name in _OWN if name in parameters}
    return ModelFacts(space, own)


def check_kernel(config: ModelConfig, facts: Mapping[str, ModelFacts]) -> None:
    """Refuses a kernel for models whose convolutions, if they have any, are of fixed sizes.

    Args:
        config: its name is one of `facts`.
        facts: of every model of the task, by name.

    Raises:
        ConfigError: naming the models that have one.
    """
    if config.kernel is None or "kernel" in facts[config.model].own:
        return
    able = [name for name, each in facts.items() if "kernel" in each.own]
    offer = f"choose {' or '.join(able)}, or " if able else ""
    raise ConfigError(f"{config.model} has no choice of kernels: {offer}leave kernel out.")


def preset_name(config: ModelConfig) -> str | None:
    """The pretrained model that `config` names, or None when it names one of ours.

    Raises:
        ConfigError: if it asks for another width, depth or kernel of a pretrained model.
    """
    if not config.model.startswith(PRESET_PREFIX):
        return None
    if (config.width, config.depth, config.kernel) != (1.0, 1.0, None):
        raise ConfigError(
            f"width, depth and kernel cannot change a pretrained model ({config.model}): omit them."
        )
    return preset_source(config.model)


def check_shape(input_shape: InputShape, num_classes: int, *, smallest: int = 8) -> None:
    """Refuses inputs that no builder can work with.

    Raises:
        ConfigError: unless the shape is `(height, width, 1 or 3)`, both sides at least `smallest`,
            and there are two classes or more.
    """
    if len(input_shape) != 3 or input_shape[2] not in (1, 3) or min(input_shape[:2]) < smallest:
        raise ConfigError(
            f"input_shape must be (height, width, channels) with sides of at least {smallest} "
            f"and 1 or 3 channels, got {tuple(input_shape)!r}."
        )
    if num_classes < 2:
        raise ConfigError(f"num_classes must be at least 2, got {num_classes!r}.")


def picture_input(input_shape: InputShape) -> tuple[Any, Any]:
    """The model's input (float32, 0 to 255) and the same scaled to about mean 0, deviation 1."""
    inputs = keras.Input(input_shape, dtype="float32", name="image")
    scaled = keras.layers.Rescaling(1 / 64, offset=-127.5 / 64, name="rescale", dtype="float32")
    return inputs, scaled(inputs)


def logits(features: Any, num_classes: int, dropout: float) -> Any:
    """Dropout and the linear head, float32 whatever the model computes in.

    Args:
        features: float, `(batch, d)`.
        num_classes: logits that come out.
        dropout: share of the features dropped in training.
    """
    if dropout:
        features = keras.layers.Dropout(dropout, name="head_dropout")(features)
    return keras.layers.Dense(num_classes, dtype="float32", name="logits")(features)


def pooled_logits(x: Any, num_classes: int, dropout: float) -> Any:
    """Global average pooling of `(batch, height, width, channels)`, then `logits`."""
    return logits(keras.layers.GlobalAveragePooling2D(name="pool")(x), num_classes, dropout)


def reductions(input_shape: InputShape) -> int:
    """How often the input should be halved: to a grid of 4 to 7 cells, at most 5 times.

    28 and 32 pixels: 3; 64 and 96: 4; 112 to 224: 5 (so that every larger input too keeps
    the stem that published models of its kind have).
    """
    return min(5, max(0, int(math.log2(min(input_shape[:2]) / 3.5) + 1e-9)))


def channels(base: float, width: float) -> int:
    """`base * width`, rounded to a multiple of 8."""
    return make_divisible(base * width)


def repeats(base: int, depth: float) -> int:
    """`base * depth`, rounded up, at least 1."""
    return max(1, math.ceil(base * depth - 1e-9))
