"""Processes of ours that do one kind of work, without TensorFlow: chunks in, results out, in order.

They begin as fresh programs, so that nothing of this process is needed there but what is sent: a
script that has no main guard, a notebook and a process that holds TensorFlow may all have them.
What goes through their pipes is pickled, by us for us.
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import IO, Any, Generic, TypeVar

from kerasapps.errors import KerasAppsError

In = TypeVar("In")
Out = TypeVar("Out")

_LENGTH = struct.Struct("<Q")
_AHEAD = 2  # chunks that wait, for each process
_PATIENCE = 5.0  # seconds that a process which has nothing more to do may take to end
_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    f"from {__name__.rpartition('.')[0]}.worker import main; main()"
)
# Each works for itself: threads of libraries would only take turns with those of the others.
_ALONE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class WorkerLostError(KerasAppsError):
    """A process of ours ended before its work was done, such as for want of memory."""


def write_frame(stream: IO[bytes], content: bytes) -> None:
    """Writes one message, after its length."""
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next message; None where the other side has ended, be it in the midst of one."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    content = stream.read(length)
    return content if len(content) == length else None


class Workers(Generic[In, Out]):
    """Some processes that do the same work, each with one chunk at a time.

    Args:
        work: from a chunk to its result; it is pickled, and so are both.
        count: processes.
    """

    def __init__(self, work: Callable[[In], Out], count: int) -> None:
        first = pickle.dumps(work, protocol=pickle.HIGHEST_PROTOCOL)
        self._workers = [_Worker(first) for _ in range(count)]
        # Those that have begun come first: of few chunks not all need to begin.
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        for each in self._workers:
            self._idle.put(each)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="kerasapps-worker")

    def __enter__(self) -> Workers[In, Out]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:  # Ctrl-C among others: what is being done is not waited for
            self._kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for each in self._workers:
            each.end()

    def each(self, chunks: Iterable[In]) -> Iterator[Out]:
        """The results in the order of the chunks, of which only a few are read ahead.

        Raises:
            WorkerLostError: if a process ended before it had answered.
            Exception: whatever the work raises.
        """
        waiting: deque[Future[Out]] = deque()
        for chunk in chunks:
            waiting.append(self._threads.submit(self._done, chunk))
            if len(waiting) > _AHEAD * len(self._workers):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _done(self, chunk: In) -> Out:
        worker = self._idle.get()
        try:
            result: Out = worker.ask(chunk)
        finally:
            self._idle.put(worker)
        return result

    def _kill(self) -> None:
        for each in self._workers:
            each.kill()


class _Worker:
    """One process, which begins with its first chunk; for one thread at a time.

    Args:
        work: pickled.
    """

    def __init__(self, work: bytes) -> None:
        self._work = work
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = False

    def ask(self, chunk: Any) -> Any:
        """The result of a chunk.

        Raises:
            WorkerLostError: if the process has ended.
            Exception: what the work raised.
        """
        content = pickle.dumps(chunk, protocol=pickle.HIGHEST_PROTOCOL)
        begins = self._process is None
        process = self._begun() if self._process is None else self._process
        assert process.stdin is not None and process.stdout is not None
        try:
            if begins:
                write_frame(process.stdin, self._work)
            write_frame(process.stdin, content)
            answer = read_frame(process.stdout)
        except (OSError, ValueError):  # ValueError: it was closed meanwhile
            answer = None
        if answer is None:
            raise WorkerLostError(self._how_it_ended(process))
        raised, result = pickle.loads(answer)
        if raised:
            raise result
        return result

    def _begun(self) -> subprocess.Popen[bytes]:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 — closed when it ends
        # A group of its own: Ctrl-C is for this process, which ends it.
        group = {} if os.name == "nt" else {"process_group": 0}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env={**_ALONE, **os.environ},
            **group,  # type: ignore[call-overload]
        )
        if self._killed:  # meanwhile
            self.kill()
        return self._process

    def _how_it_ended(self, process: subprocess.Popen[bytes]) -> str:
        try:
            status = process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            return "a process that worked on it does not answer any more"
        if status < 0:
            return f"a process that worked on it was ended by {signal.Signals(-status).name}"
        self._said.seek(0)
        words = self._said.read().decode(errors="replace").strip().splitlines()[-1:]
        said = words[0] if words else "no message"
        return f"a process that worked on it ended with status {status}: {said}"

    def kill(self) -> None:
        """Ends it at once, or as soon as it begins."""
        self._killed = True
        if self._process is not None:
            with suppress(OSError):
                self._process.kill()

    def end(self) -> None:
        """Lets it end, which it does when nothing more comes, and frees what it had."""
        if self._process is None:
            return
        with suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._said.close()
