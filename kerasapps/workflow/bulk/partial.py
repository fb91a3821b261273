"""A table that grows beside its place, and goes on growing after whoever wrote it was killed.

`OUT.partial` has the rows, `OUT.partial.json` what they were made of and how far they are whole.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from filelock import Timeout

from kerasapps.deploy.lock import hold
from kerasapps.errors import ConfigError, KerasAppsError, OutputError
from kerasapps.files.room import free_words, is_out_of_space
from kerasapps.files.whole import replaced
from kerasapps.wording.harmless import printable
from kerasapps.workflow.bulk.answering import Findings
from kerasapps.workflow.bulk.table import BESIDE, header_of, written_rows
from kerasapps.workflow.inputs import Named

_KEPT_SECONDS = 1.0  # between two times that it is noted how far it is
_FORMAT = 1


@dataclass(frozen=True)
class Extent:
    """How far a table is whole.

    Attributes:
        size: bytes of it.
        digest: of the inputs that its rows answer.
        findings: of these inputs.
    """

    size: int
    digest: str
    findings: Findings


class PartialTable:
    """A table that is written, and takes its place when it is whole.

    Args:
        target: its place.
        inputs: columns of an input.
        answers: columns of one answer.
        count: answers that most inputs have; more make the table wider, at the end.
        made_of: words for each thing that other rows would come of → its value, plain.
    """

    def __init__(
        self,
        target: Path,
        *,
        inputs: Sequence[str],
        answers: Sequence[str],
        count: int,
        made_of: Mapping[str, Any],
    ) -> None:
        self._target, self._inputs, self._answers, self._count = target, inputs, answers, count
        self._made_of = json.loads(json.dumps(dict(made_of), default=str))  # as it is read again
        self._rows = target.with_name(f"{target.name}.partial")
        self._state = target.with_name(f"{target.name}.partial.json")
        self.done = Extent(0, "", Findings())
        self._is_ours = False  # what was there before is touched only once it was looked at
        self._noted = time.monotonic()

    def __enter__(self) -> PartialTable:
        with _failing(self._target):
            self._stream = self._rows.open("ab")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None and self._is_ours and not self._stream.closed:
            with suppress(OutputError, OSError):  # the error that there is tells more
                self._note()
        with suppress(OSError):  # of a full disk what is not noted is not there
            self._stream.close()
        if kind is not None and self._is_ours and not self.done.findings.rows:
            self._rows.unlink(missing_ok=True)
            self._state.unlink(missing_ok=True)

    def go_on(self) -> str:
        """Takes up what was written before, if it was made of the same.

        Returns:
            What is made anew, and why; "" where there is nothing, or it goes on.
        """
        known = self._known()
        if known is None:
            self.begin()
            return ""
        made_of, done = known
        other = [name for name, value in self._made_of.items() if made_of.get(name) != value]
        if other:
            self.begin()
            return f"what was begun there is of {' and '.join(other)}"
        with _failing(self._target):
            self._stream.truncate(done.size)
        self.done, self._is_ours = done, True
        return ""

    def begin(self) -> None:
        """Begins anew."""
        header = written_rows([header_of(self._inputs, self._answers, self._count)])
        content = header.encode("utf-8", "backslashreplace")
        self._is_ours = False
        with _failing(self._target):
            self._state.unlink(missing_ok=True)  # before what it tells of is gone
            self._stream.truncate(0)
            self._stream.write(content)
        self.done, self._is_ours = Extent(len(content), "", Findings()), True

    def add(self, content: bytes, findings: Findings, digest: str) -> None:
        """Further rows.

        Args:
            content: CSV.
            findings: of their inputs.
            digest: of all inputs up to the last of these.
        """
        with _failing(self._target):
            self._stream.write(content)
        more = self.done.findings.with_more(findings)
        self.done = Extent(self.done.size + len(content), digest, more)
        if time.monotonic() - self._noted > _KEPT_SECONDS:
            with _failing(self._target):
                self._note()

    def finish(self) -> None:
        """Puts the table into its place, and removes what was beside it."""
        width = -(-self.done.findings.width // len(self._answers))
        with _failing(self._target):
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            if width > self._count:
                _widen(self._rows, self._target, self._header(width), len(self._inputs))
                self._rows.unlink()
            else:
                self._rows.replace(self._target)
            self._state.unlink(missing_ok=True)

    def _header(self, count: int) -> list[str]:
        return header_of(self._inputs, self._answers, count)

    def _note(self) -> None:
        """Notes how far it is, once that is on the disk."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        state = {"format": _FORMAT, "made_of": self._made_of, **asdict(self.done)}
        with replaced(self._state) as file:
            file.write(json.dumps(state).encode())
        self._noted = time.monotonic()

    def _known(self) -> tuple[Mapping[str, Any], Extent] | None:
        """What was noted before; None where there is nothing that can go on."""
        try:
            state = json.loads(self._state.read_text(encoding="utf-8"))
            done = _progress_of(state)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        if state.get("format") != _FORMAT or self._rows.stat().st_size < done.size:
            return None
        return state["made_of"], done


def _progress_of(state: Mapping[str, Any]) -> Extent:
    found = dict(state["findings"])
    for name in ("cut", "blank"):
        found[name] = Named(int(found[name]["count"]), tuple(found[name]["first"]))
    found["problems"] = tuple(found["problems"])
    return Extent(int(state["size"]), str(state["digest"]), Findings(**found))


def _widen(rows: Path, target: Path, header: Sequence[str], inputs: int) -> None:
    """Copies a table in which some rows have more answers than its header says."""
    limit = csv.field_size_limit(sys.maxsize)
    try:
        with (
            rows.open(encoding="utf-8", newline="") as stream,
            replaced(target, beside=BESIDE) as wide,
        ):
            wide.write(written_rows([header]).encode("utf-8", "backslashreplace"))
            read = csv.reader(stream)
            next(read)
            for row in read:
                answered = row[inputs:-1]
                empty = [""] * (len(header) - 1 - inputs - len(answered))
                whole = [*row[:inputs], *answered, *empty, row[-1]]
                wide.write(written_rows([whole]).encode("utf-8"))
    finally:
        csv.field_size_limit(limit)


@contextmanager
def held(target: Path) -> Iterator[None]:
    """Keeps other processes from writing the same table.

    Raises:
        ConfigError: if one does.
    """
    lock = target.with_name(f".{target.name}.lock")
    with ExitStack() as stack:
        try:
            with _failing(target):
                stack.enter_context(hold(lock))
        except Timeout:
            raise ConfigError(
                f"another process is writing {printable(target)}: wait for it, or give another "
                "name."
            ) from None
        yield


@contextmanager
def _failing(target: Path) -> Iterator[None]:
    """Turns what the disk refuses into an error that names the table."""
    try:
        yield
    except (KerasAppsError, Timeout):
        raise
    except OSError as error:
        room = f". {free_words(target.parent)}" if is_out_of_space(error) else ""
        said = error.strerror or error
        raise OutputError(f"cannot write {target}: {said}{room}") from error
