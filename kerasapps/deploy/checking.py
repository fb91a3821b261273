"""Values of a `bundle.json` against their rules: the first that is off is named."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from kerasapps.deploy.rules import Rule

_LONGEST_SHOWN = 60


class OffError(Exception):
    """The first value that is not what it must be."""


def check_object(
    values: Mapping[str, Any], rules: Mapping[str, Rule], prefix: str, *, closed: bool = False
) -> None:
    """Every field that has a rule is there and keeps it; `closed`, no other field is there."""
    for name, rule in rules.items():
        if name not in values:
            raise OffError(f"{prefix}{name} is missing")
        check_value(values[name], rule, f"{prefix}{name}")
    if closed:
        _known(values, rules, prefix.rstrip(".") or "it")


def check_if_there(values: Mapping[str, Any], rules: Mapping[str, Rule], prefix: str) -> None:
    """Every field that is there and has a rule keeps it."""
    check_object(values, {name: rule for name, rule in rules.items() if name in values}, prefix)


def _known(values: Collection[str], rules: Collection[str], where: str) -> None:
    for name in values:
        if name not in rules:
            raise OffError(f"{where} has {shown(name)}, which this version does not know")


def check_value(value: Any, rule: Rule, where: str) -> None:
    """A value keeps its rule; `where` names it.

    Raises:
        OffError: if it does not.
    """
    if not rule.holds(value):
        raise OffError(f"{where} is {shown(value)} and must be {rule.words}")


def shown(value: Any) -> str:
    """A value as a message has it, however large it is."""
    try:
        text = ascii(value)
    except (RecursionError, ValueError):  # too deep; a number of thousands of digits
        text = type(value).__name__
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
