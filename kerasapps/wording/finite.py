"""Figures that any JSON can hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def clean(values: Any) -> Any:
    """`values` with NaN and infinities as null, which JSON has no words for."""
    if isinstance(values, Mapping):
        return {str(key): clean(value) for key, value in values.items()}
    if isinstance(values, (list, tuple)):
        return [clean(value) for value in values]
    return None if isinstance(values, float) and not math.isfinite(values) else values
