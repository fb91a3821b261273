"""Labels become names of classes: one rule for folders, tables of any format and what is in memory.

1, 1.0, "1", "1.0"      1
true, "TRUE"            True
" café ", "cafe\\u0301"  café
"nan", "N/A", None      missing
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import numpy as np

from kerasapps.data.sources.rows import Problem, decode, is_missing
from kerasapps.errors import DataError

# How tables write that there is no value, as pandas.read_csv takes them
_MISSING = frozenset(
    {"#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"}
    | {"<NA>", "N/A", "NA", "NULL", "NaN", "NaT", "None", "n/a", "nan", "null"}
)
_LIKE_MISSING = frozenset(each.casefold() for each in _MISSING)
_WHOLE = re.compile(r"([+-]?\d+)\.0*")
_BOOLEANS = {"true": "True", "false": "False"}
_BETWEEN_LABELS = "|;,/+& "
_DIGITS = 28  # of a number that is compared exactly
_VARIANTS = 4  # ways to write a label that are remembered


def clean_label(value: Any) -> tuple[str, Problem | None]:
    """A source's value as the name of a class, or why it is none.

    Equal values have equal names in every format: a whole number is written without a fraction, a
    truth value as Python does, and text in composed form (NFC) without white space at its ends.

    Args:
        value: text, bytes that should be UTF-8, a number, a truth value, or anything else.
    """
    if isinstance(value, np.floating) and not np.isnan(value):
        value = str(value)  # the shortest: 0.1 of a float32 too
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bytes):
        value, problem = decode(value)
        if problem is not None:
            return "", Problem("bad label", f"the label is no text: {problem.reason}")
    if is_missing(value):
        return "", Problem("no label", "the label is missing")
    if not isinstance(value, (str, bool, int, float, Decimal)):
        kind = type(value).__name__
        return "", Problem("bad label", f"label {value!r} is a {kind}, neither a number nor text")
    return _clean_text(str(value))


def is_missing_label(value: Any) -> bool:
    """Whether a cell of labels says that there is none: it is empty, or written as tables do."""
    if isinstance(value, str):
        return value.strip() in _MISSING or not value.strip()
    return is_missing(value)


@functools.lru_cache(4096)
def _clean_text(written: str) -> tuple[str, Problem | None]:
    name = unicodedata.normalize("NFC", written).strip()
    if not name:
        return "", Problem("no label", "the label is missing")
    if not _visible(name):
        return "", Problem("bad label", f"label {name!a} has nothing that can be seen")
    if name in _MISSING:
        reason = f"the label is missing ({name!r}; if that is a class, give it another name)"
        return "", Problem("no label", reason)
    if name.lstrip("+-").lower() in ("inf", "infinity"):
        return "", Problem("bad label", f"label {name!r} is not a finite number")
    problem = _unwritable(name)
    if problem is not None:
        return "", problem
    digits = _WHOLE.fullmatch(name)
    return _BOOLEANS.get(name.lower(), digits[1] if digits else name), None


def _unwritable(name: str) -> Problem | None:
    """Why a name cannot stand on a line of labels.txt."""
    if len(name.splitlines()) > 1:
        return Problem("bad label", f"label {name!r} has a line break: a label is one line")
    for character in name:
        if unicodedata.category(character) == "Cc":
            reason = f"label {name!r} has the control character U+{ord(character):04X}"
            return Problem("bad label", reason)
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        reason = f"label {name!a} has half of a character (a lone surrogate)"
        return Problem("bad label", reason)
    return None


def numbered_otherwise(found: Iterable[str], known: Iterable[str]) -> str | None:
    """What to do where data number their classes and a bundle names them, or the other way round.

    Args:
        found: the labels of the data.
        known: those of the bundle.

    Returns:
        A sentence; None where both are names, both numbers, or mixed.
    """
    ours, theirs = ({*map(_is_number, labels)} for labels in (found, known))
    if (ours, theirs) == ({True}, {False}):
        return "The data number their classes, and the bundle has names: write these in their place"
    if (ours, theirs) == ({False}, {True}):
        return "The data name their classes, and the bundle has numbers: write these in their place"
    return None


def _is_number(label: str) -> bool:
    return label.removeprefix("-").isdecimal()


class Labels:
    """Reads the labels of one source, and remembers how each is written."""

    def __init__(self) -> None:
        self._written: dict[str, dict[str, None]] = defaultdict(dict)

    def read(self, value: Any) -> tuple[str, Problem | None]:
        """As `clean_label`."""
        name, problem = clean_label(value)
        if problem is None:
            ways = self._written[name]
            if len(ways) < _VARIANTS:
                ways[value.decode() if isinstance(value, bytes) else str(value)] = None
        return name, problem

    def name(self, value: Any, *, what: str) -> str:
        """The name of a class.

        Args:
            value: as `clean_label` takes it.
            what: has the label, for the message.

        Raises:
            DataError: if it is none.
        """
        name, problem = self.read(value)
        if problem is not None:
            raise DataError(f"{what}: {problem.reason}")
        return name

    def names(self, labels: Any, *, noun: str) -> list[str]:
        """Class names of `(n,)` or `(n, 1)` labels.

        Args:
            labels: numbers, strings or bytes.
            noun: what an example is, for messages.

        Raises:
            DataError: for one-hot labels, and for a label that is none; it names the example.
        """
        try:
            values = np.asarray(labels)
        except ValueError:
            raise DataError(
                f"labels are lists of several lengths: expected one label a {noun} (of one-hot "
                "labels take numpy.argmax(labels, axis=1))"
            ) from None
        if values.ndim == 2 and values.shape[1] == 1:  # as keras.datasets.cifar10 has them
            values = values[:, 0]
        if values.ndim != 1:
            hint = "; take numpy.argmax(labels, axis=1) of one-hot labels"
            raise DataError(
                f"labels have shape {values.shape}: expected one label a {noun}"
                f"{hint if values.ndim == 2 else ''}"
            )
        if values.dtype.kind not in "iubfUSOT":
            raise DataError(f"labels have dtype {values.dtype}: expected numbers or strings")
        return [self.name(value, what=f"example {place}") for place, value in enumerate(values)]

    def warnings(self) -> list[str]:
        """A line for each class whose label is written in several ways."""
        return [
            f"the labels {_listed(ways)} are read as one class, {name!r}"
            for name, ways in self._written.items()
            if len(ways) > 1
        ]


def warn_alike(labels: Iterable[str]) -> list[str]:
    """Warnings about classes whose labels can hardly be told apart, or read like a missing value.

    Args:
        labels: names of all classes.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for label in labels:
        groups[_folded(label, _FOLDS.values())].append(label)
    alike = [
        f"the labels {_listed(group)} differ only by {_difference(group)}: give them one spelling "
        "if they are one class"
        for group in groups.values()
        if len(group) > 1
    ]
    like_missing = [
        f"the label {label!r} reads like a missing value, and is taken for a class"
        for group in groups.values()
        for label in group
        if label.casefold() in _LIKE_MISSING
    ]
    return [*alike, *like_missing, *_joined({each for group in groups.values() for each in group})]


