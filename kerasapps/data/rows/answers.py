"""The target of each row, whether it is one cell or several, and whatever it is taken for."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from kerasapps.data.labels import Labels
from kerasapps.data.rows.cells import MISSING, cell_text, numbers_in
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.targets import TargetReading, are_one_number, read_target
from kerasapps.data.rows.values import Interner
from kerasapps.data.sources.rows import Problem, Row
from kerasapps.data.splits import label_order
from kerasapps.data.targets.forms import LOOKED_AT, TargetForm, find_form
from kerasapps.data.targets.kinds import key_of_number
from kerasapps.data.targets.reader import TargetReader, looked_into
from kerasapps.data.targets.repeats import merge_repeats
from kerasapps.data.targets.targets import Targets
from kerasapps.wording.shortened import shortened


def form_of_rows(
    rows: Iterable[Row], cell_of: Callable[[Row], object], *, one: bool, config: TabularConfig
) -> tuple[TargetForm, Iterator[Row]]:
    """What the targets of rows are taken for, by the first of them, and all rows.

    Args:
        rows: of a table.
        cell_of: the target of one: a cell, or a mapping of several; None where it has none.
        one: whether one column is answered: whether it holds classes or numbers all rows tell.
        config: what the user says.
    """
    if one:
        kind = "class" if config.kind in ("class", "number") else config.kind
        return looked_into(rows, cell_of, kind=kind)
    stream = iter(rows)
    first = [*itertools.islice(stream, LOOKED_AT)]
    cells = [cell for cell in map(cell_of, first) if isinstance(cell, Mapping)]
    numbers = _numbers_among(cells, config) if config.kind in (None, "several") else []
    columns = [f"{name}:number" if name in numbers else name for name in config.target_columns]
    form = find_form(cells, kind=config.kind, columns=columns)
    parts = tuple(
        replace(part, doubt="class") if name in numbers else part
        for name, part in zip(form.names, form.parts, strict=False)
    )
    return replace(form, parts=parts), itertools.chain(first, stream)


def _numbers_among(cells: Sequence[Mapping[str, object]], config: TabularConfig) -> list[str]:
    """The columns that are a number if they are answered alone, of those that nobody says it of."""
    names = [name for name in (cells[0] if cells else ()) if name in config.target_columns]
    texts = {name: {cell_text(cell[name]) for cell in cells} - {MISSING} for name in names}
    return [name for name in names if are_one_number([*texts[name]])]


def is_single(form: TargetForm) -> bool:
    """Whether a cell is one class or one number."""
    return form.kind in ("class", "number") and not form.hot and len(form.names) < 2


def target_cell(places: Mapping[str, int], row: Row) -> object:
    """The target of a row: a cell, or a mapping of several; None where all of them are missing."""
    if row.problem is not None:
        return None
    cells = {name: row.values[place] for name, place in places.items()}
    if len(cells) == 1:
        (cell,) = cells.values()
        return cell
    return None if all(cell_text(cell) == MISSING for cell in cells.values()) else cells


class SingleTarget:
    """A column of one class or one number a row, of which all rows tell which it is."""

    def __init__(self, name: str, config: TabularConfig) -> None:
        self._name, self._config = name, config
        self._labels = Labels()
        self._values = Interner()

    def read(self, value: object) -> tuple[str, Problem | None]:
        """A cell as text, or what is wrong with it."""
        name, text = self._name, cell_text(value)
        if text == MISSING:
            return "", Problem("no label", f"{name} is missing")
        if self._config.kind != "number":
            label, problem = self._labels.read(value)
            return label, problem and problem._replace(reason=f"{name}: {problem.reason}")
        is_number = not np.isnan(numbers_in([text])[0])
        return text, None if is_number else Problem("bad label", f"{name} {text!r} is no number")

    def add(self, text: str) -> str:
        """Take in the target of the next row; as its digest has it."""
        return self._values.add(text)

    def finish(
        self, exact: np.ndarray, whole: np.ndarray, splits: np.ndarray
    ) -> tuple[Targets, TargetReading, np.ndarray, np.ndarray]:
        """All targets, what they are taken for, and `whole` and `repeats` of `RowCollection`."""
        values = self._values.values()
        reading = read_target(self._name, values, config=self._config)
        kept = np.zeros(len(values), bool)
        if reading.answer == "number":
            keys = [*map(key_of_number, numbers_in(values.texts))]
            form = TargetForm("number", names=(self._name,))
            return Targets(form, keys, values.codes), reading, whole, kept
        return _ordered(TargetForm(), values.texts, values.codes), reading, whole, kept

    def warnings(self) -> Sequence[str]:
        """What the user should know of how classes are written."""
        return self._labels.warnings()


class FormedTarget:
    """Sets of labels, or what several columns hold, in the form that the first rows have."""

    def __init__(self, names: Sequence[str], form: TargetForm) -> None:
        self._names = names
        self._reader = TargetReader(form.of_column(names[0]))
        self._keys: dict[str, int] = {}
        self._codes = array("i")

    def read(self, value: object) -> tuple[str, Problem | None]:
        """A target as text, or what is wrong with it."""
        key, problem = self._reader.read(value)
        if problem is not None and self._reader.form.kind != "several":
            problem = problem._replace(reason=f"{shortened(self._names)}: {problem.reason}")
        return key, problem

    def add(self, key: str) -> str:
        """Take in the target of the next row; as its digest has it."""
        self._codes.append(self._keys.setdefault(key, len(self._keys)))
        return key

    def finish(
        self, exact: np.ndarray, whole: np.ndarray, splits: np.ndarray
    ) -> tuple[Targets, TargetReading, np.ndarray, np.ndarray]:
        """All targets, what they are taken for, and `whole` and `repeats` of `RowCollection`."""
        keys, codes = [*self._keys], np.array(self._codes, np.int32)
        repeats = np.zeros(len(codes), bool)
        if self._reader.one_a_cell:
            keys, codes, repeats = merge_repeats(keys, codes, exact, splits)
            whole = exact
        reading = TargetReading.of_form(self._names, self._reader.form)
        return _ordered(self._reader.form, keys, codes), reading, whole, repeats

    def warnings(self) -> Sequence[str]:
        """What the user should know of how labels are written."""
        return self._reader.warnings()


def _ordered(form: TargetForm, keys: Sequence[str], codes: np.ndarray) -> Targets:
    """Targets whose keys stand in the order of outputs."""
    order = label_order(set(keys))
    places = {key: place for place, key in enumerate(order)}
    renumber = np.array([places[key] for key in keys], np.int32)
    return Targets(form, order, renumber[codes] if keys else codes)
