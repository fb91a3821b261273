"""Public names of a package that are loaded when they are first used."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

Loaded = tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]


def lazy_names(package: str, file: str) -> Loaded:
    """What a package is made of whose stub says where each of its names stands.

    The stub, the file of the same name that ends in `.pyi`, is what type checkers read. It has
    `from MODULE import NAME as NAME` for each name; where the module is the package itself, the
    name is a package within it.

    Args:
        package: its `__name__`.
        file: its `__file__`.

    Returns:
        The package's `__all__`, sorted; its `__getattr__`; and its `__dir__`.
    """
    with open(f"{file.removesuffix('.py')}.pyi", encoding="utf-8") as stub:  # noqa: PTH123 — quick
        words = stub.read().replace("(", "").replace(",)", "").split()
    homes = {words[at + 3]: words[at + 1] for at, word in enumerate(words) if word == "from"}
    names = sorted(homes)

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        try:
            if homes[name] == package:
                return importlib.import_module(f"{package}.{name}")
            return getattr(importlib.import_module(homes[name]), name)
        except ModuleNotFoundError as error:
            from kerasapps.process.training_stack import in_plain_words

            plain = in_plain_words(error, f"{package}.{name}")
            if plain is None:
                raise
            raise plain from None

    def listed() -> list[str]:
        return sorted({*vars(sys.modules[package]), *names})

    return names, load, listed
