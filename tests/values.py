"""What a module's classes are: frozen or not, and what they take where nobody says."""

from __future__ import annotations

import dataclasses
import inspect
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


def defaults_of(module: ModuleType) -> dict[str, dict[str, object]]:
    """Class of the module → what its constructor takes where nobody says."""
    own = {
        name: each
        for name, each in vars(module).items()
        if inspect.isclass(each) and each.__module__ == module.__name__
    }
    return {name: found for name, each in own.items() if (found := _defaults(each))}


def _defaults(cls: type) -> dict[str, object]:
    if not cls.__init__.__module__.startswith("kerasapps"):
        return {}  # another library's
    parameters = inspect.signature(cls.__init__).parameters.values()
    return {each.name: each.default for each in parameters if each.default is not each.empty}


def left_open_in(module: ModuleType) -> dict[str, dict[str, object]]:
    """Data class of the module → the values of fields that nobody need give."""
    return {
        name: found for name in kinds_of(module) if (found := _open_fields(getattr(module, name)))
    }


def _open_fields(cls: type) -> dict[str, object]:
    found: dict[str, object] = {}
    for field in dataclasses.fields(cls):
        if field.default is not dataclasses.MISSING:
            found[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            found[field.name] = field.default_factory()
    return found
