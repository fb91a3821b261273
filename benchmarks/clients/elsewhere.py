"""Cases answered by another program: a line of JSON a case, and a new start where it dies."""

from __future__ import annotations

import json
import queue
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.clients.answers import Failure, Raw

PATIENCE = 240  # seconds that a case may take

Job = Mapping[str, Any]
"""What a program is told of a case, as JSON."""


def answered(
    command: Sequence[str | Path],
    jobs: Sequence[Job],
    *,
    environment: Mapping[str, str] | None = None,
    patience: float = PATIENCE,
) -> Iterator[Any]:
    """What a program answers to each job: the value, or the `Failure`, of its line.

    It gets the path of a file with the list of jobs, and prints for each `{"answers": …}` or
    `{"error": "…"}`. Whatever else it prints is passed over. Where it dies or says nothing for
    long, that is the answer to the job it was at, and it begins anew behind it.
    """
    rest = list(jobs)
    while rest:
        count = 0
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "jobs.json"
            file.write_text(json.dumps(rest), encoding="utf-8")
            for value in _lines([*map(str, command), str(file)], environment, patience):
                count += 1
                yield value
                if count == len(rest):
                    break
        rest = rest[count:]


def _lines(
    command: Sequence[str], environment: Mapping[str, str] | None, patience: float
) -> Iterator[Any]:
    """Values of what a process prints; the last is a `Failure` where it ended too early."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, env=environment, text=True
        )
        assert process.stdout is not None
        printed: queue.Queue[str | None] = queue.Queue()
        stream = process.stdout

        def listen() -> None:
            for line in stream:
                printed.put(line)
            printed.put(None)

        threading.Thread(target=listen, daemon=True).start()
        try:
            while (line := printed.get(timeout=patience)) is not None:
                if line.startswith("{"):
                    yield value_of(json.loads(line))
            status = process.wait()
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace").strip().splitlines()
            yield Failure(f"the process ended with {status}: {said[-1] if said else 'no word'}")
        except queue.Empty:
            yield Failure(f"no answer in {patience:.0f} s")
        finally:
            process.kill()
            process.wait()


def value_of(line: Mapping[str, Any]) -> Any:
    """What one line answers."""
    return Failure(str(line["error"])) if "error" in line else line["answers"]


def told(raw: Raw) -> dict[str, Any]:
    """An example as JSON."""
    if isinstance(raw, Path):
        return {"file": str(raw)}
    return {"text": raw} if isinstance(raw, str) else {"row": dict(raw)}


def read(values: Iterator[Any], *, by: Sequence[Callable[[Any], Any]]) -> Iterator[Any]:
    """Each value made an answer by the function of its case; failures as they are."""
    for value, answer in zip(values, by, strict=True):
        yield value if isinstance(value, Failure) else answer(value)
