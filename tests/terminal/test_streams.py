from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.live import Live
from rich.table import Column, Table
from rich.text import Text

from kerasapps.errors import OutputError
from kerasapps.terminal import streams as terminal
from kerasapps.terminal.console import SafeConsole
from kerasapps.terminal.streams import encodable, flush_lines, tell, worded, write_line


class Broken(io.StringIO):
    """A stream that fails as a full disk does, at writing or at flushing."""

    encoding = "utf-8"

    def __init__(self, *, at: str) -> None:
        super().__init__()
        self.at = at

    def write(self, text: str) -> int:
        return self._do("write", len(text))

    def flush(self) -> None:
        self._do("flush", 0)

    def _do(self, what: str, result: int) -> int:
        if what == self.at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return result


@pytest.fixture
def latin() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="latin-1", newline="\n")


@pytest.fixture(autouse=True)
def unnoted() -> Iterator[None]:
    terminal._note_replaced.cache_clear()
    yield
    terminal._note_replaced.cache_clear()


def content(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    return stream.buffer.getvalue()  # type: ignore[attr-defined]


def test_lines_and_messages_go_their_ways(capsys: pytest.CaptureFixture[str]) -> None:
    write_line("a \x1b[1m\tb\nc")
    write_line()
    tell("first \x9b\nsecond")
    assert capsys.readouterr() == ("a \\x1b[1m\tb\nc\n\n", "first \\x9b\nsecond\n")


def test_messages_are_in_the_words_of_who_called(capsys: pytest.CaptureFixture[str]) -> None:
    with worded(str.upper):
        tell("a\x9b")
        with worded(str.title):
            tell("b c")
        tell("d")
        write_line("e")
    tell("f")
    assert capsys.readouterr() == ("e\n", "A\\x9b\nB C\nD\nf\n")


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("größe – 東京…", "utf-8", "größe – 東京…"),
        ("größe – 東京…", None, "größe – 東京…"),
        ("größe – 東京…", "latin-1", "größe - \\u6771\\u4eac..."),
        ("größe – 東京…", "cp1252", "größe – \\u6771\\u4eac…"),
        ("2\u202fMB × \u22125 👍", "ascii", "2 MB x -5 \\U0001f44d"),
        ("\udcff", "utf-8", "\\udcff"),
        ("größe", "no-such-encoding", "größe"),
    ],
)
def test_what_an_encoding_lacks_is_written_out(text: str, encoding: str | None, shown: str) -> None:
    assert encodable(text, encoding) == shown


def test_what_is_written_out_is_said_once(
    latin: io.TextIOWrapper, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", latin)
    write_line("größe – ok")
    assert capsys.readouterr().err == ""
    write_line("東")
    write_line("京")
    assert content(latin) == "größe - ok\n\\u6771\n\\u4eac\n".encode("latin-1")
    (note,) = capsys.readouterr().err.splitlines()
    assert note.startswith("note: standard output takes latin-1 only")


def test_a_message_is_replaced_without_a_word(
    latin: io.TextIOWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", latin)
    tell("東 – é")
    assert content(latin) == b"\\u6771 - \xe9\n"


@pytest.mark.parametrize("at", ["write", "flush"])
def test_output_that_cannot_be_written_is_an_error(
    monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    monkeypatch.setattr(sys, "stdout", Broken(at=at))
    with pytest.raises(OutputError, match="standard output cannot be written: No space left"):
        write_line("a")
        flush_lines()


def test_a_closed_output_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    with pytest.raises(OutputError, match=r"cannot be written: .*closed"):
        write_line("a")
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(OutputError, match="cannot be written: it is closed"):
        write_line("a")
    flush_lines()


@pytest.mark.parametrize("at", ["write", "flush"])
def test_nobody_need_read_messages(monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    for stream in (Broken(at=at), None):
        monkeypatch.setattr(sys, "stderr", stream)
        tell("a")
        SafeConsole(stderr=True).print("a")


def test_a_console_shows_no_commands_but_its_own() -> None:
    stream = io.StringIO()
    console = SafeConsole(file=stream, force_terminal=True, color_system="standard", width=60)
    table = Table(Column("name", min_width=20))
    table.add_row(Text("evil \x1b[2J", style="red"))
    console.print(table)
    console.print("\x1b]0;title\x07", markup=False, highlight=False)
    shown = stream.getvalue()
    assert "\x1b[31m" in shown and "\\x1b[2J" in shown and "\x1b[2J" not in shown
    assert "\\x1b]0;title" in shown and "\x07" not in shown


def test_a_live_display_moves_the_cursor_and_ends() -> None:
    stream = io.StringIO()
    console = SafeConsole(file=stream, force_terminal=True, width=60)
    with Live(Text("one\ntwo \x1b[5m"), console=console, auto_refresh=False) as live:
        live.update(Text("three"), refresh=True)
    assert "\x1b[1A" in stream.getvalue() and "\x1b[5m" not in stream.getvalue()


def test_in_a_notebook_too_a_console_writes_lines_that_can_be_hushed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kernel = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel="one"))
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    SafeConsole(stderr=True).print("told", style="bold")
    with terminal.hushed():
        SafeConsole(stderr=True).print("hushed")
    assert capsys.readouterr() == ("", "told\n")


def test_a_console_writes_where_standard_error_is_at_that_moment(
    latin: io.TextIOWrapper, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    console = SafeConsole(stderr=True, width=40)
    console.print("before")
    monkeypatch.setattr(sys, "stderr", latin)
    console.print("after – 東")
    assert capsys.readouterr() == ("", "before\n")
    assert content(latin) == b"after - \\u6771\n"


def test_tables_use_signs_that_the_encoding_has(
    latin: io.TextIOWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", latin)
    table = Table("name", "é")
    table.add_row("–", "東")
    SafeConsole(width=40).print(table)
    shown = content(latin).decode("latin-1")
    assert "\\u6771" in shown and "| -" in shown and "\\u25" not in shown


PROGRAM = """
import sys
from kerasapps.errors import OutputError
from kerasapps.terminal.streams import flush_lines, leave_streams, take_streams, tell, write_line
try:
    take_streams()
    write_line("x" * 10_000_000)
    flush_lines()
except OutputError as error:
    tell(str(error))
    sys.exit(74)
finally:
    leave_streams()
open(sys.argv[1], "w").write("done")
"""


@pytest.mark.parametrize(
    ("redirection", "status", "message"),
    [
        (">/dev/full", 74, "standard output cannot be written: No space left on device\n"),
        (">&-", 74, "standard output is closed: send it to a file, or to /dev/null\n"),
        ("| true; exit ${PIPESTATUS[0]}", 74, None),
        (">/dev/null 2>&-", 0, ""),
        (">/dev/null 2>/dev/full", 0, ""),
        (">/dev/full 2>/dev/full", 74, ""),
        (">/dev/null <&-", 0, ""),
        (">&- 2>&-", 74, ""),
    ],
)
def test_a_process_ends_as_it_should_whatever_becomes_of_its_streams(
    tmp_path: Path, redirection: str, status: int, message: str | None
) -> None:
    done = tmp_path / "done"
    ended = subprocess.run(
        ["bash", "-c", f'"$0" -c "$1" "$2" {redirection}', sys.executable, PROGRAM, str(done)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == status
    assert ended.stderr == message or (message is None and "Broken pipe" in ended.stderr)
    assert done.exists() == (status == 0)
    assert not done.exists() or done.read_text() == "done"  # and nothing else went there
