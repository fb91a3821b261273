"""Ctrl-C in the midst of C++ code."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def usual_ctrl_c() -> Iterator[None]:
    """Ctrl-C means what Python has it mean, whatever runs the tests."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def press_in_cpp() -> None:
    """Ctrl-C, whose exception is lost behind another, as in a function that TensorFlow traces."""
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        raise SystemError("bad argument to internal function") from None
