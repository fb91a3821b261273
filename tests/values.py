"""What kinds of values a module's data classes are."""

from __future__ import annotations

import dataclasses
from types import ModuleType


def kinds_of(module: ModuleType) -> dict[str, str]:
    """Data class → whether it is frozen, and whether its fields are given by name alone."""
    own = {
        name: each
        for name, each in vars(module).items()
        if dataclasses.is_dataclass(each) and each.__module__ == module.__name__
    }
    return {name: _kind(each) for name, each in own.items()}


def _kind(cls: type) -> str:
    words = ["frozen" if cls.__dataclass_params__.frozen else "open"]
    if all(field.kw_only for field in dataclasses.fields(cls)):
        words.append("by name")
    if not cls.__dataclass_params__.eq:
        words.append("by identity")
    return ", ".join(words)