def _joined(labels: set[str]) -> list[str]:
    """Warnings about labels that read like several of the others, such as "cat|dog"."""
    warnings = []
    for label in sorted(labels):
        for sign in _BETWEEN_LABELS:
            parts = [part.strip() for part in label.split(sign)]
            if len(parts) > 1 and labels.issuperset(parts):
                warnings.append(
                    f"the label {label!r} reads like several labels, {_listed(parts)}, and is "
                    "taken for a class of its own; for pictures and texts --target-kind labels "
                    "takes it for several"
                )
                break
    return warnings


def _visible(text: str) -> str:
    kept = (each for each in text if unicodedata.category(each) != "Cf")
    return " ".join("".join(kept).split())


def _number(text: str) -> str:
    """A number in one spelling, which "01", "+1" and "1e0" share; any other text as it is."""
    if len(text) > _DIGITS:  # further digits would be rounded away
        return text
    try:
        value = Decimal(text)
        return f"{value.normalize() + 0}" if value.is_finite() else text
    except ArithmeticError:  # no number, or one beyond all bounds
        return text


_FOLDS: dict[str, Callable[[str], str]] = {
    "width or composition": lambda text: unicodedata.normalize("NFKC", text),
    "case": str.casefold,
    "blanks or invisible characters": _visible,
    "how a number is written": _number,
}


def _folded(label: str, folds: Iterable[Callable[[str], str]]) -> str:
    for fold in folds:
        label = fold(label)
    return label


def _difference(group: list[str]) -> str:
    """By what the labels of a group differ: whatever leaves them different when not folded."""
    for kind, fold in _FOLDS.items():
        if len(set(map(fold, group))) == 1:
            return kind
    kinds = []
    for kind in _FOLDS:
        others = [fold for each, fold in _FOLDS.items() if each != kind]
        if len({_folded(label, others) for label in group}) > 1:
            kinds.append(kind)
    return " and ".join(kinds or _FOLDS)


def _listed(labels: Iterable[str]) -> str:
    """Labels in quotes; those that look the same on a screen with their characters' numbers."""
    shown = list(labels)
    looks = {_visible(unicodedata.normalize("NFC", label)) for label in shown}
    quote = repr if len(looks) == len(shown) else ascii
    return " and ".join(map(quote, shown))
