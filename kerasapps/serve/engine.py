"""The queue between those who ask and the threads that answer.

A file answers one example at a time, so that nothing is won by waiting for more of them. What costs
is to hand each over: a thread takes example after example, of all requests by turns, and hands back
many at once. A request of many examples keeps none of a few waiting for longer than one example.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from kerasapps.serve.metrics import Metrics
from kerasapps.serve.refusal import Refusal, busy

MOST_AT_ONCE = 16
_PATIENCE = 0.002  # seconds for which what is answered waits for more to be handed back with it

Find = Callable[[Any], Any]


class _Job:
    """The examples of one request."""

    __slots__ = ("answers", "arrived", "find", "future", "index", "items", "left", "loop", "over")

    def __init__(self, find: Find, items: Sequence[Any]) -> None:
        self.find, self.items = find, items
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[list[Any]] = self.loop.create_future()
        self.answers: list[Any] = [None] * len(items)
        self.left = len(items)
        self.index = 0  # of the next; only who has taken the job off the queue touches it
        self.over = False
        self.arrived = time.perf_counter()


class ItemError(Exception):
    """One example could not be answered.

    Args:
        index: which.
        error: why.
    """

    def __init__(self, index: int, error: Exception) -> None:
        super().__init__(index)
        self.index, self.error = index, error


class Engine:
    """Threads that answer, begun with the first question.

    Args:
        threads: how many.
        limit: examples that may be unanswered at a time.
        metrics: what is counted.
    """

    def __init__(self, *, threads: int, limit: int, metrics: Metrics) -> None:
        self._limit, self._metrics, self._count = limit, metrics, threads
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._unanswered = 0  # changed in the event loop only

    async def answer(self, find: Find, items: Sequence[Any], *, seconds: float) -> list[Any]:
        """What `find` makes of each item, in order.

        Args:
            find: is called in one of the threads.
            items: one at least.
            seconds: how long that may take.

        Raises:
            ItemError: for the first item that `find` raises anything for.
            Refusal: if too many wait, or it takes too long.
        """
        if self._unanswered + len(items) > self._limit:
            raise busy("Too many wait already: come back in a moment.")
        if not self._threads:
            self._begin()
        job = _Job(find, items)
        self._change(len(items))
        self._queue.put(job)
        try:
            async with asyncio.timeout(seconds):
                return await job.future
        except TimeoutError:
            raise Refusal(
                503,
                "slow",
                f"The answer took more than {seconds:g} s.",
                headers={"Retry-After": "1"},
            ) from None
        finally:
            self._leave(job)

    def stop(self) -> None:
        """Ends the threads once all is answered."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _begin(self) -> None:
        for number in range(self._count):
            thread = threading.Thread(target=self._work, name=f"answers-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def _change(self, by: int) -> None:
        self._unanswered += by
        self._metrics.unanswered.set(self._unanswered)

    def _leave(self, job: _Job) -> None:
        """What nobody waits for any longer is not answered."""
        job.over = True
        if job.left:
            self._change(-job.left)
            job.left = 0

    def _work(self) -> None:
        answered: list[tuple[_Job, int, Any]] = []
        began = 0.0
        while True:
            try:
                job = self._queue.get(block=not answered)
            except queue.Empty:
                answered = self._hand_back(answered)
                continue
            if job is None:
                self._hand_back(answered)
                return
            if job.over:
                continue
            if answered and job.loop is not answered[0][0].loop:
                answered = self._hand_back(answered)
            if not answered:
                began = time.perf_counter()
            answered.append((job, *self._take(job)))
            late = time.perf_counter() - began > _PATIENCE
            if late or len(answered) >= MOST_AT_ONCE:
                answered = self._hand_back(answered)

    def _take(self, job: _Job) -> tuple[int, Any]:
        """The next example of a job, answered; the job goes behind all others."""
        index = job.index
        job.index += 1
        if not index:
            self._metrics.waited.observe(time.perf_counter() - job.arrived)
        if job.index < len(job.items):
            self._queue.put(job)
        try:
            return index, job.find(job.items[index])
        except Exception as error:  # whatever it is, a request waits for it
            return index, ItemError(index, error)

    def _hand_back(self, answered: list[tuple[_Job, int, Any]]) -> list[tuple[_Job, int, Any]]:
        if answered:
            self._metrics.batches.observe(len(answered))
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                answered[0][0].loop.call_soon_threadsafe(self._settle, answered)
        return []

    def _settle(self, answered: list[tuple[_Job, int, Any]]) -> None:
        count = 0
        for job, index, answer in answered:
            # A future is cancelled a moment before who waited for it learns that and leaves.
            if job.over or job.future.done():
                continue
            count += 1
            job.left -= 1
            if isinstance(answer, ItemError):
                job.over = True
                job.future.set_exception(answer)
                continue
            job.answers[index] = answer
            if not job.left:
                job.over = True
                job.future.set_result(job.answers)
        self._change(-count)
