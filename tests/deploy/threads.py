"""The same calls from one thread and from many, made to get into each other's way."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

InputT = TypeVar("InputT")
AnswerT = TypeVar("AnswerT")


def wrong_answers(
    answer: Callable[[InputT], AnswerT], inputs: Sequence[InputT], *, calls: int, threads: int = 8
) -> int:
    """How many of `calls` answers from many threads differ from one thread's.

    All threads begin together, and Python changes between them 200 times as often as usual.
    """
    expected = [answer(each) for each in inputs]
    assert len({repr(each) for each in expected}) > 1  # or no mix-up could be seen
    together = threading.Barrier(threads)

    def work(thread: int) -> int:
        together.wait()
        places = [(thread + call) % len(inputs) for call in range(calls // threads)]
        return sum(answer(inputs[place]) != expected[place] for place in places)

    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 200)
    try:
        with ThreadPoolExecutor(threads) as pool:
            return sum(pool.map(work, range(threads)))
    finally:
        sys.setswitchinterval(usual)
