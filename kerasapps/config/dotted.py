"""Nested settings as one mapping with dotted names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def dotted(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Every single setting by its name with dots: `train.epochs`.

    Args:
        settings: values, and mappings of such; an empty mapping has none.
        prefix: stands before every name.
    """
    values: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            values |= dotted(value, f"{prefix}{name}.")
        else:
            values[f"{prefix}{name}"] = value
    return values
