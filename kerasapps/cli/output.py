"""What commands print: tables for people, one JSON object for programs, errors for both."""

from __future__ import annotations

import functools
import json
import math
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import typer

from kerasapps.cli.options import in_options
from kerasapps.console import SafeConsole
from kerasapps.errors import KerasAppsError, OutputError
from kerasapps.harmless import escaped, harmless
from kerasapps.interrupts import interruptible
from kerasapps.lean import import_tensorflow
from kerasapps.room import TEMPORARY, telling_of_full_disks
from kerasapps.terminal import flush_lines, tell, write_line

UNWRITABLE = 74  # EX_IOERR of sysexits.h
DASH = "–"


def command(function: Callable[..., Any]) -> Callable[..., Any]:
    """A command that ends in one line instead of a traceback, and in JSON where that was asked.

    The function returns `(values, show)`: what `--json` prints, and a function that prints the
    same for people; or `(values, show, status)`. With `json` set nothing but the one object
    reaches standard output, whatever libraries print.
    """

    @functools.wraps(function)
    def run(*args: Any, **options: Any) -> None:
        as_json = bool(options.get("json"))
        with _standard_output(reserved=as_json) as write, _told(write if as_json else None):
            values, show, *rest = function(*args, **options)
            with _done(values):
                write(json_text(values) + "\n") if as_json else show()
                flush_lines()
        raise typer.Exit(rest[0] if rest else 0)

    return run


@contextmanager
def _told(answer: Callable[[str], None] | None) -> Iterator[None]:
    """Turns exceptions into one message and an exit status."""
    try:
        with telling_of_full_disks(advice=TEMPORARY), interruptible():
            yield
    except OutputError as error:
        _fail(str(error), None, UNWRITABLE)
    except KerasAppsError as error:
        _fail(in_options(str(error)), answer)
    except KeyboardInterrupt:
        _fail("stopped; the same command goes on from here", answer, 130)
    except Exception as error:
        if os.environ.get("KERASAPPS_DEBUG"):
            raise
        _fail(
            f"unexpected {type(error).__name__}: {error}\n"
            "This is a defect of kerasapps. KERASAPPS_DEBUG=1 shows where it happened.",
            answer,
            70,
        )


@contextmanager
def _done(values: Mapping[str, Any]) -> Iterator[None]:
    """Says, where a result cannot be printed, that there is one, and where."""
    try:
        yield
    except OutputError as error:
        where = f": {values['bundle_dir']}" if "bundle_dir" in values else ""
        raise OutputError(f"{error}. The work itself is done{where}") from error


@contextmanager
def silence(*, but_python: bool = False) -> Iterator[None]:
    """Keeps what C++ libraries write to standard error from users; exceptions come through.

    Args:
        but_python: let Python's own messages through, such as those of a training.
    """
    with suppress(OSError, ValueError):  # full or closed, which is no reason to stop
        sys.stderr.flush()
    ours, real = sys.stderr, os.dup(2)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            if but_python:
                sys.stderr = os.fdopen(os.dup(real), "w", buffering=1, errors="backslashreplace")
            yield
        finally:
            if but_python:
                with suppress(OSError, ValueError):
                    sys.stderr.close()
            sys.stderr = ours
            os.dup2(real, 2)
            os.close(real)


def start_tensorflow() -> None:
    """Imports TensorFlow without its start-up chatter (no CUDA drivers, how it was compiled).

    Its C++ side writes that before any log level can be set.
    """
    with silence():
        tf = import_tensorflow()
        tf.config.list_physical_devices()


def _fail(message: str, write: Callable[[str], None] | None, status: int = 1) -> None:
    tell(f"error: {message}")
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
        raise OutputError(f"standard output cannot be written: {error.strerror}") from error


def json_text(values: Any) -> str:
    """One line of JSON that any terminal can be shown; numbers that JSON lacks are null."""
    text = json.dumps(clean(values), ensure_ascii=False)
    return escaped(text, "\\u{:04x}")


def clean(values: Any) -> Any:
    """`values` with NaN and infinities as null, which JSON has no words for."""
    if isinstance(values, Mapping):
        return {str(key): clean(value) for key, value in values.items()}
    if isinstance(values, (list, tuple)):
        return [clean(value) for value in values]
    return None if isinstance(values, float) and not math.isfinite(values) else values


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on standard output; numbers to the right."""
    from rich.table import Table
    from rich.text import Text

    table = Table(header_style="bold")
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right", overflow="fold")
    for row in rows:
        table.add_row(*(Text(harmless(cell)) for cell in row))
    console = SafeConsole()
    if not console.is_terminal:
        console = SafeConsole(width=max(console.width, 140))
    write_line(title)
    console.print(table)


def shown(value: float | None, form: str) -> str:
    """The value in that form, or a dash."""
    return DASH if value is None else form.format(value)
