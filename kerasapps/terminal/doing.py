"""What is being done, and how long it takes, told while it is done."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import ClassVar, TypeVar

from kerasapps.terminal.live import LIVE_LINE
from kerasapps.terminal.streams import StandardStream, cut, encodable, tell
from kerasapps.wording.harmless import one_line

_REDRAWN = 0.2  # seconds
_TOLD_EVERY = 1000  # items
_TOLD_AFTER = 2.0  # seconds, after which the time left is more than a guess
_SIXTY = 60

ItemT = TypeVar("ItemT")
Far = Callable[[str], None]
"""Takes how far it is: "3 of 8 pictures"."""


class OutOfTimeError(Exception):
    """What reported its progress took longer than it may; see `within`."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What tells a `Progress` in the block ends with an `OutOfTimeError` after so many seconds."""
    Progress.deadlines.append(time.monotonic() + seconds)
    try:
        yield
    finally:
        Progress.deadlines.pop()


@contextmanager
def doing(what: str, *, lasting: bool = True) -> Iterator[Far]:
    """Says on standard error what the block does.

    A terminal shows a live line with the time that it takes, and when the block has ended well a
    line with the time that it took. Elsewhere one line is written when the block begins.

    Args:
        what: such as "Reading flowers".
        lasting: whether a line stays; False is for what is over soon most of the time, of which
            only a terminal shows anything.

    Yields:
        What takes how far it is, for the live line.
    """
    stream = StandardStream(errors=True)
    if not stream.has_live_line:
        if lasting:
            tell(f"{what} …")
        yield lambda far: None
        return
    began = time.monotonic()
    with _Ticking(what, began) as ticking:
        yield ticking.tell_far
    if lasting:
        tell(f"{what} … {duration(time.monotonic() - began)}")


def tell_far(far: str, *, counted: bool = False) -> None:
    """Says how far it is on the live line of what is being done; nothing where there is none.

    Args:
        far: "3 of 8 pictures".
        counted: whether it is a mere count, said only where nobody knows how many are left.
    """
    if _Ticking._open:
        _Ticking._open[-1].tell_far(far, counted=counted)


class Progress:
    """Says on the live line how much of something is done, and the time that the rest takes.

    Args:
        noun: what is counted, in the plural, such as "pictures".
        total: how many there are; None: nobody knows yet.

    Attributes:
        deadlines: until when it goes on, by the monotonic clock; see `within`.
    """

    deadlines: ClassVar[list[float]] = []  # of the process, as the terminal is

    def __init__(self, noun: str, total: int | None = None) -> None:
        self._noun, self._total, self._began = noun, total, time.monotonic()

    def __call__(self, done: int, share: float | None = None) -> None:
        """So many are done.

        Args:
            done: of them.
            share: of the whole, 0 to 1, where their number is unknown but that is not.

        Raises:
            OutOfTimeError: if that took too long.
        """
        if self.deadlines and time.monotonic() > min(self.deadlines):
            raise OutOfTimeError
        far = f"{done:,} {self._noun}" if share is None else f"{done:,} {self._noun} ({share:.0%})"
        if self._total:
            far, share = f"{done:,} of {self._total:,} {self._noun}", done / self._total
        far += time_left(time.monotonic() - self._began, share or 0.0)
        tell_far(far, counted=share is None)


def told_far(items: Iterable[ItemT], noun: str = "rows") -> Iterator[ItemT]:
    """The items as they come, with how many there were so far on the live line.

    Args:
        items: of unknown number.
        noun: what they are, in the plural.
    """
    progress = Progress(noun)
    for number, item in enumerate(items, start=1):
        if number % _TOLD_EVERY == 0:
            progress(number)
        yield item


class _Ticking:
    """Draws the live line again and again; of several that of the last one begun."""

    _open: list[_Ticking] = []  # noqa: RUF012 — of the process, as the terminal is

    def __init__(self, what: str, began: float) -> None:
        self._what, self._began, self._far = one_line(what), began, ""
        self._is_counted = True
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> _Ticking:
        # Its own: standard error may be led elsewhere meanwhile, to keep libraries from it.
        self._terminal = os.dup(sys.stderr.fileno())
        self._encoding = sys.stderr.encoding
        self._open.append(self)
        self._draw()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._open.remove(self)
        LIVE_LINE.erase()
        os.close(self._terminal)

    def tell_far(self, far: str, *, counted: bool = False) -> None:
        if self._is_counted or not counted:
            self._far, self._is_counted = far, counted

    def _tick(self) -> None:
        while not self._over.wait(_REDRAWN):
            if self._open[-1:] == [self]:
                self._draw()

    def _draw(self) -> None:
        seconds = duration(time.monotonic() - self._began)
        far = f"{one_line(self._far)}, " if self._far else ""
        width = StandardStream(errors=True).width_of(self._terminal)
        line = cut(f"{self._what} … ", far + seconds, width=(width or 80) - 1)
        LIVE_LINE.draw(self._terminal, encodable(line, self._encoding).encode(self._encoding))


def time_left(seconds: float, share: float) -> str:
    """ ", 3 min 05 s left": the time that the rest takes, if it goes on as it went.

    Args:
        seconds: that it took so far.
        share: of the whole that is done by now.

    Returns:
        "" where that would be a mere guess, or nothing is left.
    """
    if seconds < _TOLD_AFTER or not 0 < share < 1:
        return ""
    return f", {duration(seconds * (1 - share) / share)} left"


def duration(seconds: float) -> str:
    """A time span for people: `8.4 s`, `3 min 05 s`, `2 h 10 min`."""
    if round(seconds, 1) < _SIXTY:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _SIXTY)
    if minutes < _SIXTY:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // _SIXTY} h {minutes % _SIXTY:02d} min"
