"""The cells of a source become targets, one by one, in the form that was found."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from kerasapps.config.targets import TargetKind
from kerasapps.data.labels import Labels, is_missing_label
from kerasapps.data.rows.cells import cell_text, is_marked_number, numbers_in
from kerasapps.data.sources.rows import Problem, Row
from kerasapps.data.targets.cells import as_several, hot_names, parts_of
from kerasapps.data.targets.forms import LOOKED_AT, TargetForm, find_form
from kerasapps.data.targets.kinds import key_of_names, key_of_number, key_of_parts
from kerasapps.wording.shortened import shortened

_INFINITE = re.compile(r"[+-]?(inf|infinity)", re.IGNORECASE)
ItemT = TypeVar("ItemT")


class TargetReader:
    """Reads the targets of one source, and remembers how its labels are written.

    Args:
        form: what they are taken for.

    Attributes:
        form: as given.
    """

    def __init__(self, form: TargetForm = TargetForm()) -> None:
        self.form = form
        self._joined = False
        self._labels = Labels()
        self._parts = [*map(TargetReader, form.parts)]
        self._read = {
            "class": self._class,
            "labels": self._set,
            "number": self._number,
            "several": self._several,
        }

    def read(self, value: Any) -> tuple[str, Problem | None]:
        """A cell's target as a text (see `kinds`), or what is wrong with it.

        A missing cell is a set without labels, but neither a class nor a number; where one of
        several answers is missing, so is the target.
        """
        return self._read[self.form.kind](value)

    @property
    def one_a_cell(self) -> bool:
        """Whether labels came one a cell: what is in several rows has several."""
        return self.form.one_each and not self._joined

    def warnings(self) -> list[str]:
        """What the user should know of how labels are written."""
        if self.form.kind == "several":
            each = zip(self.form.names, self._parts, strict=True)
            return [f"{name}: {line}" for name, part in each for line in part.warnings()]
        return [] if self.form.kind == "number" else self._labels.warnings()

    def _class(self, value: Any) -> tuple[str, Problem | None]:
        if not self.form.hot or is_missing_label(value):
            return self._labels.read(value)
        hot, problem = self._hot(as_several(value))
        if problem is None and len(hot) > 1:
            problem = Problem("bad label", f"several labels: {shortened(hot, 5, more=', …')}")
        return ("", problem) if problem else self._labels.read(hot[0] if hot else None)

    def _set(self, value: Any) -> tuple[str, Problem | None]:
        if is_missing_label(value):
            return "", None
        several, problem = as_several(value), None
        written: Sequence[Any] = []
        if self.form.hot:
            written, problem = self._hot(several)
        elif isinstance(several, Mapping):
            problem = Problem("bad label", f"{value!r:.80} has names, unlike the others")
        else:
            written = self._parted(value, several)
        names = []
        for each in written:
            name, fault = self._labels.read(each)
            problem = problem or fault
            names.append(name)
        self._joined |= len(names) > 1
        return ("", problem) if problem else (key_of_names(names), None)

    def _parted(self, value: Any, several: Sequence[Any] | None) -> Sequence[Any]:
        if several is not None:
            return [each for each in several if not is_missing_label(each)]
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        sign = self.form.sign
        return parts_of(value, sign) if sign and isinstance(value, str) else [value]

    def _hot(self, several: Any) -> tuple[list[str], Problem | None]:
        problem = self._width(several, "ones and zeros")
        if problem is not None:
            return [], problem
        hot = hot_names(
            several
            if isinstance(several, Mapping)
            else dict(zip(self.form.names, several, strict=True))
        )
        if hot is None:
            return [], Problem("bad label", f"{several!r:.80} holds more than ones and zeros")
        return hot, None

    def _number(self, value: Any) -> tuple[str, Problem | None]:
        several: Any = as_several(value)
        if several is not None:
            problem = self._width(several, "numbers")
            if problem is not None:
                return "", problem
            (value,) = several.values() if isinstance(several, Mapping) else several
        text = cell_text(value)
        fault = _number_fault(text, value)
        if fault:
            return "", Problem("bad label" if text else "no label", fault)
        return key_of_number(numbers_in([text])[0]), None

    def _several(self, value: Any) -> tuple[str, Problem | None]:
        names, several = self.form.names, as_several(value)
        if several is None:
            return "", Problem("no label", f"{' and '.join(names)} are missing")
        if isinstance(several, Mapping):
            cells = [several.get(name) for name in names]
        else:
            problem = self._width(several, "answers")
            if problem is not None:
                return "", problem
            cells = [*several]
        keys = []
        for name, part, cell in zip(names, self._parts, cells, strict=True):
            key, problem = part.read(cell)
            if problem is not None:
                return "", Problem(problem.fault, f"{name}: {problem.reason}")
            keys.append(key)
        return key_of_parts(keys), None

    def _width(self, several: Any, what: str) -> Problem | None:
        names = self.form.names
        if several is None or len(several) != len(names):
            count = 1 if several is None else len(several)
            reason = f"{count} {what} where the first examples have {len(names)}"
            return Problem("bad label", reason)
        if isinstance(several, Mapping) and set(several) != set(names):
            reason = f"the names {', '.join(several)} are not those of the first"
            return Problem("bad label", reason)
        return None


def _number_fault(text: str, cell: Any) -> str:
    """Why a cell is no number; "" if it is one."""
    if (isinstance(cell, float | np.floating) and np.isinf(cell)) or _INFINITE.fullmatch(text):
        return f"{cell} is no finite number"
    if not text:
        return "the number is missing"
    if isinstance(cell, bool | np.bool_):
        return f"{cell} is no number"
    if not np.isnan(numbers_in([text])[0]):
        return ""
    mend = ": write it as 1234.5, without signs" if is_marked_number(text) else ""
    return f"{text[:60]!r} is no number{mend}"


def looked_into(
    items: Iterable[ItemT],
    cell_of: Callable[[ItemT], Any],
    *,
    kind: TargetKind | None,
    columns: Sequence[str] = (),
    most: int = LOOKED_AT,
) -> tuple[TargetForm, Iterator[ItemT]]:
    """What the targets of a stream are taken for, and the whole stream.

    Args:
        items: examples, of which the first are kept until they are asked for again.
        cell_of: the target of one as its source has it; None where it has none.
        kind: what the user says; None: guessed.
        columns: likewise; see `find_form`.
        most: examples that are looked at.
    """
    stream = iter(items)
    if kind == "class":
        return TargetForm(), stream
    first = [*itertools.islice(stream, most)]
    form = find_form(map(cell_of, first), kind=kind, columns=columns)
    return form, _chained(first, stream)


def cell_of_row(row: Row) -> object:
    """The cell of a row that holds its target: the last, which a broken row lacks."""
    return row.values[-1] if row.problem is None else None


def _chained(first: list[ItemT], rest: Iterator[ItemT]) -> Iterator[ItemT]:
    first.reverse()
    while first:  # each is let go of once it was read
        yield first.pop()
    yield from rest
