"""Options of columns that no part of the data could hear are refused, not ignored."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from kerasapps.errors import DataError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_SEVERAL = "target_columns"
ConfigT = TypeVar("ConfigT", bound="DataclassInstance")


def names_columns(config: DataclassInstance) -> bool:
    """Whether the user named a column."""
    return any(getattr(config, option) not in (None, ()) for option in _options(config))


def refuse_columns(config: DataclassInstance, where: str, *, but_targets: bool = False) -> None:
    """Make sure that nobody names columns of what is no table.

    Args:
        config: with the options.
        where: names the data.
        but_targets: whether its targets have columns.

    Raises:
        DataError: if one was named.
    """
    if but_targets and hasattr(config, _SEVERAL):
        nothing: Any = {_SEVERAL: ()}
        config = dataclasses.replace(config, **nothing)
    if names_columns(config):
        raise DataError(
            f"{' and '.join(_options(config))} are for tables, and {where} is none: leave them out"
        )


def hearing(
    config: ConfigT, parts: Sequence[Any], *, has_columns: Callable[[Any], bool], where: str
) -> Callable[[Any], ConfigT]:
    """What each part of the data is told: those that are no tables nothing of columns.

    Args:
        config: with the options of columns.
        parts: of the data, such as its splits.
        has_columns: whether a part is a table, or a place where there may be one.
        where: names the data as a whole.

    Raises:
        DataError: if columns are named, and no part has any.
    """
    if not names_columns(config):
        return lambda part: config
    if not any(map(has_columns, parts)):
        refuse_columns(config, where)
    nothing: Any = {name: () if name == _SEVERAL else None for name in _options(config)}
    deaf = dataclasses.replace(config, **nothing)
    return lambda part: config if has_columns(part) else deaf


def _options(config: DataclassInstance) -> list[str]:
    fields = dataclasses.fields(config)
    names = [field.name for field in fields if field.name.endswith("_column")]
    return [*names, _SEVERAL] if getattr(config, _SEVERAL, ()) else names
