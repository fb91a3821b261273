"""What the targets of a source are taken for: by option, or by how the first cells look."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kerasapps.config.targets import TargetKind
from kerasapps.data.labels import clean_label, is_missing_label
from kerasapps.data.rows.cells import numbers_in
from kerasapps.data.targets.cells import all_bits, as_several, hot_names, parts_of
from kerasapps.wording.shortened import shortened

LOOKED_AT = 1000
"""Cells by which a target is guessed: data may be a stream."""

_SIGNS = ("|", ";", ",")
_FEW = 10  # different numbers that may well be classes
_SMALL = 3  # examples of a class, which is too small then to be in every split
_LONGEST = 60  # characters of a label
_FAULTS = 0.05  # share of examples of classes that may have none, or several
_EVEN = 0.9  # share of lists that have one length: others are faults


@dataclass(frozen=True)
class TargetForm:
    """What targets are taken for, and how their cells are read.

    Attributes:
        kind: "class", "labels" or "number".
        sign: parts the labels of a cell; "" where none does.
        hot: whether labels, or one class, are ones and zeros.
        one_each: whether each cell has one label, and what stands in several rows has several.
        names: of the numbers of a cell, or of the labels that are ones and zeros; places where
            cells have no names; none otherwise.
        why: in a few words.
        doubt: another kind that the cells may be; None where there is none.
    """

    kind: TargetKind = "class"
    sign: str = ""
    hot: bool = False
    one_each: bool = False
    names: tuple[str, ...] = ()
    why: str = ""
    doubt: TargetKind | None = None

    def of_column(self, name: str = "") -> TargetForm:
        """The same; a number without a name has that of its column."""
        if self.kind != "number" or self.names not in ((), ("",)):
            return self
        return replace(self, names=(name or "number",))

    @property
    def told(self) -> list[str]:
        """A line for people with the way to say otherwise; none of classes beyond doubt."""
        if self.kind == "class" and self.doubt is None:
            return []
        told = f"target: {_NOUNS[self.kind]} ({self.why})"
        if self.doubt is None:
            return [told]
        return [f"{told}; --target-kind {self.doubt} takes it for {_NOUNS[self.doubt]}"]


_NOUNS = {"class": "one class each", "labels": "any number of labels each", "number": "numbers"}


def find_form(cells: Iterable[Any], *, kind: TargetKind | None) -> TargetForm:
    """What targets are taken for.

    Lists are labels; lists of ones and zeros name their places; lists of other numbers that all
    have one length are numbers. Single texts are classes, unless a sign parts most of them into
    names that each stand in several of them. Single numbers are classes, unless there are so many
    that most would be too small a class.

    Args:
        cells: of the first examples.
        kind: what the user says; None: guessed.
    """
    if kind == "class":
        return TargetForm()
    present = [each for each in itertools.islice(cells, LOOKED_AT) if not is_missing_label(each)]
    several = [each for each in map(as_several, present) if each is not None]
    if several and 2 * len(several) >= len(present):
        return _form_of_several(several, kind)
    texts = [name for name, problem in map(clean_label, present) if problem is None]
    if kind == "number":
        return TargetForm("number", names=("",), why=_spread(texts))
    if kind == "labels":
        return _form_of_labels(texts)
    return _guessed(texts)


def _form_of_several(several: Sequence[Any], kind: TargetKind | None) -> TargetForm:
    usual, count = Counter(map(len, several)).most_common(1)[0]
    even = count >= _EVEN * len(several) and usual > 1
    if even:
        several = [each for each in several if len(each) == usual]
    first = several[0]
    named = isinstance(first, dict)
    names = tuple(first) if named else tuple(map(str, range(usual)))
    bits = even and all(map(all_bits, several))
    if kind is None and bits and _are_one_hot(several):
        return TargetForm(hot=True, names=names)
    if kind != "number" and bits:
        why = f"ones and zeros, {len(names)} each: {shortened(names, 5, more=', …')}"
        return TargetForm("labels", hot=True, names=names, why=why)
    if kind == "number" or (kind is None and even and _have_fractions(several)):
        return TargetForm("number", names=names, why=f"{len(names)} numbers each")
    return TargetForm("labels", hot=named, names=names if named else (), why="lists")


def _are_one_hot(several: Sequence[Any]) -> bool:
    """Whether ones and zeros are classes: all but a few faults have a single one."""
    counts = [len(hot_names(each) or ()) for each in several]
    return len(counts) - counts.count(1) <= _FAULTS * len(counts)


def _have_fractions(several: Sequence[Any]) -> bool:
    values = [
        value for each in several for value in (each.values() if isinstance(each, dict) else each)
    ]
    are_numbers = all(isinstance(value, int | float) for value in values)
    return are_numbers and any(value % 1 for value in values)


def _form_of_labels(texts: Sequence[str]) -> TargetForm:
    """Labels by option: the sign that parts most cells."""
    counts = {sign: sum(sign in text for text in texts) for sign in _SIGNS}
    sign = max(counts, key=lambda sign: counts[sign])
    if not counts[sign]:
        return TargetForm("labels", one_each=True, why="one label a cell")
    return TargetForm("labels", sign=sign, why=f"parted by {sign!r}")


def _guessed(texts: Sequence[str]) -> TargetForm:
    for sign in _SIGNS:
        parts = _repeated_parts(texts, sign)
        if parts:
            why = f"parted by {sign!r}, {len(parts)} labels in {len(set(texts))} different cells"
            return TargetForm("labels", sign=sign, why=why, doubt="class")
    counts = Counter(texts)
    numbers = numbers_in([*counts])
    if not len(numbers) or np.isnan(numbers).any() or len(numbers) <= _FEW:
        return TargetForm()
    small = sum(count < _SMALL for count in counts.values())
    if 2 * small > len(counts):
        return TargetForm("number", names=("",), why=_spread(texts), doubt="class")
    if (numbers % 1).any():
        why = f"{len(counts):,} different numbers"
        return TargetForm("class", why=why, doubt="number")
    return TargetForm()


def _repeated_parts(texts: Sequence[str], sign: str) -> set[str]:
    """The parts of cells if they are labels: each stands in several cells; else none.

    There must be fewer of them than cells, so that "Paris, France" stays one name; and more than
    two in a cell where all are numbers and a comma could be that of a fraction.
    """
    cells = {text: parts_of(text, sign) for text in set(texts)}
    joined = {text: parts for text, parts in cells.items() if len(parts) > 1}
    counts = Counter(part for parts in cells.values() for part in set(parts))
    if len(joined) < 2 or len(counts) >= len(cells) or max(map(len, counts)) > _LONGEST:
        return set()
    alone = sum(any(counts[part] < 2 for part in parts) for parts in joined.values())
    if 10 * alone > len(joined):
        return set()
    are_numbers = not np.isnan(numbers_in([*counts])).any()
    longest = max(map(len, joined.values()))
    return set() if sign == "," and are_numbers and longest < 3 else set(counts)


def _spread(texts: Sequence[str]) -> str:
    numbers = numbers_in(texts)
    real = numbers[~np.isnan(numbers)]
    return f"{real.min():.6g} to {real.max():.6g}" if len(real) else "none yet"
