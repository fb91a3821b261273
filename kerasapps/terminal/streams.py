"""The one way out for what is printed: nothing in it may command a terminal, nothing is lost to it.

Names of files, labels and messages of other processes may hold escape sequences, and characters
that a console cannot show; the console may be full or gone. None of that may end a run, spoil a
line or hide a result.
"""

from __future__ import annotations

import codecs
import functools
import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from kerasapps.errors import OutputError, ReaderGoneError
from kerasapps.terminal.live import ERASE, LIVE_LINE
from kerasapps.wording.harmless import harmless

# Our own signs, where an encoding lacks them.
_PLAIN: dict[str, str | int | None] = {
    "–": "-",
    "−": "-",
    "…": "...",
    "×": "x",
    "\u202f": " ",
}
_REPLACE = "kerasapps.replace"
_STANDARD = 2  # the last of the three streams that a process has
_hushes: list[bool] = []  # of the process, as its streams are
_wordings: list[Callable[[str], str]] = []  # likewise


def write_line(text: str = "", *, whole: bool = False) -> None:
    """A line, or several, on standard output; a terminal's are broken between words.

    Args:
        text: for people.
        whole: whether its lines are for programs too, and stay whole everywhere.

    Raises:
        OutputError: if it cannot be written.
    """
    stream = StandardStream(errors=False)
    width = None if whole else stream.width
    stream.write(f"{wrapped(harmless(text), width)}\n")


def flush_lines() -> None:
    """Makes sure that what was written to standard output got there.

    Raises:
        OutputError: if it did not.
    """
    StandardStream(errors=False).flush()


def tell(message: str) -> None:
    """A message on standard error; that nobody can read it there is no reason to stop."""
    stream = StandardStream(errors=True)
    message = _wordings[-1](message) if _wordings else message
    stream.write(f"{wrapped(harmless(message), stream.width)}\n")


def begin_line() -> None:
    """Takes what stands in a terminal's last line away, such as the `^C` of who stopped a run."""
    LIVE_LINE.erase()
    stream = StandardStream(errors=True)
    if stream.isatty():
        with suppress(OSError):  # that nobody sees it is no reason to stop
            os.write(stream.fileno(), b"\n" if os.environ.get("TERM") == "dumb" else ERASE)


@contextmanager
def worded(reword: Callable[[str], str]) -> Iterator[None]:
    """Within it, what is told is reworded for who called this process."""
    _wordings.append(reword)
    try:
        yield
    finally:
        _wordings.pop()


@contextmanager
def hushed() -> Iterator[None]:
    """Keeps what this process tells on standard error from being written; errors are raised."""
    _hushes.append(True)
    try:
        yield
    finally:
        _hushes.pop()


def take_streams() -> None:
    """Prepares a process that was started with streams closed.

    What is opened next would take the place of a closed one, and be written to as if it were.

    Raises:
        OutputError: if standard output is closed: what for should anything be done?
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _STANDARD:
        pass
    os.close(descriptor)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 — for good
    if sys.stdout is None:
        raise OutputError("standard output is closed: send it to a file, or to /dev/null")


def leave_streams() -> None:
    """Lets the process end with its own exit status, though a stream may be full."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            _abandon(stream)


def wrapped(text: str, width: int | None) -> str:
    """Lines that are too long broken between words, the rest of each indented by two more.

    Args:
        text: one line or several.
        width: characters of a line; None breaks nothing.
    """
    if width is None:
        return text
    return "\n".join(_broken(line, width) for line in text.split("\n"))


