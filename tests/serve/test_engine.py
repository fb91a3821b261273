"""The queue between requests and threads."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from kerasapps.serve.engine import Engine, ItemError
from kerasapps.serve.metrics import Metrics
from kerasapps.serve.refusal import Refusal


def engine(threads: int = 1, limit: int = 100) -> Engine:
    return Engine(threads=threads, limit=limit, metrics=Metrics())


def test_answers_are_in_order_and_found_in_the_threads_of_the_engine() -> None:
    seen = set()

    def find(item: int) -> int:
        seen.add(threading.current_thread())
        return item * item

    async def ask(asked: Engine) -> list[list[int]]:
        return await asyncio.gather(
            *(asked.answer(find, range(n, n + 5), seconds=5) for n in range(20))
        )

    asked = engine(threads=3)
    assert asyncio.run(ask(asked)) == [[k * k for k in range(n, n + 5)] for n in range(20)]
    assert 0 < len(seen) <= 3 and threading.main_thread() not in seen
    asked.stop()
    assert not any(thread.is_alive() for thread in seen)


def test_a_request_of_many_examples_does_not_keep_a_small_one_waiting() -> None:
    order: list[str] = []
    gate = threading.Event()

    def find(item: str) -> None:
        gate.wait(5)
        order.append(item)

    async def ask(asked: Engine) -> None:
        many = asyncio.create_task(asked.answer(find, [f"many {n}" for n in range(20)], seconds=9))
        await asyncio.sleep(0)
        few = asyncio.create_task(asked.answer(find, ["few"], seconds=9))
        await asyncio.sleep(0.01)
        gate.set()
        await asyncio.gather(many, few)

    asyncio.run(ask(engine()))
    assert order.index("few") <= 2


def test_more_than_may_wait_are_told_to_come_back() -> None:
    gate = threading.Event()

    async def ask(asked: Engine) -> None:
        first = asyncio.create_task(asked.answer(gate.wait, [5, 5], seconds=9))
        await asyncio.sleep(0)
        with pytest.raises(Refusal) as refusal:
            await asked.answer(gate.wait, [5], seconds=9)
        assert refusal.value.status == 503 and refusal.value.headers["Retry-After"] == "1"
        gate.set()
        await first
        assert await asked.answer(gate.wait, [5, 5], seconds=9) == [True, True]

    asyncio.run(ask(engine(limit=2)))


def test_an_answer_that_takes_too_long_is_given_up_and_leaves_no_place_taken() -> None:
    asked_for: list[float] = []

    def find(seconds: float) -> None:
        asked_for.append(seconds)
        time.sleep(seconds)

    async def ask(asked: Engine) -> None:
        with pytest.raises(Refusal) as refusal:
            await asked.answer(find, [0.2] * 50, seconds=0.05)
        assert refusal.value.status == 503
        assert await asked.answer(find, [0.0] * 50, seconds=5) == [None] * 50

    asyncio.run(ask(engine(limit=50)))
    assert asked_for.count(0.2) <= 2


def test_the_first_item_that_fails_is_named_and_the_threads_go_on() -> None:
    def find(item: int) -> float:
        return 1 / item

    async def ask(asked: Engine) -> Any:
        with pytest.raises(ItemError) as failed:
            await asked.answer(find, [1, 2, 0, 4], seconds=5)
        assert failed.value.index == 2 and isinstance(failed.value.error, ZeroDivisionError)
        return await asked.answer(find, [4], seconds=5)

    asked = engine(threads=2, limit=4)
    assert asyncio.run(ask(asked)) == [0.25]
    assert asyncio.run(ask(asked)) == [0.25]  # another event loop


def test_an_answer_that_comes_as_its_request_is_given_up_harms_no_other() -> None:
    """The loop hears of the answer after the future is cancelled, before the waiting task does."""
    gate = threading.Event()

    async def ask(asked: Engine) -> None:
        first, second = (
            asyncio.create_task(asked.answer(gate.wait, [5], seconds=5)) for _ in range(2)
        )
        await asyncio.sleep(0.05)
        gate.set()
        time.sleep(0.2)  # both are answered, and the loop has not looked yet
        first.cancel()
        assert await asyncio.wait_for(second, 1) is not None
        with pytest.raises(asyncio.CancelledError):
            await first
        assert await asked.answer(gate.wait, [5, 5], seconds=5) == [True, True]

    asyncio.run(ask(engine(limit=2)))
