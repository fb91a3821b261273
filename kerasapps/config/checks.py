"""What the fields of a config class are made of and checked with."""

from __future__ import annotations

import codecs
import dataclasses
import difflib
import functools
import numbers
import os
import sys
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from encodings import aliases
from typing import Any, Literal, TypeVar

from kerasapps.errors import ConfigError
from kerasapps.files.paths import user_path

INFINITY = float("inf")
LARGEST = sys.float_info.max
"""The most that any number may be: what is more is infinite as soon as it is computed with."""
Config = TypeVar("Config")
Command = Literal["check", "evaluate", "predict"]
_NO_FILES = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})


@dataclasses.dataclass(frozen=True)
class Bounds:
    """What a number must be.

    Attributes:
        low: the least that it may be.
        high: the most.
        whole: whether it has no fraction.
        off: a number beyond the bounds that is taken too, or None.
    """

    low: float
    high: float = INFINITY
    whole: bool = False
    off: float | None = None

    @property
    def words(self) -> str:
        """What a message calls such a number."""
        noun = "a whole number" if self.whole else "a number"
        other = "" if self.off is None else f", or {self.off:.15g}"
        if self.high == INFINITY:
            return f"{noun} of at least {self.low:.15g}{other}"
        return f"{noun} from {self.low:.15g} to {self.high:.15g}{other}"

    def hold(self, value: object) -> bool:
        """Whether `value` is such a number."""
        if isinstance(value, bool) or not isinstance(value, int if self.whole else int | float):
            return False
        return value == self.off or self.low <= value <= min(self.high, LARGEST)

    def asked_of(self, value: object) -> str:
        """What a message says `value` must be; of a share that was given in per cent, which too."""
        if not isinstance(value, int | float) or self.whole or not self.high <= 1 < value <= 100:
            return self.words
        share = value / 100
        if self.hold(share):
            return f"{self.words} ({value:.15g} % is {share:.15g})"
        return self.words


def option(
    default: Any,
    text: str,
    *,
    low: float | None = None,
    high: float = INFINITY,
    whole: bool = False,
    off: float | None = None,
    choices: Sequence[str] = (),
    searched: bool = True,
    identifies: bool | Literal["given"] = True,
    asks: Sequence[Command] = (),
    asked: str = "",
    secret: bool = False,
    of_files: bool = False,
    service: bool = False,
) -> Any:
    """A dataclass field with all that the checks, the command line and the docs know of it.

    Args:
        default: where nobody says. None: what suits the data or the model; nothing is checked then.
            A tuple: the field takes several names, and keeps each once.
        text: the help text.
        low: the least that a number may be; without it the field is no number.
        high: the most.
        whole: whether the number must have no fraction.
        off: a number beyond these bounds that is taken too.
        choices: names of which it must be one.
        searched: whether a search may try values of it: not if it decides what is measured.
        identifies: whether a run with another value is another run: not if it only says where, or
            by what means, the same is done. Such an option is not kept with the run either.
            "given": that there is a value does, and not which.
        asks: commands beside the training's that ask for it, with nothing for a default.
        asked: their help text, where it is another.
        secret: whether the `repr` of the config leaves it out.
        of_files: whether it is of whole files, which no request to a server sends.
        service: whether it is the address of a service, which must answer before work begins.
    """
    metadata = {
        "help": text,
        "bounds": None if low is None else Bounds(low, high, whole, off),
        "choices": tuple(choices),
        "searched": searched,
        "identifies": identifies,
        "asks": tuple(asks),
        "asked": asked or text,
        "of_files": of_files,
        "service": service,
    }
    return dataclasses.field(default=default, metadata=metadata, repr=not secret)


def place(text: str, *, answered: bool = False) -> Any:
    """An option that says where in the data something stands; guessed where nobody says.

    Args:
        text: the help text.
        answered: whether it is what is asked, which data without answers have too.
    """
    asks: Sequence[Command] = ("check", "evaluate", *(("predict",) if answered else ()))
    return option(None, text, searched=False, asks=asks, of_files=answered)


def encoding_of_files() -> Any:
    """The option `encoding` of a config class, for `check_encoding`."""
    return option(
        None,
        "of files of text, such as cp1252 (default: UTF-8, else guessed and printed)",
        asks=("check", "evaluate", "predict"),
        of_files=True,
    )


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
    begun = [name for name in names if value and name.startswith(str(value))]
    near = begun or difflib.get_close_matches(str(value), names, n=1)
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


def check_options(config: object) -> None:
    """Hold every field against what `option` says of it; for `__post_init__`.

    Fields of several names become tuples with each name once. A flag is True or False and nothing
    that counts as such: a number there was meant for something else.

    Raises:
        ConfigError: naming the field, what it must be and what it is.
    """
    kinds = field_types(type(config))
    for field in dataclasses.fields(config):  # type: ignore[arg-type]
        if isinstance(field.default, tuple):
            object.__setattr__(config, field.name, _several(config, field.name))
        value = getattr(config, field.name)
        if value is None and field.default is None:
            continue
        if kinds[field.name] in (bool, bool | None):
            require(isinstance(value, bool), config, field.name, "True or False")
        bounds: Bounds | None = field.metadata["bounds"]
        if bounds is not None:
            require(bounds.hold(value), config, field.name, bounds.asked_of(value))
        if field.metadata["choices"]:
            for name in value if isinstance(value, tuple) else (value,):
                what = f"{type(config).__name__}.{field.name}"
                choose(name, field.metadata["choices"], what=what)


def identifying_values(config: Any) -> dict[str, Any]:
    """The values of a config that say what a run is, not where or by what means it is done.

    Where it only counts that there is a value, it is True.
    """
    values = dataclasses.asdict(config)
    for field in dataclasses.fields(config):
        identifies = field.metadata.get("identifies", True)
        if not identifies:
            del values[field.name]
        elif identifies == "given" and values[field.name] is not None:
            values[field.name] = True
    return values


def with_identifying(kind: type[Config], values: Mapping[str, Any]) -> Config:
    """A config with `identifying_values`; what these do not know is as where nobody says."""
    fields: Any = dataclasses.fields(kind)  # type: ignore[arg-type]
    unknown = [
        field.name
        for field in fields
        if field.metadata.get("identifies") == "given" and values.get(field.name) is True
    ]
    return kind(**{name: value for name, value in values.items() if name not in unknown})


def config_with(kind: type[Config], values: Mapping[str, Any]) -> Config:
    """The config with those of some values that are its fields."""
    names = [each.name for each in dataclasses.fields(kind) if each.name in values]  # type: ignore[arg-type]
    return kind(**{name: values[name] for name in names})


def _several(config: object, field: str) -> tuple[str, ...]:
    names = getattr(config, field)
    require(isinstance(names, str | Iterable), config, field, "names")
    return tuple(dict.fromkeys((names,) if isinstance(names, str) else names))


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
    is_whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not is_whole or not low <= int(value) <= high:  # type: ignore[call-overload]
        limit = f"at least {low}" if high == INFINITY else f"from {low} to {high}"
        noun = "" if is_whole else "a whole number, "
        raise ConfigError(f"{what} must be {noun}{limit}, got {value!r}.")
