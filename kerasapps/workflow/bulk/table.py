"""What `predict` answered as a CSV file, one row an input."""

from __future__ import annotations

import csv
import io
import itertools
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.errors import ConfigError, OutputError
from kerasapps.files.paths import real_path, user_path
from kerasapps.files.room import free_words, is_out_of_space
from kerasapps.files.whole import replaced
from kerasapps.wording.csv_cells import plain_cell
from kerasapps.wording.harmless import printable
from kerasapps.workflow.answers import PROBLEM

_PREFIX = "predicted "  # where an input has a column of an answer's name
BESIDE = ".new.partial"
"""At the end of a whole table's name until it has its place; `.partial` grows, and goes on."""
_LONGEST_HEADER = 1 << 20  # bytes


@dataclass(frozen=True)
class AnswerRow:
    """One input and its answers.

    Attributes:
        values: the file or the text, or the cells of a row.
        cells: the answers, best first, each with its score: label, score, label, score …
        problem: why there is no answer, or "".
    """

    values: Sequence[Any]
    cells: Sequence[Any] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class AnswerTable:
    """A row for each input.

    Attributes:
        inputs: names of the columns of an input: "file", "text", or those of a table.
        answers: names of the columns of one answer: "label", "score".
        rows: in the order of the inputs.
    """

    inputs: Sequence[str]
    answers: Sequence[str]
    rows: Sequence[AnswerRow]

    @property
    def text(self) -> str:
        """The table as CSV; a cell is never a formula."""
        width = max((len(row.cells) for row in self.rows), default=0) // len(self.answers)
        header = header_of(self.inputs, self.answers, max(width, 1))
        answered = len(header) - 1 - len(self.inputs)
        rows = (cells_of(row, answered) for row in self.rows)
        return written_rows(itertools.chain([header], rows))


def header_of(inputs: Sequence[str], answers: Sequence[str], count: int) -> list[str]:
    """The names of all columns.

    Args:
        inputs: those of an input.
        answers: those of one answer.
        count: answers of an input.
    """
    columns = _answer_columns(answers, count)
    prefix = ""
    while not {f"{prefix}{name}" for name in columns}.isdisjoint(inputs):
        prefix += _PREFIX
    return [*inputs, *(prefix + name for name in columns)]


def cells_of(row: AnswerRow, answered: int) -> list[Any]:
    """All cells of a row; `answered` are the columns of answers, of which it may have fewer."""
    return [*row.values, *row.cells, *[""] * (answered - len(row.cells)), row.problem]


def written_rows(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV; a cell is never a formula."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(map(plain_cell, row) for row in rows)
    return stream.getvalue()


def check_target(file: Path, *, columns: Sequence[str], what: str = "--csv") -> Path:
    """Where a file will be written that the user names, which is tried before the work is done.

    Args:
        file: to write.
        columns: of one answer.
        what: names the option in messages.

    Returns:
        The file; of a link what it leads to.

    Raises:
        ConfigError: if there is no such folder, something that `predict` did not write stands in
            the file's place, or it cannot be written.
    """
    if str(file) == "-":
        raise ConfigError(f"{what} is -, which is the name of no file: give one.")
    file = user_path(file, what=what)
    if file.exists() and not (file.is_file() or file.is_dir()):  # it would be replaced: /dev/null
        raise ConfigError(f"{file} is a pipe or a device: give the name of a file ({what}).")
    file = real_path(file) if file.is_symlink() else file
    if not file.parent.is_dir():
        raise ConfigError(f"{file.parent} is no folder: make it first ({what}).")
    if file.is_dir() or not file.name:
        raise ConfigError(f"{file} is a folder: give the name of a file ({what}).")
    if file.exists() and not _is_ours(file, columns):
        raise ConfigError(
            f"{printable(file)} is there, and no table that predict wrote: give another name, or "
            f"remove it first ({what})."
        )
    if not os.access(file.parent, os.W_OK):
        raise ConfigError(f"{file.parent} cannot be written ({what}).")
    return file


def _is_ours(file: Path, answers: Sequence[str]) -> bool:
    """Whether a file may be replaced: it is empty, or begins as `write_answers` begins."""
    try:
        with file.open("rb") as stream:
            head = stream.readline(_LONGEST_HEADER).decode("utf-8", "replace").rstrip("\r\n")
    except OSError:  # what cannot be read cannot be told
        return False
    columns = next(csv.reader([head]), [])
    if not head or (len(columns) >= 4 and columns[2] == "score" and columns[-1] == PROBLEM):
        return True
    counts = range(1, len(columns) // len(answers) + 1)
    return any(
        columns[1:][-len(tail) :] == tail
        for count in counts
        for prefix in ("", _PREFIX)
        for tail in ([prefix + name for name in _answer_columns(answers, count)],)
    )


def write_answers(file: Path, table: AnswerTable) -> None:
    """Write a table, whole or not at all.

    Args:
        file: what was there is replaced.
        table: the answers.

    Raises:
        OutputError: if it cannot be written.
    """
    try:
        with replaced(file, beside=BESIDE) as stream:
            # The name of a file may have bytes that are no UTF-8.
            stream.write(table.text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        room = f". {free_words(file.parent)}" if is_out_of_space(error) else ""
        raise OutputError(f"cannot write {file}: {error.strerror}{room}") from error


def _answer_columns(answers: Sequence[str], count: int) -> list[str]:
    """label, score, label 2, score 2 … error"""
    more = [f"{name} {place}" for place in range(2, count + 1) for name in answers]
    return [*answers, *more, PROBLEM]
