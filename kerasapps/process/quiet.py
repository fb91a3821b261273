"""Libraries kept from writing what is of no use to users, TensorFlow above all."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from kerasapps.process.lean import import_tensorflow
from kerasapps.process.training_stack import require_training
from kerasapps.terminal.doing import doing

LEVEL = "TF_CPP_MIN_LOG_LEVEL"


@contextmanager
def silence(*, but_python: bool = False) -> Iterator[None]:
    """Keeps what C++ libraries write to standard error from users; exceptions come through.

    Args:
        but_python: let Python's own messages through, such as those of a training.
    """
    with suppress(OSError, ValueError):  # full or closed, which is no reason to stop
        sys.stderr.flush()
    ours, real = sys.stderr, os.dup(2)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            if but_python:
                sys.stderr = os.fdopen(os.dup(real), "w", buffering=1, errors="backslashreplace")
            yield
        finally:
            lent, sys.stderr = sys.stderr, ours
            if but_python:
                _take_back(lent, ours)
                with suppress(OSError, ValueError):
                    lent.close()
            os.dup2(real, 2)
            os.close(real)


def _take_back(lent: TextIO, ours: TextIO) -> None:
    """Log handlers that were made for a stream which is closed now write to another.

    TensorFlow makes its own for the standard error that it finds at its first message.
    """
    for logger in (logging.root, *logging.root.manager.loggerDict.values()):
        for handler in getattr(logger, "handlers", ()):
            if isinstance(handler, logging.StreamHandler) and handler.stream is lent:
                with suppress(OSError, ValueError):
                    handler.setStream(ours)


@contextmanager
def without_log() -> Iterator[None]:
    """Keeps from users what TensorFlow logs of things that go well; warnings come through.

    In a notebook it prints where each of our scratch files was written.
    """
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(max(level, logging.WARNING))
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def without_tracing_warnings() -> Iterator[None]:
    """Keeps from users that TensorFlow traces functions often; all else that it logs comes through.

    It counts those of all networks of a process as one, and each has functions of its own.
    """
    logger = logging.getLogger("tensorflow")

    def is_other(record: logging.LogRecord) -> bool:  # one of each block, as blocks may be nested
        return "triggered tf.function retracing" not in record.getMessage()

    logger.addFilter(is_other)
    try:
        yield
    finally:
        logger.removeFilter(is_other)


def start_tensorflow(
    load: Callable[[], Any] = import_tensorflow, *, then: Sequence[str] = ()
) -> None:
    """Imports TensorFlow, if that was not done before, without its start-up chatter.

    Its C++ side tells of missing CUDA drivers, and how it was compiled, before any log level can
    be set.

    Args:
        load: imports it; `import_tensorflow` is for processes that are ours from start to end.
        then: modules to be imported with it: they take seconds too.

    Raises:
        DependencyError: if it is not installed.
    """
    if "tensorflow" in sys.modules:
        return
    require_training("This")
    os.environ.setdefault(LEVEL, "3")  # what users set themselves wins
    with doing("Starting TensorFlow"), silence():
        tf = load()
        tf.config.list_physical_devices()
        for module in then:
            importlib.import_module(module)


def import_whole_tensorflow() -> Any:
    """TensorFlow as any program imports it."""
    import keras  # noqa: F401
    import tensorflow as tf

    return tf
