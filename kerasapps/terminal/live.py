"""The last line of a terminal, which is drawn anew while something takes its time."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

ERASE = b"\r\x1b[K"
"""Makes a terminal's line empty, and the cursor stand at its beginning."""


class LiveLine:
    """One line below all that is printed; what is printed goes above it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._terminal: int | None = None

    def draw(self, terminal: int, line: bytes) -> None:
        """Shows a line in place of the last one.

        Args:
            terminal: descriptor of the terminal.
            line: encoded as the terminal is, and no wider than it.
        """
        with self._lock:
            self._terminal = terminal
            _write(terminal, b"\r" + line + b"\x1b[K")

    def erase(self) -> None:
        """Takes the line away."""
        with self._lock:
            if self._terminal is not None:
                _write(self._terminal, ERASE)
            self._terminal = None

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """Room for what is printed in the block; the line comes back when it is drawn again."""
        with self._lock:
            self.erase()
            yield


LIVE_LINE = LiveLine()
"""A process has one terminal."""


def _write(terminal: int, content: bytes) -> None:
    with suppress(OSError):  # that nobody sees it is no reason to stop
        os.write(terminal, content)
