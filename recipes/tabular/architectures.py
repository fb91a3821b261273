"""Networks for rows of a table: how each is trained, and what is searched with it."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kerasapps.config import Architecture, Architectures, Family, ModelConfig
from kerasapps.config.architectures import Ask
from kerasapps.config.own import is_own
from kerasapps.tuning.spaces import Draft, search_training

if TYPE_CHECKING:
    from kerasapps.models.tabular_common import TabularShape


def build_network(config: ModelConfig, shape: TabularShape, *, classes: bool) -> Any:
    """The network that `config` names.

    Args:
        config: name; its width and depth take the place of `shape`'s.
        shape: numbers, categories, outputs, and how the network will be used.
        classes: whether the outputs are logits of classes; else they are a number.

    Returns:
        A Keras model from `numbers`, float32 `(batch, p)`, and `categories`, int32 `(batch, q)`,
        to float32 `(batch, outputs)`.

    Raises:
        ConfigError: for an unknown name, or a kernel.
    """
    sized = dataclasses.replace(shape, width=config.width, depth=config.depth)
    form = {"classes": classes} if is_own(config.model) else {}
    return ARCHITECTURES.build(config, sized, **form)


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


def _rows(
    builder: str, *, learning_rate: float, space: Ask, family: Family = "dense"
) -> Architecture:
    return Architecture(
        builder=f"kerasapps.models.{builder}",
        family=family,
        minutes=MINUTES,
        space=space,
        training={"learning_rate": learning_rate},
    )


ARCHITECTURES = Architectures(
    MappingProxyType(
        {
            "ft_transformer": _rows(
                "ft_transformer.ft_transformer",
                learning_rate=1e-3,
                space=transformer,
                family="attention",
            ),
            "linear": _rows("tabular_linear.tabular_linear", learning_rate=1e-2, space=linear),
            "mlp": _rows("tabular_mlp.tabular_mlp", learning_rate=2e-3, space=dense),
            "resnet": _rows("tabular_resnet.tabular_resnet", learning_rate=2e-3, space=dense),
        }
    ),
    own=_rows("own.own_row_network", learning_rate=2e-3, space=linear),
)
