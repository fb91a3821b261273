"""What differs between the settings of two runs, searches or machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from kerasapps.config.dotted import dotted

_NOT_GIVEN: Final = "not given"


class Differing(NamedTuple):
    """One setting that two places have different values of, or only one of them has.

    Attributes:
        name: of the setting, with dots: "train.epochs".
        first: the value in the first place, in words.
        second: that in the second.
    """

    name: str
    first: str
    second: str


def differing(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Differing]:
    """The settings that differ, by name.

    Args:
        first: settings, JSON-able, nested by name.
        second: other ones.
    """
    left, right = (dotted(json.loads(json.dumps(settings))) for settings in (first, second))
    return [
        Differing(name, _in_words(left, name), _in_words(right, name))
        for name in sorted(left | right)
        if name not in left or name not in right or left[name] != right[name]
    ]


def _in_words(settings: Mapping[str, Any], name: str) -> str:
    if name not in settings:
        return _NOT_GIVEN
    value = settings[name]
    return value if isinstance(value, str) else json.dumps(value)
