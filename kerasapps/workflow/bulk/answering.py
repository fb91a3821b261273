"""A chunk of inputs becomes rows of a table: what each of the processes does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kerasapps.errors import DataError
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.bulk.feed import Item
from kerasapps.workflow.bulk.table import AnswerRow, cells_of, written_rows
from kerasapps.workflow.inputs import Named

NOBODY = Named(0, ())
FEW = 20
"""Problems that are told one by one."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What there is to say of inputs, however many they are.

    Attributes:
        rows: inputs.
        width: cells of the longest answer.
        answered: inputs with an answer.
        failed: inputs that have none for a problem.
        problems: of the first of these.
        cut: texts whose end was not read.
        blank: lines that hold no text.
    """

    rows: int = 0
    width: int = 0
    answered: int = 0
    failed: int = 0
    problems: tuple[str, ...] = ()
    cut: Named = NOBODY
    blank: Named = NOBODY

    def with_more(self, more: Findings) -> Findings:
        """These and those of further inputs."""
        return Findings(
            rows=self.rows + more.rows,
            width=max(self.width, more.width),
            answered=self.answered + more.answered,
            failed=self.failed + more.failed,
            problems=(*self.problems, *more.problems)[:FEW],
            cut=self.cut.with_more(more.cut),
            blank=self.blank.with_more(more.blank),
        )


@dataclass(frozen=True)
class Written:
    """Some inputs with their answers.

    Attributes:
        content: rows of CSV, UTF-8.
        findings: what there is to say of them.
    """

    content: bytes
    findings: Findings


def write_chunk(items: Sequence[Item], *, answers: Answers, answered: int) -> Written:
    """Answers some inputs.

    Args:
        items: the inputs.
        answers: of the bundle.
        answered: columns of answers that a row has; one with more cells is longer.
    """
    rows: list[list[Any]] = []
    problems: list[str] = []
    cut: list[str] = []
    blank: list[str] = []
    width = 0
    for item in items:
        row, is_cut = _row(item, answers)
        rows.append(cells_of(row, answered))
        width = max(width, len(row.cells))
        if row.problem:
            problems.append(row.problem)
        elif not row.cells and _is_blank(item, answers):
            blank.append(item.name)
        if is_cut:
            cut.append(item.name)
    findings = Findings(
        rows=len(rows),
        width=width,
        answered=len(rows) - len(problems) - len(blank),
        failed=len(problems),
        problems=tuple(problems[:FEW]),
        cut=Named.of(cut),
        blank=Named.of(blank),
    )
    return Written(written_rows(rows).encode("utf-8", "backslashreplace"), findings)


def _row(item: Item, answers: Answers) -> tuple[AnswerRow, bool]:
    """A row, and whether the end of its text was not read."""
    values = [item.value] if item.cells is None else item.cells
    if item.problem is not None:
        return AnswerRow(values, problem=item.problem), False
    if _is_blank(item, answers):
        return AnswerRow(values), False
    try:
        answer = answers.find(item.value)
    except DataError as error:
        said = f"{item.name}: {error}" if item.within else str(error)
        return AnswerRow(values, problem=said), False
    return AnswerRow(values, answers.cells(answer)), bool(getattr(answer, "truncated", False))


def _is_blank(item: Item, answers: Answers) -> bool:
    """Whether there is no text, and so no answer."""
    return (
        answers.kind == "text"
        and not answers.to_blank
        and item.problem is None
        and isinstance(item.value, str)
        and not item.value.strip()
    )


class ChunkWriter:
    """Answers chunks with a bundle; another process loads the bundle again.

    Args:
        load: makes what answers; pickled.
        answered: columns of answers.
        answers: what `load` makes, where it is there already; None: it is made when first needed.
    """

    def __init__(
        self, load: Callable[[], Answers], answered: int, *, answers: Answers | None = None
    ) -> None:
        self._load, self._answered, self._answers = load, answered, answers

    def __call__(self, items: Sequence[Item]) -> Written:
        """Rows of a table."""
        if self._answers is None:
            self._answers = self._load()
        return write_chunk(items, answers=self._answers, answered=self._answered)

    def __reduce__(self) -> tuple[Any, ...]:
        return ChunkWriter, (self._load, self._answered)
