"""Processes that begin with TensorFlow imported, each a copy of one that waits.

Importing TensorFlow takes longer than most of what a process of ours then does. Here one process
imports it, and a new one is its fork: within hundredths of a second it runs a module or a program
as `python -m` or `python -c` would, and like these it ends with a status or by a signal. What makes
TensorFlow and Keras different from a new process is not tested so; all else of it is its own.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import runpy
import subprocess
import sys
import tempfile
import threading
import traceback
import types
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

try:
    import resource
except ImportError:  # on Windows
    resource = None  # type: ignore[assignment]

# Modules of ours that import TensorFlow at their start, whatever they are asked for, end so.
MODULES = (".convert_worker", ".measure_saved_model")
FORKS = hasattr(os, "fork")


class Child:
    """A process that has begun.

    Attributes:
        pid: of the process, which may be killed.
    """

    def __init__(self, nursery: Nursery, pid: int, words: Path) -> None:
        self.pid = pid
        self._nursery, self._words = nursery, words

    def wait(self) -> int:
        """Its status, negative for a signal, once it has ended."""
        return int(self._nursery.ask({"wait": self.pid}))

    def printed(self) -> tuple[str, str]:
        """What it has written to standard output and to standard error."""
        out, error = (
            self._words.joinpath(name).read_text(encoding="utf-8", errors="replace")
            for name in ("out", "error")
        )
        return out, error


class Nursery:
    """Starts processes, and the first of them only when it is asked for one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="nursery-")

    def start(
        self, arguments: Sequence[str], *, environment: Mapping[str, str] | None = None
    ) -> Child:
        """Begins what `python` does with `-m`, a module, `-c` or a program, and what follows.

        Args:
            arguments: `-m` or `-c`, the module or program, and its own arguments.
            environment: variables; those of this process by default.
        """
        words = Path(tempfile.mkdtemp(dir=self._folder.name))
        for name in ("out", "error"):
            words.joinpath(name).touch()  # who asks what was printed may be earlier than the child
        job = {
            "arguments": [*arguments],
            "environment": dict(os.environ if environment is None else environment),
            "folder": str(Path.cwd()),
            "words": str(words),
            "largest": None if resource is None else resource.getrlimit(resource.RLIMIT_FSIZE),
        }
        return Child(self, int(self.ask(job)), words)

    def run(
        self, command: Sequence[str], *, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """As `subprocess.run` with `capture_output`, of a command of Python's."""
        first = next(place for place, word in enumerate(command) if word in ("-m", "-c"))
        child = self.start(command[first:], environment=environment)
        status = child.wait()
        return subprocess.CompletedProcess([*command], status, *child.printed())

    def ask(self, job: Mapping[str, Any]) -> str:
        """What the process that waits answers, a line."""
        with self._lock:
            if self._process is None:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", __file__],
                    env=os.environ | {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "2"},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            assert self._process.stdin is not None and self._process.stdout is not None
            print(json.dumps(job), file=self._process.stdin, flush=True)
            return self._process.stdout.readline()

    def close(self) -> None:
        """Ends the process that waits; children that are not waited for go on."""
        if self._process is not None:
            with self._process:
                pass  # it ends when nobody can ask any more
        self._folder.cleanup()


NURSERY = Nursery()  # of this process; tests/conftest.py closes it


@contextlib.contextmanager
def forked_modules() -> Iterator[None]:
    """Meanwhile `subprocess.run` has the nursery do what `run_module` asks of `MODULES`."""
    real = subprocess.run

    def run(command: Any, *others: Any, **options: Any) -> Any:
        if [*command[:3]] == [sys.executable, "-P", "-m"] and command[3].endswith(MODULES):
            return NURSERY.run(command, environment=options["env"])
        return real(command, *others, **options)

    subprocess.run = run  # type: ignore[assignment]
    try:
        yield
    finally:
        subprocess.run = real


def _serve() -> dict[str, Any] | None:
    """Answers until nobody can ask any more: None. In a new process: its job."""
    for line in sys.stdin:
        job: dict[str, Any] = json.loads(line)
        if "wait" in job:
            answer = os.waitstatus_to_exitcode(os.waitpid(job["wait"], 0)[1])
        elif not (answer := os.fork()):
            return job
        print(answer, flush=True)
    return None


def _become(job: Mapping[str, Any]) -> None:
    """Does a job as if Python had been started for it."""
    for number, file in enumerate((os.devnull, "out", "error")):
        flags = os.O_WRONLY if number else os.O_RDONLY
        os.dup2(os.open(Path(job["words"], file), flags), number)
    os.environ.clear()
    os.environ.update(job["environment"])
    os.chdir(job["folder"])
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, job["largest"])
    more = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:0] = [path for path in more if path and path not in sys.path]
    kind, what, *arguments = job["arguments"]
    if kind == "-m":
        sys.argv = [what, *arguments]
        runpy.run_module(what, run_name="__main__", alter_sys=True)
        return
    sys.path.insert(0, "")
    sys.argv = ["-c", *arguments]
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    exec(compile(what, "<string>", "exec"), vars(main))


def _end(job: Mapping[str, Any]) -> NoReturn:
    """Does a job and ends at once: taking TensorFlow apart would take half a second."""
    status: Any = 0
    try:
        _become(job)
    except SystemExit as ended:
        status = ended.code
    except BaseException:
        traceback.print_exc()
        status = 1
    if isinstance(status, str):
        print(status, file=sys.stderr)
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status if isinstance(status, int) else int(status is not None))


if __name__ == "__main__":
    from kerasapps.deploy import measure
    from kerasapps.process.lean import import_tensorflow

    import_tensorflow()
    # Where a SavedModel decodes pictures, 300 timed answers took seconds; none is compared.
    measure.MAX_RUNS = measure.MIN_RUNS
    gc.freeze()  # else each round of the collector copies the memory that is shared
    if (job := _serve()) is not None:
        _end(job)
    os._exit(0)
