"""What the targets of a source are taken for: by option, or by how the first cells look."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from shlex import quote
from typing import Any

import numpy as np

from kerasapps.config.targets import TargetKind, bare_column, kind_of_column
from kerasapps.data.labels import clean_label, is_missing_label
from kerasapps.data.rows.cells import numbers_in
from kerasapps.data.targets.cells import all_bits, as_several, hot_names, parts_of
from kerasapps.errors import DataError
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
        kind: "class", "labels", "number" or "several".
        sign: parts the labels of a cell; "" where none does.
        hot: whether labels, or one class, are ones and zeros.
        one_each: whether each cell has one label, and what stands in several rows has several.
        names: of the column of a number, of the columns of several answers, or of the labels that
            are ones and zeros; places where cells have no names; none otherwise.
        why: in a few words.
        doubt: another kind that the cells may be; None where there is none.
        parts: what each of several answers is taken for; none of the other kinds.
    """

    kind: TargetKind = "class"
    sign: str = ""
    hot: bool = False
    one_each: bool = False
    names: tuple[str, ...] = ()
    why: str = ""
    doubt: TargetKind | None = None
    parts: tuple[TargetForm, ...] = ()

    def of_column(self, name: str = "") -> TargetForm:
        """The same; a number without a name has that of its column."""
        if self.kind != "number" or self.names not in ((), ("",)):
            return self
        return replace(self, names=(name or "number",))

    @property
    def columns(self) -> tuple[str, ...]:
        """What `target_columns` says of the same several answers: "breed:class", "age:number"."""
        each = zip(self.names, self.parts, strict=True) if self.parts else ()
        return tuple(f"{name}:{part.kind}" for name, part in each)

    @property
    def answers(self) -> tuple[str, ...]:
        """The names of several answers; none where an example has a single one."""
        return self.names if self.kind == "several" else ()

    @property
    def told(self) -> list[str]:
        """A line for people with the way to say otherwise; none of classes beyond doubt."""
        if self.kind == "class" and self.doubt is None:
            return []
        if self.kind == "several":
            return _told_of_parts(self)
        told = f"target: {_NOUNS[self.kind]} ({self.why})"
        if self.doubt is None:
            return [told]
        return [f"{told}; --target-kind {self.doubt} takes it for {_NOUNS[self.doubt]}"]


_NOUNS = {
    "class": "one class each",
    "labels": "any number of labels each",
    "number": "numbers",
    "several": "several answers each",
}


def find_form(
    cells: Iterable[Any], *, kind: TargetKind | None, columns: Sequence[str] = ()
) -> TargetForm:
    """What targets are taken for.

    Lists are labels; lists of ones and zeros name their places. Lists of other numbers that all
    have one length are several answers, as are mappings of more than ones and zeros: each of their
    values is guessed for itself. Single texts are classes, unless a sign parts most of them into
    names that each stand in several of them. Single numbers are classes, unless there are so many
    that most would be too small a class.

    Args:
        cells: of the first examples.
        kind: what the user says; None: guessed.
        columns: likewise, of which names in mappings, and what they hold: see `kind_of_column`.

    Raises:
        DataError: for single values where there should be several, or several within one of
            several.
    """
    if kind == "class":
        return TargetForm()
    present = [each for each in itertools.islice(cells, LOOKED_AT) if not is_missing_label(each)]
    several = [each for each in map(as_several, present) if each is not None]
    if several and 2 * len(several) >= len(present):
        return _form_of_several(several, kind, columns)
    if kind == "several" and present:
        raise DataError(
            "the target has one value an example, and several answers take several columns: name "
            "each with target_columns (--target-columns), or leave out target_kind"
        )
    texts = [name for name, problem in map(clean_label, present) if problem is None]
    if kind == "number":
        return TargetForm("number", names=("",), why=_spread(texts))
    if kind == "labels":
        return _form_of_labels(texts)
    return _guessed(texts)


