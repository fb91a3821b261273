"""fastText's files: a text a line, with its label as a word that begins with `__label__`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kerasapps.data.sources.delimited import Record
from kerasapps.data.sources.encodings import Encoding
from kerasapps.data.sources.lines import open_lines, sample_lines
from kerasapps.data.sources.rows import Problem
from kerasapps.data.sources.table_shapes import LABEL_PREFIX
from kerasapps.wording.harmless import printable

_LABEL = re.compile(rf"(?<!\S){LABEL_PREFIX}(\S+)\s*")
NAMES = ("text", "label")


class FastText:
    """One of fastText's files.

    Args:
        file: an existing file.
        encoding: how it is read.
        several: whether labels are lists, as a line may have several; None: where one of the
            sample has.

    Attributes:
        sample: texts and labels of some lines.
        notes: what is unusual; complete when all records were read.
        errors: likewise, what makes it unusable.
    """

    def __init__(self, file: Path, encoding: Encoding, *, several: bool | None = False) -> None:
        self._file, self._encoding = file, encoding
        self.notes: list[str] = []
        self.errors: list[str] = []
        lines, complete = sample_lines(file, encoding)
        read = [_fields(line) for line in (lines if complete else lines[:-1])]
        self._several = any(len(labels) > 1 for _, labels in read) if several is None else several
        self.sample = [self._cells(*fields) for fields in read]

    def records(self) -> Iterator[Record]:
        """A text and a label for each line, or its labels; else several become an error."""
        blank, several = list[int](), list[int]()
        shown = ""
        with open_lines(self._file, self._encoding) as lines:
            for line in lines:
                problem, lines.problem = lines.problem, None
                if problem is None and not line.strip():
                    blank.append(lines.number)
                    continue
                fields, labels = _fields(line)
                if len(labels) > 1 and not self._several:
                    several.append(lines.number)
                    shown = shown or ", ".join(labels)
                    problem = problem or Problem("format", f"several labels ({', '.join(labels)})")
                yield Record(lines.number, self._cells(fields, labels), problem)
        self.notes += lines.notes(self._file, blank)
        if several:
            self.errors.append(
                f"{printable(self._file)} is multi-label data: {len(several):,} lines have several "
                f"labels (row {several[0]}: {shown}), and a classifier gives one: keep one a line"
            )

    def _cells(self, fields: list[object], labels: list[str]) -> list[object]:
        return [fields[0], labels] if self._several else [*fields]


def _fields(line: str) -> tuple[list[object], list[str]]:
    """The text and its label, and all different labels, wherever in the line they stand."""
    labels = list(dict.fromkeys(_LABEL.findall(line)))
    text = _LABEL.sub("", line.strip("\r\n")).strip()
    return [text, labels[0] if labels else None], labels