def _broken(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    indent = line[: len(line) - len(line.lstrip(" "))]
    return "\n".join(
        textwrap.wrap(
            line,
            max(width, len(indent) + 20),
            subsequent_indent=f"{indent}  ",
            break_long_words=False,
            break_on_hyphens=False,
            expand_tabs=False,
            replace_whitespace=False,
        )
    )


def cut(text: str, ending: str, *, width: int) -> str:
    """Both in one line, the text cut where there is not room for all of it."""
    room = max(width - len(ending), 0)
    return (text if len(text) <= room else f"{text[: max(room - 2, 0)]}… ")[:room] + ending


def encodable(text: str, encoding: str | None) -> str:
    r"""The text with what the encoding lacks as the nearest plain sign, or written out (`\u6771`).

    Args:
        text: any.
        encoding: of a stream; None takes everything.
    """
    if encoding is None:
        return text
    try:
        return text.encode(encoding, _REPLACE).decode(encoding)
    except LookupError:  # a stream of somebody's own
        return text


class StandardStream:
    """Standard output or error as it is at the moment of writing; a file to `rich`."""

    def __init__(self, *, errors: bool) -> None:
        self._errors = errors

    @property
    def _stream(self) -> TextIO | None:
        stream = sys.stderr if self._errors else sys.stdout
        # A live display of rich stands before the stream itself.
        return getattr(stream, "rich_proxied_file", stream)

    @property
    def encoding(self) -> str | None:
        return getattr(self._stream, "encoding", None)

    def isatty(self) -> bool:
        stream = self._stream
        if self._errors and _hushes:  # nobody looks
            return False
        return stream is not None and not stream.closed and stream.isatty()

    @property
    def width(self) -> int | None:
        """Characters of a line, where it is a terminal."""
        return self.width_of(self.fileno()) if self.isatty() else None

    @property
    def has_live_line(self) -> bool:
        """Whether a line can be drawn anew, and no other display does so at the moment."""
        displayed = hasattr(sys.stderr if self._errors else sys.stdout, "rich_proxied_file")
        return self.isatty() and os.environ.get("TERM") != "dumb" and not displayed

    @staticmethod
    def width_of(terminal: int) -> int | None:
        """Characters of a terminal's line, where it tells."""
        told = os.environ.get("COLUMNS", "")
        if told.isdecimal() and int(told):
            return int(told)
        try:
            return os.get_terminal_size(terminal).columns or None
        except OSError:
            return None

    def fileno(self) -> int:
        stream = self._stream
        if stream is None:
            raise OSError("the stream is closed")
        return stream.fileno()

    def write(self, text: str) -> int:
        if self._errors and _hushes:
            return len(text)
        stream = self._stream
        if not self._errors and _loses(text, self.encoding):
            _note_replaced(str(self.encoding))
        try:
            if stream is not None:
                with LIVE_LINE.lifted():
                    stream.write(encodable(text, self.encoding))
            elif not self._errors:
                raise OSError("it is closed")
        except (OSError, ValueError) as error:  # ValueError: closed by somebody in between
            self._fail(error)
        return len(text)

    def flush(self) -> None:
        try:
            if self._stream is not None:
                self._stream.flush()
        except (OSError, ValueError) as error:
            self._fail(error)

    def _fail(self, error: OSError | ValueError) -> None:
        if self._errors:
            return
        _abandon(self._stream)
        kind = ReaderGoneError if isinstance(error, BrokenPipeError) else OutputError
        raise kind(
            f"standard output cannot be written: {getattr(error, 'strerror', None) or error}"
        ) from error


def _abandon(stream: TextIO | None) -> None:
    """Lets go what a stream still holds: the interpreter would try again at its end, and tell."""
    try:
        if stream is not None:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
            stream.flush()
    except (OSError, ValueError):  # it has no file, or that is closed
        pass


@functools.cache  # once a process
def _note_replaced(encoding: str) -> None:
    tell(
        f"note: standard output takes {encoding} only: other characters are written out (\\u…); "
        "PYTHONIOENCODING=utf-8 shows them"
    )


def _loses(text: str, encoding: str | None) -> bool:
    """Whether an encoding lacks more than signs of ours; UTF-8 lacks none that text can have."""
    if encoding is None or encoding.lower().startswith("utf"):
        return False
    plain = text.translate(str.maketrans(_PLAIN))
    return encodable(plain, encoding) != plain


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    shown = "".join(str(_PLAIN.get(char) or _escaped(char)) for char in lacking)
    return shown, error.end


def _escaped(char: str) -> str:
    return char.encode("ascii", "backslashreplace").decode("ascii")


codecs.register_error(_REPLACE, _replaced)
