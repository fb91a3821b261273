"""Interpreters for many threads: each is lent to one thread at a time."""

from __future__ import annotations

import ctypes
import os
import queue
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

from kerasapps import machine
from kerasapps.config.checks import require_whole
from kerasapps.errors import BundleError, KerasAppsError

ItemT = TypeVar("ItemT")

MOST_THREADS = 256  # of one inference; each takes memory of its own


class Pool(Generic[ItemT]):
    """Things of which each serves one thread at a time, made when they are first needed.

    One is made at once. Whoever finds all of them lent and `limit` of them made waits. A process
    that is forked off makes its own.

    Args:
        make: one more of them; called by the thread that needs it.
        limit: how many there are at most.
    """

    def __init__(self, make: Callable[[], ItemT], *, limit: int) -> None:
        self._make, self._limit = make, limit
        self._shelf = self._new_shelf(make())
        _POOLS.add(self)

    @contextmanager
    def lent(self) -> Iterator[ItemT]:
        """One of them, for as long as the `with` block lasts."""
        shelf = self._shelf
        item = shelf.get()
        try:
            if item is None:
                item = self._make()
            yield item
        finally:
            shelf.put(item)

    def begin_anew(self) -> None:
        """Leaves what was inherited by a fork alone: it can neither be used nor taken down.

        Its native threads are gone, so that taking it down may wait for them for ever, and another
        thread may have been in the midst of using it.
        """
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._shelf))  # never taken down
        self._shelf = self._new_shelf()

    def _new_shelf(self, *made: ItemT) -> queue.LifoQueue[ItemT | None]:
        """What is made lies above the places (None) for what is not: it is lent first."""
        shelf: queue.LifoQueue[ItemT | None] = queue.LifoQueue()
        for item in (*[None] * (self._limit - len(made)), *made):
            shelf.put(item)
        return shelf


_POOLS: weakref.WeakSet[Pool[Any]] = weakref.WeakSet()  # of this process


def _after_fork() -> None:
    for pool in _POOLS:
        pool.begin_anew()


if hasattr(os, "register_at_fork"):  # not on Windows, which forks nothing
    os.register_at_fork(after_in_child=_after_fork)


@contextmanager
def failing_as_bundle(path: Path) -> Iterator[None]:
    """What the interpreter of a file cannot run is the bundle's fault, such as ids that it lacks.

    Raises:
        BundleError: for whatever the interpreter raises.
    """
    try:
        yield
    except KerasAppsError:
        raise
    except (RuntimeError, ValueError, KeyError) as error:
        raise BundleError(
            f"{path} fails on an input that the bundle says it takes ({error}). Make the bundle "
            "again, or use another of its files."
        ) from error


def pool_interpreters(
    path: Path, prepare: Callable[[Any], ItemT], *, threads: int = 1, small: int = 0
) -> Pool[ItemT]:
    """What `prepare` makes of LiteRT interpreters of one file; see `pool_networks`.

    Args:
        path: the TFLite file.
        prepare: from a fresh interpreter to what is lent; raises what is wrong with the file.
        threads: threads that one inference may use.
        small: a file of fewer bytes gets one interpreter, whatever the cores.

    Raises:
        BundleError: if the file cannot be read, or is none that this runtime can load.
        ConfigError: for a number of threads that no machine has.
    """

    def make(content: bytes) -> ItemT:
        from ai_edge_litert.interpreter import Interpreter

        try:
            return prepare(Interpreter(model_content=content, num_threads=threads))
        except BundleError:
            raise
        except (RuntimeError, ValueError, LookupError) as error:
            raise BundleError(
                f"{path} is no TFLite file that this runtime can load ({error}). Export it again."
            ) from error

    return pool_networks(path, make, threads=threads, small=small)


def pool_networks(
    path: Path, make: Callable[[bytes], ItemT], *, threads: int = 1, small: int = 0
) -> Pool[ItemT]:
    """What `make` makes of the content of one file, as many as keep the cores busy.

    The file is read once: whatever becomes of it, all of them run the same network.

    Args:
        path: the file.
        make: from the file's content to what is lent; raises what is wrong with it.
        threads: threads that one inference may use.
        small: a file of fewer bytes gets one, whatever the cores.

    Raises:
        BundleError: if the file cannot be read.
        ConfigError: for a number of threads that no machine has.
    """
    require_whole(threads, 1, MOST_THREADS, what="threads")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path} cannot be read ({error.strerror}).") from error
    busy = max(1, len(machine.usable_cores()) // threads)
    return Pool(lambda: make(content), limit=1 if len(content) < small else busy)
