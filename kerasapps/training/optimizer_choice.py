"""Optimizers by name: what suits each, and what it is asked for; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kerasapps.config import Optimizer, TrainConfig
from kerasapps.errors import ConfigError


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

# What each optimizer with squared gradients like Adam's calls their decay.
_BETA_2: Mapping[str, str] = MappingProxyType(
    {"adam": "beta_2", "adamw": "beta_2", "muon": "adam_beta_2"}
)

USUAL_OPTIMIZER: Optimizer = "adamw"


def optimizer_of(config: TrainConfig) -> Optimizer:
    """The optimizer that `config` names, or the usual one."""
    return config.optimizer or USUAL_OPTIMIZER


def peak_learning_rate(config: TrainConfig) -> float:
    """The learning rate that the schedule's factors multiply."""
    if config.learning_rate is not None:
        return config.learning_rate
    return OPTIMIZER_DEFAULTS[optimizer_of(config)].learning_rate


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
