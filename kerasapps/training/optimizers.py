"""Optimizers by name, with a learning-rate factor for each variable."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import keras

from kerasapps.config import TrainConfig
from kerasapps.training.muon import HiddenMuon
from kerasapps.training.optimizer_choice import (
    OPTIMIZER_DEFAULTS,
    beta_2_option,
    optimizer_of,
    peak_learning_rate,
)
from kerasapps.training.rate_factors import RateFactors


@keras.saving.register_keras_serializable(package="kerasapps")
class FactoredSGD(RateFactors, keras.optimizers.SGD):
    """SGD with a learning-rate factor for each variable."""


@keras.saving.register_keras_serializable(package="kerasapps")
class FactoredAdam(RateFactors, keras.optimizers.Adam):
    """Adam, and with weight decay AdamW, with a learning-rate factor for each variable."""


@keras.saving.register_keras_serializable(package="kerasapps")
class FactoredRMSprop(RateFactors, keras.optimizers.RMSprop):
    """RMSprop with a learning-rate factor for each variable."""


@keras.saving.register_keras_serializable(package="kerasapps")
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
