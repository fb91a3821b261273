"""What a process of `workers` runs: it is sent a function, then chunks, and sends back results."""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import suppress
from pathlib import Path

from kerasapps.process.workers import read_frame, write_frame


def main() -> None:
    """Works until nothing more comes, as when the process that began this one is gone."""
    chunks, results = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # what libraries print is no result
    first = read_frame(chunks)
    if first is None:
        return
    try:
        work = pickle.loads(first)
    except Exception as error:
        failed = _raised(error)

        def work(_: object) -> object:
            raise failed

    with suppress(BrokenPipeError):
        while (content := read_frame(chunks)) is not None:
            try:
                answer = pickle.dumps((False, work(pickle.loads(content))), protocol=5)
            except Exception as error:
                answer = pickle.dumps((True, _raised(error)), protocol=5)
            write_frame(results, answer)
    sys.stderr.flush()
    os._exit(0)  # what native libraries do at their end is of no use, and may take its time


def _raised(error: Exception) -> Exception:
    """The error as it can be sent: one that cannot be pickled becomes its words."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
