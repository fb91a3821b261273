"""What the fields of a config class are made of and checked with."""

from __future__ import annotations

import codecs
import dataclasses
import difflib
import functools
import numbers
import os
import typing
from collections.abc import Callable, Iterable, Mapping
from encodings import aliases
from typing import Any

from kerasapps.errors import ConfigError
from kerasapps.paths import user_path

INFINITY = float("inf")
_NO_FILES = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})


def option(default: Any, text: str) -> Any:
    """A dataclass field with the help text that the command line and the docs show."""
    return dataclasses.field(default=default, metadata={"help": text})


# The types of a config class's fields; read once, as that takes as long as a whole command.
field_types: Callable[[type], Mapping[str, Any]] = functools.cache(typing.get_type_hints)


def choose(value: str, known: Iterable[str], *, what: str) -> str:
    """`value` when it is one of `known`.

    Raises:
        ConfigError: otherwise, listing the known values and the nearest match.
    """
    names = list(known)
    if value in names:
        return value
    near = difflib.get_close_matches(str(value), names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ConfigError(f"{what} {value!r} is not known.{hint} Known: {', '.join(names)}.")


def check_file(config: object, field: str) -> None:
    """Make sure that an optional field names a file, whether it is there or not; a text then.

    Raises:
        ConfigError: if it is empty, no path, or a path that cannot be meant.
    """
    value = getattr(config, field)
    if value is not None:
        user_path(value, what=f"{type(config).__name__}.{field}")
        object.__setattr__(config, field, os.fsdecode(value))


def check_encoding(config: object) -> None:
    """Make sure that the field `encoding`, if it is set, is one of text that Python knows.

    Raises:
        ConfigError: otherwise, with the nearest names.
    """
    value = getattr(config, "encoding")  # noqa: B009 — of any config that has it
    if value is None:
        return
    require(isinstance(value, str) and bool(value), config, "encoding", "the name of an encoding")
    if not _encodes_text(value):
        every = {*aliases.aliases, *aliases.aliases.values(), "utf-8", "utf-16", "latin-1"}
        names = sorted(filter(_encodes_text, every))
        near = difflib.get_close_matches(value.lower(), names, n=3)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise ConfigError(
            f"{type(config).__name__}.encoding {value!r} is not known.{hint} Usual ones: cp1252, "
            "latin-1, utf-8, utf-16, shift_jis, gb18030."
        )


def _encodes_text(name: str) -> bool:
    try:
        known = codecs.lookup(name)
        "a".encode(known.name)  # no codec of bytes, such as zlib
    except (LookupError, UnicodeError, ValueError):
        return False
    return known.name.replace("-", "_") not in _NO_FILES


def require(condition: bool, config: object, field: str, expected: str) -> None:
    if not condition:
        raise ConfigError(
            f"{type(config).__name__}.{field} must be {expected}, got {getattr(config, field)!r}."
        )


def number(config: object, field: str, low: float, high: float, *, whole: bool = False) -> None:
    value = getattr(config, field)
    kind = int if whole else (int, float)
    fits = isinstance(value, kind) and not isinstance(value, bool) and low <= value <= high
    noun = "a whole number" if whole else "a number"
    limit = f"from {low:.15g} to {high:.15g}" if high != INFINITY else f"of at least {low:.15g}"
    require(fits, config, field, f"{noun} {limit}")


def require_whole(value: object, low: int, high: float = INFINITY, *, what: str) -> None:
    """Make sure that an argument is a whole number, of Python or of numpy.

    Args:
        value: what the caller gave.
        low: the least that it may be.
        high: the most.
        what: names the argument in the message.

    Raises:
        ConfigError: otherwise.
    """
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not whole or not low <= int(value) <= high:  # type: ignore[call-overload]
        limit = f"at least {low}" if high == INFINITY else f"from {low} to {high}"
        noun = "" if whole else "a whole number, "
        raise ConfigError(f"{what} must be {noun}{limit}, got {value!r}.")
