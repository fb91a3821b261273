"""What happens inside a trial's process."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from multiprocessing import connection
from pathlib import Path
from typing import Any, Final

from kerasapps.errors import KerasAppsError
from kerasapps.files.room import is_out_of_space
from kerasapps.tuning.trial import Figures
from kerasapps.wording.harmless import one_line

LOG: Final = "trial.log"
_LINE: Final = 300  # characters of a reason
_ADVICE: Final = 1200  # of what is for the user to mend
_TAIL: Final = 4096  # bytes of a log that are read for its last line


def trial_main(work: bytes, pipe: connection.Connection, log: str) -> None:
    """The whole life of a trial's process.

    Args:
        work: the pickled function and job.
        pipe: to the worker. Up: ("epoch", number, figures, final), ("done", figures),
            ("failed", reason) or ("no space", reason); down, after each epoch: whether to go on.
        log: file that gets all that is printed.
    """
    _stand_alone()
    try:
        _write_to(log)
        function, job = pickle.loads(work)

        def report(epoch: int, figures: Figures, *, final: bool = False) -> bool:
            pipe.send(("epoch", int(epoch), as_figures(figures), final))
            go_on: bool = pipe.recv()
            return go_on

        answer: tuple[str, Any] = ("done", as_figures(function(job, report)))
    except BaseException as error:
        # Also SystemExit and KeyboardInterrupt: all are this trial's affair.
        with contextlib.suppress(OSError):  # the log's disk may be full as well
            traceback.print_exc()
        if is_out_of_space(error):
            answer = ("no space", in_one_line(error, most=_ADVICE))
        else:
            answer = ("failed", in_one_line(error))
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    with contextlib.suppress(OSError):  # the worker has gone: nobody listens
        pipe.send(answer)


def as_figures(answer: object) -> dict[str, float]:
    """Figures as plain floats, whatever number types the trial used.

    Raises:
        TypeError: if `answer` is no mapping of names to numbers.
    """
    if not isinstance(answer, Mapping):
        raise TypeError(f"the trial returned {answer!r:.80}, not figures by name")
    figures = {}
    for name, value in answer.items():
        try:
            figures[str(name)] = float(value)
        except (TypeError, ValueError) as error:
            raise TypeError(f"the trial's {name} is {value!r:.80}, which is no number") from error
    return figures


def in_one_line(error: BaseException, *, most: int = _LINE) -> str:
    """An exception for people: its first line, and its class unless the error is one of ours.

    Args:
        error: the exception.
        most: characters that are kept.
    """
    words = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    if not isinstance(error, KerasAppsError):
        words = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return one_line(words or type(error).__name__)[:most]


def last_words(log: Path, *, most: int = _LINE) -> str:
    """`: ` and the last line of a log, at most so many characters; empty where there is none."""
    try:
        with log.open("rb") as file:
            file.seek(-min(_TAIL, log.stat().st_size), os.SEEK_END)
            lines = file.read().decode(errors="replace").split("\n")
    except OSError:
        return ""
    words = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f": {one_line(words)[:most]}" if words else ""


def _write_to(log: str) -> None:
    """Send all output to the log, that of C++ libraries and of further processes too."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    streams: tuple[tuple[Any, int], ...] = ((sys.stdout, 1), (sys.stderr, 2))
    for stream, number in streams:
        stream.flush()
        os.dup2(file, number)
        stream.reconfigure(line_buffering=True, errors="backslashreplace")
    os.close(file)


def _stand_alone() -> None:
    """Lead a process group, be the first to go when memory is short, and die with the worker."""
    if hasattr(os, "setsid"):
        os.setsid()
    # A scheduler that ends a job tells every process of it; a trial must not fail of that, a
    # moment before its worker goes and takes it along.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with contextlib.suppress(OSError):  # no Linux, or not allowed
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    threading.Thread(target=_die_with_worker, daemon=True).start()


def _die_with_worker() -> None:
    worker = multiprocessing.parent_process()
    assert worker is not None
    connection.wait([worker.sentinel])
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
