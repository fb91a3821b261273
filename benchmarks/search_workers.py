"""The same trials by one worker, by two, by a chief with two over TCP, and with one of them lost.

    python benchmarks/search_workers.py [--trials 12] [--record]

Every worker has one core, and trials are not ended early, so that all ways do the same work. Search
time runs from the search's first writing of its leaderboard, before any worker has started, to the
end of the last trial. Exits 1 if two workers are less than 1.5 times as fast as one, or if any way
has other trials than the first.
"""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from search_kill import differences
from search_runs import (
    DIGITS,
    ONE_FILE,
    Row,
    answer,
    kerasapps,
    kill_group,
    read_trials,
    wait_for_board,
    wait_for_trials,
)

TRIALS = ("--model", "mlp", "--epochs", "20", "--deterministic", "--no-prune")
LEAST = 1.5
KILLED_AFTER = 4  # trials


@dataclass(frozen=True)
class Way:
    """One search and what came of it.

    Attributes:
        name: for people.
        search: seconds until the last trial was over.
        whole: seconds of the whole command, winner and export included.
        trials: by number.
        shares: trials of each worker process of another "machine", where there are any; None for
            one that was killed.
    """

    name: str
    search: float
    whole: float
    trials: Mapping[int, Row]
    shares: tuple[int | None, ...] = ()


def main() -> int:
    """1 if it is too slow, or anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=12)
    parser.add_argument("--record", action="store_true", help="append the table to RESULTS.md")
    parser.add_argument("options", nargs="*", default=list(TRIALS), help="of kerasapps, after --")
    arguments = parser.parse_args()
    options = [*DIGITS, *ONE_FILE, *arguments.options, "--trials", arguments.trials]
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name)
        ways = [
            local("1 worker", options, folder, workers=1, trials=arguments.trials),
            local("2 workers", options, folder, workers=2, trials=arguments.trials),
            remote("chief and 2 workers", options, folder, trials=arguments.trials),
            remote("one of them killed", options, folder, trials=arguments.trials, kill=True),
        ]
    rows = [shown(way, ways[0]) for way in ways]
    print(*rows, sep="\n")
    if arguments.record:
        from results import record

        title = f"{arguments.trials} trials on digits, one core a worker"
        print(record(title, rows))
    return 0 if passes(ways) else 1


def local(name: str, options: Sequence[object], folder: Path, *, workers: int, trials: int) -> Way:
    """Worker processes of the command itself."""
    place, log = folder / name, folder / f"{name}.txt"
    line = [*options, "--workers", workers, "--worker-cores", 1, "--output-dir", place]
    started = time.monotonic()
    with kerasapps("tune", line, log=log) as process:
        search = time_search(process, place, log, trials=trials)
        answer(process, log)
    return Way(name, search, time.monotonic() - started, read_trials(place))


def remote(
    name: str, options: Sequence[object], folder: Path, *, trials: int, kill: bool = False
) -> Way:
    """A chief, and two commands that work for it, each on a core of its own."""
    place, log = folder / name, folder / f"{name}.txt"
    address = f"127.0.0.1:{free_port()}"
    started = time.monotonic()
    secret = folder / "secret"
    secret.write_text(secrets.token_hex(32), encoding="ascii")
    options = [*options, "--chief", address, "--secret-file", secret]
    with ExitStack() as stack:
        line = [*options, "--role", "chief", "--output-dir", place]
        chief = stack.enter_context(kerasapps("tune", line, log=log))
        line = [*options, "--role", "worker", "--worker-cores", 1]
        logs = [folder / f"{name} worker{number}.txt" for number in range(2)]
        workers = [
            stack.enter_context(kerasapps("tune", line, log=each, cores=[core]))
            for each, core in zip(logs, two_cores(), strict=True)
        ]
        search = time_search(chief, place, log, trials=trials, victim=workers[0] if kill else None)
        shares = tuple(
            None if kill and number == 0 else int(answer(worker, logs[number])["trials"])
            for number, worker in enumerate(workers)
        )
        answer(chief, log)
    return Way(name, search, time.monotonic() - started, read_trials(place), shares)


def time_search(
    process: subprocess.Popen[str],
    folder: Path,
    log: Path,
    *,
    trials: int,
    victim: subprocess.Popen[str] | None = None,
) -> float:
    """Seconds from the leaderboard's first writing to the end of the last trial.

    A victim is killed on the way.
    """
    began = wait_for_board(process, folder)
    if victim is not None and wait_for_trials(process, folder, KILLED_AFTER):
        kill_group(victim)
    if began is None or not wait_for_trials(process, folder, trials):
        answer(process, log)  # says why, if it failed
        raise RuntimeError(f"The search ended before {trials} trials did.")
    return time.time() - began


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def two_cores() -> list[int]:
    """The first two cores of this process; the only one twice, if there are no two."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0, 1]
    return (cores * 2)[:2]


def shown(way: Way, first: Way) -> dict[str, object]:
    """A row for people."""
    shares = ", ".join("killed" if share is None else str(share) for share in way.shares)
    return {
        "way": way.name,
        "trials": len(way.trials),
        "each worker's": shares or "–",
        "search": f"{way.search:.0f} s",
        "speed": f"{first.search / way.search:.2f}×",
        "whole command": f"{way.whole:.0f} s",
        "differing trials": ", ".join(differences(first.trials, way.trials)) or "none",
        "seed": 0,
    }


def passes(ways: Sequence[Way]) -> bool:
    """Whether both ways with two workers are fast enough and all ways have the same trials."""
    first = ways[0]
    fast = all(first.search / way.search >= LEAST for way in ways[1:3])
    return fast and not any(differences(first.trials, way.trials) for way in ways)


if __name__ == "__main__":
    sys.exit(main())
