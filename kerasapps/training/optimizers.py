"""Optimizers by name, with a learning-rate factor for each variable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import keras

from kerasapps.config import Optimizer, TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.training.muon import HiddenMuon
from kerasapps.training.rate_factors import RateFactors


@dataclass(frozen=True)
class OptimizerDefaults:
    """What an optimizer takes where `TrainConfig` says None.

    Attributes:
        learning_rate: peak learning rate.
        weight_decay: a step multiplies kernels by `1 - learning_rate * weight_decay`.
    """

    learning_rate: float
    weight_decay: float


OPTIMIZER_DEFAULTS: Mapping[str, OptimizerDefaults] = MappingProxyType(
    {
        "sgd": OptimizerDefaults(0.1, 5e-4),
        "momentum": OptimizerDefaults(0.05, 5e-4),
        "nesterov": OptimizerDefaults(0.05, 5e-4),
        "adam": OptimizerDefaults(1e-3, 0.0),
        "adamw": OptimizerDefaults(1e-3, 0.01),
        "rmsprop": OptimizerDefaults(5e-4, 0.0),
        "adagrad": OptimizerDefaults(1e-2, 0.0),
        "muon": OptimizerDefaults(0.02, 0.01),
    }
)


class FactoredSGD(RateFactors, keras.optimizers.SGD):
    """SGD with a learning-rate factor for each variable."""


class FactoredAdam(RateFactors, keras.optimizers.Adam):
    """Adam, and with weight decay AdamW, with a learning-rate factor for each variable."""


class FactoredRMSprop(RateFactors, keras.optimizers.RMSprop):
    """RMSprop with a learning-rate factor for each variable."""


class FactoredAdagrad(RateFactors, keras.optimizers.Adagrad):
    """Adagrad with a learning-rate factor for each variable."""


_CLASSES: Mapping[str, tuple[type, Mapping[str, Any]]] = MappingProxyType(
    {
        "sgd": (FactoredSGD, {}),
        "momentum": (FactoredSGD, {"momentum": 0.9}),
        "nesterov": (FactoredSGD, {"momentum": 0.9, "nesterov": True}),
        "adam": (FactoredAdam, {}),
        "adamw": (FactoredAdam, {}),
        "rmsprop": (FactoredRMSprop, {}),
        "adagrad": (FactoredAdagrad, {}),
        "muon": (HiddenMuon, {}),
    }
)

# What each optimizer with squared gradients like Adam's calls their decay.
_BETA_2: Mapping[str, str] = MappingProxyType(
    {"adam": "beta_2", "adamw": "beta_2", "muon": "adam_beta_2"}
)


USUAL_OPTIMIZER: Optimizer = "adamw"


def optimizer_of(config: TrainConfig) -> Optimizer:
    """The optimizer that `config` names, or the usual one.

    Examples:
        >>> kerasapps.training.optimizer_of(kerasapps.TrainConfig())
        'adamw'
    """
    return config.optimizer or USUAL_OPTIMIZER


def peak_learning_rate(config: TrainConfig) -> float:
    """The learning rate that the schedule's factors multiply."""
    if config.learning_rate is not None:
        return config.learning_rate
    return OPTIMIZER_DEFAULTS[optimizer_of(config)].learning_rate


def make_optimizer(
    config: TrainConfig,
    *,
    multipliers: Mapping[str, float] | None = None,
    precision: str = "float32",
) -> keras.optimizers.Optimizer:
    """The optimizer that `config` names, at its peak learning rate.

    Weight decay is decoupled for all of them and leaves biases, norms and embeddings alone.

    Args:
        config: `optimizer`, `learning_rate`, `weight_decay`, `beta_2` and `clip_norm` are read.
        multipliers: a factor on the learning rate for each variable's `path`; 1 where absent.
        precision: the `Runtime`'s; under `mixed_bfloat16` Muon's products are bfloat16 too.

    Returns:
        An optimizer that is not built yet.

    Raises:
        ConfigError: if `beta_2` is set for an optimizer that has none.

    Examples:
        >>> config = kerasapps.TrainConfig(optimizer="nesterov", learning_rate=0.1)
        >>> round(float(kerasapps.training.make_optimizer(config).learning_rate), 4)
        0.1
    """
    name, decay = optimizer_of(config), config.weight_decay
    if decay is None:
        decay = OPTIMIZER_DEFAULTS[name].weight_decay
    kind, options = _CLASSES[name]
    optimizer = kind(
        learning_rate=peak_learning_rate(config),
        weight_decay=decay or None,
        global_clipnorm=config.clip_norm,
        **options,
        **beta_2_option(config),
    )
    optimizer.multipliers = dict(multipliers or {})
    if isinstance(optimizer, HiddenMuon) and precision == "mixed_bfloat16":
        optimizer.product_dtype = "bfloat16"
    return optimizer


def beta_2_option(config: TrainConfig) -> dict[str, float]:
    """`config.beta_2` under the optimizer's own name for it; nothing where it is None.

    Raises:
        ConfigError: if the optimizer has no such number.
    """
    if config.beta_2 is None:
        return {}
    name = optimizer_of(config)
    if name not in _BETA_2:
        raise ConfigError(
            f"TrainConfig.beta_2 is for the optimizers {', '.join(_BETA_2)}; {name} "
            "has none. Leave it out or choose another optimizer."
        )
    return {_BETA_2[name]: config.beta_2}
