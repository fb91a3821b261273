"""What `predict` answered as a CSV file, one row an input."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.csv_cells import plain_cell
from kerasapps.errors import ConfigError, OutputError
from kerasapps.harmless import printable
from kerasapps.paths import real_path, user_path
from kerasapps.room import free_words, is_out_of_space

_LONGEST_HEADER = 1 << 20  # bytes


@dataclass(frozen=True)
class AnswerRow:
    """One input and its answers.

    Attributes:
        value: the file or the text.
        cells: the answers, best first, each with its score: label, score, label, score …
        problem: why there is no answer, or "".
    """

    value: str
    cells: Sequence[Any] = ()
    problem: str = ""


def check_target(file: Path) -> Path:
    """Where a file will be written that the user names, which is tried before the work is done.

    Returns:
        The file; of a link what it leads to.

    Raises:
        ConfigError: if there is no such folder, something that `predict` did not write stands in
            the file's place, or it cannot be written.
    """
    if str(file) == "-":
        raise ConfigError("--csv is -, which is the name of no file: give one.")
    file = user_path(file, what="--csv")
    file = real_path(file) if file.is_symlink() else file
    if not file.parent.is_dir():
        raise ConfigError(f"{file.parent} is no folder: make it first (--csv).")
    if file.is_dir() or not file.name:
        raise ConfigError(f"{file} is a folder: give the name of a file (--csv).")
    if file.exists() and not file.is_file():  # it would be replaced: /dev/null, for one
        raise ConfigError(f"{file} is a pipe or a device: give the name of a file (--csv).")
    if file.exists() and not _is_ours(file):
        raise ConfigError(
            f"{printable(file)} is there, and no table that predict wrote: give another name, or "
            "remove it first (--csv)."
        )
    if not os.access(file.parent, os.W_OK):
        raise ConfigError(f"{file.parent} cannot be written (--csv).")
    return file


def _is_ours(file: Path) -> bool:
    """Whether a file may be replaced: it is empty, or begins as `write_answers` begins."""
    try:
        with file.open("rb") as stream:
            head = stream.readline(_LONGEST_HEADER).rstrip(b"\r\n")
    except OSError:  # what cannot be read cannot be told
        return False
    columns = head.split(b",")
    return not head or (len(columns) >= 4 and columns[2] == b"score" and columns[-1] == b"error")


def write_answers(file: Path, rows: Sequence[AnswerRow], *, kind: str, answer: str) -> None:
    """Write a row for each input, whole or not at all; a cell is never a formula.

    Args:
        file: to write; what was there is replaced.
        rows: in the order of the inputs.
        kind: what an input is: "file" or "text".
        answer: what an answer is: "label" or "translation".

    Raises:
        OutputError: if it cannot be written.
    """
    width = max((len(row.cells) for row in rows), default=0) // 2
    header = [kind, *_answer_columns(answer, max(width, 1)), "error"]
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=".csv", dir=file.parent)
        partial = Path(name)
        try:
            # The name of a file may have bytes that are no UTF-8.
            with os.fdopen(
                handle, "w", encoding="utf-8", errors="backslashreplace", newline=""
            ) as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(header)
                for row in rows:
                    empty = [""] * (len(header) - 2 - len(row.cells))
                    cells = [row.value, *row.cells, *empty, row.problem]
                    writer.writerow(plain_cell(cell) for cell in cells)
            partial.chmod(0o644)
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        room = f". {free_words(file.parent)}" if is_out_of_space(error) else ""
        raise OutputError(f"cannot write {file}: {error.strerror}{room}") from error


def _answer_columns(answer: str, count: int) -> list[str]:
    """label, score, label 2, score 2 …"""
    names = [answer, "score"]
    more = [f"{name} {place}" for place in range(2, count + 1) for name in names]
    return [*names, *more]