def _form_of_several(
    several: Sequence[Any], kind: TargetKind | None, columns: Sequence[str]
) -> TargetForm:
    if isinstance(several[0], Mapping) and _are_answers(several, kind, columns):
        mappings = [each for each in several if isinstance(each, Mapping)]
        keys = dict.fromkeys(itertools.chain(*mappings))
        wanted = [name if name in keys else bare_column(name) for name in columns] or keys
        cells = {name: [each.get(name) for each in mappings] for name in wanted}
        return _several_answers(cells, kind, columns)
    usual, count = Counter(map(len, several)).most_common(1)[0]
    even = count >= _EVEN * len(several) and usual > 1
    if even:
        several = [each for each in several if len(each) == usual]
    first = several[0]
    named = isinstance(first, dict)
    names = tuple(first) if named else tuple(map(str, range(usual)))
    if not named and len(columns) == usual:
        names = tuple(map(bare_column, columns))
    hot = [each for each in several if all_bits(each)]
    bits = even and len(several) - len(hot) <= _FAULTS * len(several)
    if kind is None and bits and _are_one_hot(hot):
        return TargetForm(hot=True, names=names)
    if kind in (None, "labels") and bits:
        why = f"ones and zeros, {len(names)} each: {shortened(names, 5, more=', …')}"
        return TargetForm("labels", hot=True, names=names, why=why)
    if kind in ("number", "several") or (kind is None and even and _have_fractions(several)):
        if usual == 1:
            return TargetForm("number", names=names if named else ("",), why="numbers")
        if len(columns) != usual:
            names = tuple(f"answer {place + 1}" for place in range(usual))
        rows = [each for each in several if len(each) == usual]
        answers = zip(names, zip(*rows, strict=True), strict=True)
        return _several_answers(dict(answers), kind, columns)
    return TargetForm("labels", hot=named, names=names if named else (), why="lists")


def _are_answers(several: Sequence[Any], kind: TargetKind | None, columns: Sequence[str]) -> bool:
    """Whether mappings hold answers of their own rather than ones and zeros of labels."""
    if kind in ("class", "labels"):
        return False
    if kind is not None or any(kind_of_column(bare_column(name), columns) for name in columns):
        return len(columns or several[0]) > 1
    wide = [each for each in several if isinstance(each, Mapping) and len(each) > 1]
    odd = sum(not all_bits(each) for each in wide)
    return odd > _FAULTS * len(several)


def _several_answers(
    cells: Mapping[str, Sequence[Any]], kind: TargetKind | None, columns: Sequence[str]
) -> TargetForm:
    """What each of several columns is taken for.

    Raises:
        DataError: if one of them holds several values itself.
    """
    parts = []
    for name, values in cells.items():
        asked = kind_of_column(name, columns) or ("number" if kind == "number" else None)
        form = find_form(values, kind=None)
        if asked is not None and form.kind != asked:
            form = find_form(values, kind=asked)
        if form.kind == "several":
            raise DataError(
                f"{name!r} holds several values each, and is one of several answers itself: give "
                "each value a column of its own"
            )
        parts.append(replace(form.of_column(name), doubt=None if asked else form.doubt))
    return TargetForm("several", names=tuple(cells), parts=tuple(parts))


def _told_of_parts(form: TargetForm) -> list[str]:
    """A line for people on each of several answers, with the way to say otherwise."""
    lines = [f"target: {_NOUNS[form.kind]}, by one network: {', '.join(form.names)}"]
    for name, part in zip(form.names, form.parts, strict=True):
        told = f"{name}: {_NOUNS[part.kind]}{part.why and f' ({part.why})'}"
        if part.doubt is not None:
            typed = quote(f"{name}:{part.doubt}")
            told += f"; --target-columns {typed} takes it for {_NOUNS[part.doubt]}"
        lines.append(told)
    return lines


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
    faults = np.isnan(numbers)
    if len(numbers) <= _FEW or faults.sum() > _FAULTS * len(numbers):
        return TargetForm()
    small = sum(count < _SMALL for count in counts.values())
    if 2 * small > len(counts):
        return TargetForm("number", names=("",), why=_spread(texts), doubt="class")
    if faults.any():
        return TargetForm()
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
