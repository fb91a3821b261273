"""How far the answering of many inputs is: how many a second, and how long it takes yet."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from kerasapps.terminal.doing import Far, doing, time_left
from kerasapps.terminal.streams import StandardStream, tell

_TOLD_SECONDS = 60.0  # between two lines where there is no live one


class Pace:
    """Tells how far it is.

    Args:
        far: takes it, for the live line of a terminal.
        begun: rows that were there before.
        total: about how many inputs there are; asked in a thread of its own, and only where a
            terminal shows it; None where nothing tells.
    """

    def __init__(self, far: Far, *, begun: int, total: Callable[[], int | None]) -> None:
        self._far, self._begun, self._find = far, begun, total
        self._total: int | None = None
        self._started = self._told = time.monotonic()
        self._shown = StandardStream(errors=True).has_live_line
        if self._shown:
            threading.Thread(target=self._count, daemon=True).start()

    def tell(self, rows: int) -> None:
        """How many rows there are by now."""
        if self._shown:
            self._far(self._words(rows))
            return
        now = time.monotonic()
        if now - self._told > _TOLD_SECONDS:
            self._told = now
            tell(self._words(rows))

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._started

    def _words(self, rows: int) -> str:
        done = rows - self._begun
        rate = done / max(self.seconds, 1e-9)
        if self._total is None or not done or rows > self._total:
            return f"{rows:,} rows, {rate:,.0f} a second" if rate >= 10 else f"{rows:,} rows"
        left = time_left(self.seconds, done / (self._total - self._begun))
        return f"{rows:,} of about {self._total:,} rows, {rate:,.3g} a second{left}"

    def _count(self) -> None:
        with suppress(Exception):  # it is only for show
            self._total = self._find()


@contextmanager
def paced(what: str, *, begun: int, total: Callable[[], int | None]) -> Iterator[Pace]:
    """Says what the block does, and how far it is; see `Pace`."""
    with doing(what, lasting=False) as far:
        yield Pace(far, begun=begun, total=total)
