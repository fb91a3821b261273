"""What every field of a config class is held to: its default, its least and its most."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from kerasapps.errors import ConfigError


@dataclass(frozen=True)
class Number:
    """A field that is a number.

    Attributes:
        low: the least that is taken.
        high: the most; None if there is no limit.
        whole: whether halves are refused.
        may_be_none: whether it may be left open.
        beside: other options without which these bounds are out of reach.
    """

    low: float
    high: float | None
    whole: bool = False
    may_be_none: bool = False
    beside: Mapping[str, Any] = field(default_factory=dict)


def check_defaults(config: type[Any], expected: Mapping[str, Any]) -> None:
    """Every field is explained, given by name only, never changed, and `expected` if not given."""
    made = config()
    for each in dataclasses.fields(config):
        assert each.kw_only and each.metadata["help"]
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, each.name, None)
    assert {each.name: getattr(made, each.name) for each in dataclasses.fields(config)} == expected


def check_number(config: type[Any], name: str, number: Number) -> None:
    """The bounds are taken, the nearest numbers beyond are refused, and so is what is none."""

    def made(value: Any) -> Any:
        return getattr(config(**{**number.beside, name: value}), name)

    step = 1 if number.whole else 0
    taken = [number.low, number.low + 1 if number.whole else math.nextafter(number.low, math.inf)]
    refused: list[Any] = [True, False, str(number.low), math.nan, math.inf, -math.inf, 10**400]
    refused += [] if number.may_be_none else [None]
    refused += [number.low - step if step else math.nextafter(number.low, -math.inf)]
    refused += [number.low + 0.5] if number.whole else []
    if number.high is None:
        taken.append(10**9)
    else:
        taken.append(number.high)
        refused.append(number.high + step if step else math.nextafter(number.high, math.inf))
    for value in [*taken, *([None] if number.may_be_none else [])]:
        assert made(value) == value
    for value in refused:
        with pytest.raises(ConfigError, match=rf"^{config.__name__}\.{name} must be"):
            made(value)


def check_choice(
    config: type[Any], name: str, known: tuple[str, ...], *, may_be_none: bool = False
) -> None:
    """These names are taken and others refused, with the field's name and all that are known."""
    for value in (*known, *([None] if may_be_none else [])):
        assert getattr(config(**{name: value}), name) == value
    with pytest.raises(ConfigError) as caught:
        config(**{name: "quux"})
    assert str(caught.value).startswith(f"{config.__name__}.{name} 'quux' is not known.")
    assert str(caught.value).endswith(f"Known: {', '.join(known)}.")
