"""From inputs, however many, to a table of answers: whole, in order, and resumable."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.errors import DataError
from kerasapps.process.all_cores import Chunks, in_order
from kerasapps.process.interrupts import tidied_on_sigterm
from kerasapps.process.quiet import silence
from kerasapps.process.workers import WorkerLostError
from kerasapps.terminal.streams import begin_line, tell
from kerasapps.wording.counted import counted
from kerasapps.wording.harmless import printable
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.bulk.answering import ChunkWriter, Findings
from kerasapps.workflow.bulk.feed import Digest, Feed, Item, size_of_item
from kerasapps.workflow.bulk.pace import paced
from kerasapps.workflow.bulk.partial import PartialTable, held
from kerasapps.workflow.inputs import blank_note, cut_note

_PROBLEMS = "the column of errors has them all"


@dataclass(frozen=True)
class Answered:
    """What became of many inputs.

    Attributes:
        csv: the table that was written.
        rows: inputs, in all.
        failed: inputs that have no answer for a problem; the table says why of each.
        problems: of the first of these.
        notes: what else there is to say of the inputs.
        begun: rows that an earlier call had written, which was stopped.
        seconds: that this call took for the others.
    """

    csv: Path
    rows: int
    failed: int
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    begun: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Rows a second of this call; 0 where it wrote none."""
        return (self.rows - self.begun) / self.seconds if self.seconds else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "csv": str(self.csv),
            "rows": self.rows,
            "failed": self.failed,
            "errors": list(self.problems),
            "notes": list(self.notes),
            "begun": self.begun,
            "seconds": self.seconds,
            "per_second": self.per_second,
        }


def answer_into(
    target: Path,
    *,
    feed: Feed,
    answers: Answers,
    load: Callable[[], Answers],
    made_of: Mapping[str, Any],
    jobs: int | None = None,
) -> Answered:
    """Answers all inputs, each by a row of a table.

    Args:
        target: the table's file; see `check_target`.
        feed: the inputs.
        answers: of the bundle.
        load: makes the same in another process; pickled.
        made_of: words for what answers come of, such as "another bundle" → what it is, plain.
        jobs: processes; see `in_order`.

    Raises:
        DataError: if the inputs cannot be read to their end.
        BundleError: if the bundle cannot answer.
        ConfigError: if another process writes the same table.
        OutputError: if it cannot be written.
        WorkerLostError: if a process ended before its time; the rows that are there are kept.
    """
    made_of = {**made_of, "other data": [feed.identity, list(feed.columns)]}
    table = PartialTable(
        target, inputs=feed.columns, answers=answers.columns, count=answers.most, made_of=made_of
    )
    # Libraries tell nothing there; we do.
    with (
        tidied_on_sigterm(tell=_tell_stopped),
        silence(but_python=True),
        held(target),
        table,
    ):
        items, digest = _begin(table, feed, target)
        begun = table.done.findings.rows
        chunks = _DigestedChunks(items, digest)
        work = ChunkWriter(load, answers.most * len(answers.columns), answers=answers)
        with paced("Answering", begun=begun, total=feed.total) as pace:
            try:
                with closing(in_order(work, chunks, jobs=jobs)) as results:
                    for written in results:
                        table.add(written.content, written.findings, chunks.digests.popleft())
                        pace.tell(table.done.findings.rows)
            except WorkerLostError as error:
                raise WorkerLostError(_lost(error, table.done.findings.rows)) from error
            seconds = pace.seconds
        table.finish()
    return _result(target, table.done.findings, answers, begun=begun, seconds=seconds)


def _begin(table: PartialTable, feed: Feed, target: Path) -> tuple[Iterator[Item], Digest]:
    """The inputs that have no row yet, and the digest of those that have."""
    anew = table.go_on()
    items, digest = iter(feed.items()), Digest()
    rows = table.done.findings.rows
    if rows and not _skipped(items, rows, digest, table.done.digest):
        if feed.once:
            raise DataError(
                f"standard input is other than when {printable(target.name)}.partial was begun: "
                "remove that file and do the same again."
            )
        table.begin()
        anew = "what was begun there is of other data"
        items, digest, rows = iter(feed.items()), Digest(), 0
    if anew:
        tell(f"{printable(target)} is made anew: {anew}")
    if rows:
        tell(
            f"{counted(rows, 'row')} of {printable(target)} {'is' if rows == 1 else 'are'} there "
            "already: it goes on from there"
        )
    return items, digest


def _skipped(items: Iterable[Item], rows: int, digest: Digest, expected: str) -> bool:
    """Goes past the first inputs; whether they are those that have a row."""
    with paced("Looking for where it stopped", begun=0, total=lambda: rows) as pace:
        for number, item in enumerate(items, 1):
            digest.add(item)
            if number == rows:
                return digest.text == expected
            if not number % 10_000:
                pace.tell(number)
    return False


class _DigestedChunks(Chunks[Item]):
    """Chunks of inputs, with the digest of all inputs up to the end of each.

    Args:
        items: the inputs.
        digest: of those before them.

    Attributes:
        digests: of the chunks that were taken, in order.
    """

    def __init__(self, items: Iterable[Item], digest: Digest) -> None:
        super().__init__(items, size_of=size_of_item)
        self._digest = digest
        self.digests: deque[str] = deque()

    def __next__(self) -> list[Item]:
        chunk = super().__next__()
        for item in chunk:
            self._digest.add(item)
        self.digests.append(self._digest.text)
        return chunk


def _tell_stopped() -> None:
    begin_line()
    tell("stopped; the same command goes on from here")


def _lost(error: WorkerLostError, rows: int) -> str:
    return (
        f"{error}, after row {rows:,}. What was answered is kept: the same command goes on from "
        "there; where memory is short, with fewer --jobs."
    )


def _result(
    target: Path, found: Findings, answers: Answers, *, begun: int, seconds: float
) -> Answered:
    notes = [cut_note(found.cut)] if found.cut.count else []
    notes += [blank_note(found.blank)] if found.blank.count else []
    notes += [f"note: {answers.note}"] if answers.note and found.answered else []
    return Answered(
        target,
        rows=found.rows,
        failed=found.failed,
        problems=found.problems,
        notes=tuple(notes),
        begun=begun,
        seconds=seconds,
    )


def more_problems(answered: Answered) -> str:
    """A message on the problems that are not told one by one; "" for none."""
    more = answered.failed - len(answered.problems)
    return f"error: {more:,} more inputs have no answer: {_PROBLEMS}" if more else ""
