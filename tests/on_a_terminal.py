"""Processes on a terminal of a chosen width."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROWS = 50


def on_a_terminal(*arguments: str, columns: int = 80, cwd: Path | None = None) -> str:
    """All that Python, called so, writes to a terminal of that width; it must end well."""
    written = b""
    with started([sys.executable, *arguments], columns=columns, cwd=cwd) as (process, terminal):
        while piece := read(terminal):
            written += piece
        assert process.wait() == 0, written.decode()
    return written.decode()


@contextmanager
def started(
    command: Sequence[str], *, columns: int = 80, cwd: Path | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A process on a terminal of its own, and the descriptor of what it writes there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("COLUMNS", None)
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=cwd
    )
    os.close(theirs)
    try:
        yield process, ours
    finally:
        os.close(ours)


def read(terminal: int) -> bytes:
    """What was written since; nothing when all who could write have ended."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def screen(written: str) -> list[str]:
    """The lines that are left on the screen."""
    lines = (line.rpartition("\r")[2] for line in written.replace("\r\n", "\n").split("\n"))
    return [line for line in (re.sub(r"\x1b\[K", "", line) for line in lines) if line]
