"""The options that decide how data is read and split: kept when it is packed, and held against."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from kerasapps.config import LoadConfig
from kerasapps.data.packed.pack_file import PackFile
from kerasapps.data.splits import Splits
from kerasapps.wording.harmless import printable

_SHARES = ("validation_split", "test_split")
_SETS = (list, tuple)

Alike = Callable[[str, Any, Any], bool]
"""Whether a value of an option means what another does that is not equal: its name, and both."""


def deciding_options(options: Any, config: LoadConfig) -> dict[str, Any]:
    """Options that decide what is in the splits, as plain values.

    Args:
        options: of the kind of data.
        config: of the splits.
    """
    values = {name: getattr(config, name) for name in _SHARES}
    values |= {each.name: getattr(options, each.name) for each in _reading(options)}
    return {name: [*value] if isinstance(value, tuple) else value for name, value in values.items()}


def found_options(splits: Splits[Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """What data were found to be, for options that nobody set.

    Args:
        splits: of the data.
        found: what the kind of data alone tells.
    """
    target = splits.target
    names = [part.name for part in target.parts] or [*target.names]
    return {"target_kind": target.kind, "target_columns": names, **found}


def refused_options(
    folder: Path, pack: PackFile, options: Any, config: LoadConfig, *, alike: Alike
) -> list[str]:
    """Why packed data cannot be had as it is asked for; one sentence an option.

    What nobody asks for, and what the data were packed with or found to be, is no reason.

    Args:
        folder: that is packed.
        pack: what it says.
        options: of the kind of data, as they are asked for.
        config: of the splits, likewise.
        alike: see `Alike`.
    """
    refused = []
    for name, asked, usual in _asked(options, config):
        packed, found = pack.options.get(name), pack.found.get(name)
        known = (usual, packed, found)
        if any(_equal(asked, each) or alike(name, asked, each) for each in known):
            continue
        was = f"{name}={_shown(packed if found is None else found)}"
        refused.append(
            f"{printable(folder)} was packed with {was}, and {name}={_shown(asked)} is asked for: "
            f"leave {name} out, or pack the data again with it into another folder"
        )
    return refused


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, _SETS) and isinstance(other, _SETS):
        return sorted(one) == sorted(other)
    return bool(one == other)


def _asked(options: Any, config: LoadConfig) -> Iterator[tuple[str, Any, Any]]:
    """Each option with its value and what it is where nobody sets it."""
    usual: Mapping[str, Any] = {each.name: each.default for each in dataclasses.fields(config)}
    for name in _SHARES:
        yield name, getattr(config, name), usual[name]
    for field in _reading(options):
        yield field.name, getattr(options, field.name), field.default


def _reading(options: Any) -> list[dataclasses.Field[Any]]:
    """Fields that say how the data is read: those that an audit asks for."""
    return [each for each in dataclasses.fields(options) if "check" in each.metadata["asks"]]


def _shown(value: Any) -> str:
    if isinstance(value, Collection) and not isinstance(value, str):
        return ",".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
