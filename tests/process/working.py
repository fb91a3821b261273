"""Work for processes of their own, which find it here."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence

from kerasapps.errors import DataError


def squares(chunk: Sequence[int]) -> list[int]:
    """The square of each number; some numbers are odd ones."""
    print("what libraries print is no answer")
    return [square(each) for each in chunk]


def square(number: int) -> int:
    """Of -1 a wish of a user that cannot be met, of -2 a defect, of -9 the end of the process."""
    if number == -1:
        raise DataError("-1 has no square here")
    if number == -2:
        raise _OddError(number, "two arguments that cannot be pickled")
    if number == -9:
        os.kill(os.getpid(), signal.SIGKILL)
    if number % 10 == 0:
        time.sleep(0.005)  # so that chunks are not done in their order
    return number * number


def heavy(_: Sequence[int]) -> list[bool]:
    """Whether TensorFlow is here."""
    return ["tensorflow" in sys.modules]


class _OddError(Exception):
    def __init__(self, number: int, words: str) -> None:
        super().__init__(f"{number}: {words}")
