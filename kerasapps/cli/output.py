"""What commands print: tables for people, one JSON object for programs, errors for both."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import typer

from kerasapps.cli.options import in_options, with_options
from kerasapps.errors import ConfigError, KerasAppsError, OutputError, ReaderGoneError
from kerasapps.files.room import TEMPORARY, telling_of_full_disks
from kerasapps.process.interrupts import interruptible
from kerasapps.process.training_stack import in_plain_words
from kerasapps.terminal.console import SafeConsole
from kerasapps.terminal.streams import begin_line, flush_lines, tell, worded, write_line
from kerasapps.terminal.tables import fitted_table
from kerasapps.wording.finite import clean
from kerasapps.wording.harmless import escaped

# Exit statuses: 0 is that all is well.
FAILED = 1  # a file failed, data cannot be used, or a run could not be carried out
WRONG_USAGE = 2  # as of the parser
STOPPED = 130  # as of what is interrupted in a shell
UNEXPECTED = 70  # a defect of ours: EX_SOFTWARE of sysexits.h
READER_GONE = 141  # as of what a closed pipe ends in a shell
UNWRITABLE = 74  # nobody can read the answer: EX_IOERR of sysexits.h
DASH = "–"
ELSEWHERE = "or choose another place (--output)"
"""What to do where the disk is full on which the user wanted an answer."""


def command(function: Callable[..., Any], *, goes_on: bool = False) -> Callable[..., Any]:
    """A command that ends in one line instead of a traceback, and in JSON where that was asked.

    The function returns `(values, show)`: what `--json` prints, and a function that prints the
    same for people; or `(values, show, status)`. With `json` set nothing but the one object
    reaches standard output, whatever libraries print.

    Args:
        function: does what is to be done.
        goes_on: whether it keeps what is done, so that the same command goes on after a stop.
    """

    @functools.wraps(function)
    def run(*args: Any, **options: Any) -> None:
        as_json = bool(options.get("json"))
        with (
            worded(with_options),
            _standard_output(reserved=as_json) as write,
            _told(write if as_json else None, goes_on=goes_on),
        ):
            values, show, *rest = function(*args, **options)
            with _done(values):
                write(json_text(values) + "\n") if as_json else show()
                flush_lines()
        raise typer.Exit(rest[0] if rest else 0)

    return run


lasting_command = functools.partial(command, goes_on=True)
"""The same of a command that keeps what is done."""


@contextmanager
def _told(answer: Callable[[str], None] | None, *, goes_on: bool) -> Iterator[None]:
    """Turns exceptions into one message and an exit status."""
    try:
        with telling_of_full_disks(advice=TEMPORARY), interruptible():
            yield
    except ReaderGoneError:
        raise typer.Exit(READER_GONE) from None
    except OutputError as error:
        _fail(str(error), None, UNWRITABLE)
    except KerasAppsError as error:
        status = WRONG_USAGE if isinstance(error, ConfigError) else FAILED
        _fail(in_options(str(error)), answer, status)
    except KeyboardInterrupt:
        begin_line()
        message = "stopped; the same command goes on from here" if goes_on else "stopped"
        tell(message)
        _end(message, answer, STOPPED)
    except Exception as error:
        if isinstance(error, ModuleNotFoundError):
            plain = in_plain_words(error, "This command")
            if plain is not None:
                _fail(str(plain), answer, FAILED)
        if os.environ.get("KERASAPPS_DEBUG"):
            raise
        _fail(
            f"unexpected {type(error).__name__}: {error}\n"
            "This is a defect of kerasapps. KERASAPPS_DEBUG=1 shows where it happened.",
            answer,
            UNEXPECTED,
        )


@contextmanager
def _done(values: Mapping[str, Any]) -> Iterator[None]:
    """Says, where a result cannot be printed, that there is one, and where."""
    try:
        yield
    except ReaderGoneError:
        raise
    except OutputError as error:
        where = f": {values['bundle_dir']}" if "bundle_dir" in values else ""
        raise OutputError(f"{error}. The work itself is done{where}") from error


def _fail(message: str, write: Callable[[str], None] | None, status: int) -> None:
    tell(f"error: {message}")
    _end(message, write, status)


def _end(message: str, write: Callable[[str], None] | None, status: int) -> None:
    """Ends the process, and gives programs what was told people."""
    if write is not None:
        with suppress(OutputError):  # what counts is said
            write(json_text({"error": message}) + "\n")
    raise typer.Exit(status)


@contextmanager
def _standard_output(*, reserved: bool) -> Iterator[Callable[[str], None]]:
    """A function that writes to standard output; `reserved`, nobody else can."""
    if not reserved:
        yield write_line  # only what is for people is written
        return
    sys.stdout.flush()
    real = os.dup(1)
    os.dup2(2, 1)
    try:
        yield lambda text: _write_all(real, text.encode(errors="backslashreplace"))
    finally:
        with suppress(OSError):  # it goes to standard error now, which may be full
            sys.stdout.flush()
        os.dup2(real, 1)
        os.close(real)


def _write_all(descriptor: int, content: bytes) -> None:
    try:
        while content:
            content = content[os.write(descriptor, content) :]
    except OSError as error:
        kind = ReaderGoneError if isinstance(error, BrokenPipeError) else OutputError
        raise kind(f"standard output cannot be written: {error.strerror}") from error


def json_text(values: Any) -> str:
    """One line of JSON that any terminal can be shown; numbers that JSON lacks are null."""
    text = json.dumps(clean(values), ensure_ascii=False)
    return escaped(text, "\\u{:04x}")


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    spare: Sequence[str] = (),
    width: int | None = None,
) -> None:
    """A table on standard output, as wide as that is; numbers to the right.

    Args:
        title: a line above it.
        columns: their names.
        rows: the cells of each row.
        spare: columns that may be left out where there is no room, those first that are missed
            least.
        width: characters of a line; None: the terminal's, or many where there is none.
    """
    console = SafeConsole() if width is None else SafeConsole(width=width)
    if not console.is_terminal and width is None:
        console = SafeConsole(width=max(console.width, 140))
    table = fitted_table(columns, rows, width=console.width, spare=spare)
    write_line(title)
    console.print(table.shown)
    if table.left_out:
        write_line(f"Not shown for want of room: {', '.join(table.left_out)}; --json has all.")


def shown(value: float | None, form: str) -> str:
    """The value in that form, or a dash."""
    return DASH if value is None else form.format(value)
