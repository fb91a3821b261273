"""Ctrl-C that stays one, whatever C++ code makes of it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible() -> Iterator[None]:
    """Within the block an exception that follows Ctrl-C becomes `KeyboardInterrupt`.

    C++ code that calls Python may put an exception of its own in the place of that one: TensorFlow
    does where it traces a function, and it is a SystemError then. In other threads than the main
    one nothing changes, as signals do not reach them.

    Raises:
        KeyboardInterrupt: for any exception after Ctrl-C.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    pressed = False

    def noting(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        try:
            handler(number, frame)
        except KeyboardInterrupt:
            pressed = True
            raise

    signal.signal(signal.SIGINT, noting)
    try:
        yield
    except Exception as error:
        if pressed:
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, handler)
