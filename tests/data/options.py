"""Options of several config classes, given together."""

from __future__ import annotations

import dataclasses
from typing import Any


def build_configs(*kinds: type[Any], **options: Any) -> list[Any]:
    """An instance of each class, each with those of `options` that are its fields.

    Raises:
        TypeError: if an option is of none of them.
    """
    names = [{field.name for field in dataclasses.fields(kind)} for kind in kinds]
    if foreign := set(options).difference(*names):
        raise TypeError(f"{', '.join(sorted(foreign))}: no such option")
    return [
        kind(**{name: options[name] for name in options if name in own})
        for kind, own in zip(kinds, names, strict=True)
    ]
