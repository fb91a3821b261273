"""What is to be answered: one class, several labels at once (or none), a number, or several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, Literal, get_args

from kerasapps.config.checks import option, require
from kerasapps.errors import ConfigError

PartKind = Literal["class", "labels", "number"]
"""What one column is answered with."""
TargetKind = Literal["class", "labels", "number", "several"]
"""Likewise; "several" are columns that one network answers at once, each of them for itself."""
LabelLoss = Literal["asymmetric", "cross_entropy", "focal"]
SEPARATOR: Final = "|"
"""Between the labels of one cell, where kerasapps writes it."""


def kind_of_target() -> Any:
    """The option `target_kind` of a config class."""
    return option(
        None,
        "what an example is answered with: class, labels (any number of them), number, or several "
        "(each of target_columns for itself, by one network) (default: guessed and printed)",
        choices=get_args(TargetKind),
        searched=False,
        asks=("check",),
    )


def columns_of_target() -> Any:
    """The option `target_columns` of a config class, for `check_targets`."""
    return option(
        (),
        "column that is answered together with others: of ones and zeros, one a label; or of "
        "classes, labels or numbers, each answered for itself; NAME:number says what NAME is "
        "(repeatable)",
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


def kind_of_column(name: str, columns: Sequence[str]) -> PartKind | None:
    """What the user says that a column holds, such as "number" by "age:number"; None: nothing.

    Args:
        name: of the column.
        columns: the option `target_columns`.
    """
    if name in columns:
        return None
    return next((kind for kind in get_args(PartKind) if f"{name}:{kind}" in columns), None)


def bare_column(named: str) -> str:
    """The name of a column without what it is said to hold: "age" of "age:number"."""
    name, sign, kind = named.rpartition(":")
    return name if sign and name and kind in get_args(PartKind) else named


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
            "target_columns are answered together, and target_kind is class: name the column of "
            f"the class with {column}, or take several for target_kind."
        )
    if len(names) == 1:
        raise ConfigError(
            f"target_columns names {names[0]!r} alone, and is for several columns that are "
            f"answered together: name a single one with {column}."
        )
    doubled = [name for name, count in Counter(map(bare_column, names)).items() if count > 1]
    if doubled:
        raise ConfigError(f"target_columns names {doubled[0]!r} twice: name each column once.")
