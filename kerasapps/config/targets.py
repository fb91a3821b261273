"""What is to be answered: one class, several labels at once (or none), or numbers."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

from kerasapps.config.checks import option, require
from kerasapps.errors import ConfigError

TargetKind = Literal["class", "labels", "number"]
LabelLoss = Literal["asymmetric", "cross_entropy", "focal"]
SEPARATOR: Final = "|"
"""Between the labels of one cell, where kerasapps writes it."""


def kind_of_target() -> Any:
    """The option `target_kind` of a config class."""
    return option(
        None,
        "what an example is answered with: class, labels (any number of them) or number (default: "
        "guessed and printed)",
        choices=get_args(TargetKind),
        searched=False,
        asks=("check",),
    )


def columns_of_target() -> Any:
    """The option `target_columns` of a config class, for `check_targets`."""
    return option(
        (),
        "column that is answered together with others: of ones and zeros, one a label, or of "
        "numbers (repeatable)",
        searched=False,
        asks=("check", "evaluate"),
    )


def loss_of_labels() -> Any:
    """The option `label_loss` of a config class."""
    return option(
        None,
        "what is minimised where there are several labels: cross_entropy, focal (less weight on "
        "what is nearly right) or asymmetric (where most labels are absent from most examples) "
        "(default: cross_entropy)",
        choices=get_args(LabelLoss),
    )


def check_targets(config: Any, *, column: str = "label_column") -> None:
    """Make sure that a config class's options of targets fit together.

    Args:
        config: has `target_kind` and `target_columns`.
        column: its field for a target in one column.

    Raises:
        ConfigError: if they do not; it says what to leave out.
    """
    names = config.target_columns
    fits = isinstance(names, tuple) and all(isinstance(each, str) and each for each in names)
    require(fits, config, "target_columns", "names of columns")
    if names and getattr(config, column) is not None:
        raise ConfigError(
            f"{column} is of a target in one column, and target_columns of one in several: keep "
            "one of them."
        )
    if names and config.target_kind == "class":
        raise ConfigError(
            "target_columns hold labels or numbers, and target_kind is class: leave one out."
        )
