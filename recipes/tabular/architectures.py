"""Networks for rows of a table: how each is trained, and what is searched with it."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kerasapps.config import Architecture, Architectures, ModelConfig
from kerasapps.tuning.spaces import Draft, search_training

if TYPE_CHECKING:
    from kerasapps.models.tabular_common import TabularShape


def build_network(config: ModelConfig, shape: TabularShape) -> Any:
    """The network that `config` names.

    Args:
        config: name; its width and depth take the place of `shape`'s.
        shape: numbers, categories, outputs, and how the network will be used.

    Returns:
        A Keras model from `numbers`, float32 `(batch, p)`, and `categories`, int32 `(batch, q)`,
        to float32 `(batch, outputs)`.

    Raises:
        ConfigError: for an unknown name, or a kernel.
    """
    sized = dataclasses.replace(shape, width=config.width, depth=config.depth)
    return ARCHITECTURES.build(config, sized)


def linear(draft: Draft) -> None:
    """What is searched with sums of columns."""
    search_training(draft)


def dense(draft: Draft) -> None:
    """What is searched with dense layers, residual or not."""
    draft.times("width", 0.5, 1, 2)
    draft.times("depth", 0.5, 1, 1.5, 2)
    draft.up_to("dropout", 0.6)
    draft.sizes("bins")
    search_training(draft)


def transformer(draft: Draft) -> None:
    """What is searched with attention between columns."""
    draft.times("width", 0.5, 1, 1.5)
    draft.times("depth", 0.5, 1, 1.5)
    draft.up_to("dropout", 0.4)
    draft.sizes("bins")
    search_training(draft)


MINUTES = 10.0

ARCHITECTURES = Architectures(
    MappingProxyType(
        {
            "ft_transformer": Architecture(
                builder="kerasapps.models.ft_transformer.ft_transformer",
                family="attention",
                minutes=MINUTES,
                space=transformer,
                training={"learning_rate": 1e-3},
            ),
            "linear": Architecture(
                builder="kerasapps.models.tabular_linear.tabular_linear",
                family="dense",
                minutes=MINUTES,
                space=linear,
                training={"learning_rate": 1e-2},
            ),
            "mlp": Architecture(
                builder="kerasapps.models.tabular_mlp.tabular_mlp",
                family="dense",
                minutes=MINUTES,
                space=dense,
                training={"learning_rate": 2e-3},
            ),
            "resnet": Architecture(
                builder="kerasapps.models.tabular_resnet.tabular_resnet",
                family="dense",
                minutes=MINUTES,
                space=dense,
                training={"learning_rate": 2e-3},
            ),
        }
    )
)
