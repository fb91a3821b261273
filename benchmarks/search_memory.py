"""Memory of the process that a search was called in: after 3 trials and after 30.

    python benchmarks/search_memory.py [--trials 30] [--record]

Resident memory of `kerasapps tune`'s own process, which trains no trial, each time that another
trial is over; exits 1 if after the last it is more than 10 % above that after the third.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import psutil
from search_runs import (
    DIGITS,
    ONE_FILE,
    answer,
    ended,
    kerasapps,
    read_trials,
    wait_for_trials,
)

FAST = ("--model", "mlp", "--width", "0.25", "--epochs", "3")
FIRST = 3
LIMIT = 1.1


def main() -> int:
    """1 if memory grows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=30)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="append the table to RESULTS.md")
    arguments = parser.parse_args()
    options = [*DIGITS, *FAST, *ONE_FILE, "--trials", arguments.trials]
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder, log = Path(name) / "run", Path(name) / "log.txt"
        line = [*options, "--workers", arguments.workers, "--output-dir", folder]
        with kerasapps("tune", line, log=log) as process:
            resident = follow(process, folder, trials=arguments.trials)
            if len(resident) < 2:
                answer(process, log)  # says why, if it failed
                raise RuntimeError("The search ended before two of its trials could be watched.")
    row = {**figures(resident), "workers": arguments.workers, "seed": 0}
    print(resident, row, sep="\n")
    if arguments.record:
        from results import record

        print(record("Resident memory of a search's own process, digits", [row]))
    return 0 if growth(resident) <= LIMIT else 1


def follow(process: subprocess.Popen[str], folder: Path, *, trials: int) -> dict[int, float]:
    """MB in use by the process itself by the number of trials that were over."""
    watched = psutil.Process(process.pid)
    resident: dict[int, float] = {}
    count = 0
    while count < trials and wait_for_trials(process, folder, count + 1):
        resident[count := ended(read_trials(folder))] = watched.memory_info().rss / 1e6
    return resident


def growth(resident: Mapping[int, float]) -> float:
    """Memory after the last trial as a multiple of that after the third (or the first seen)."""
    first = min((count for count in resident if count >= FIRST), default=min(resident))
    return resident[max(resident)] / resident[first]


def figures(resident: Mapping[int, float]) -> dict[str, object]:
    """What the table says."""
    first = min((count for count in resident if count >= FIRST), default=min(resident))
    return {
        f"after trial {first}": f"{resident[first]:.0f} MB",
        f"after trial {max(resident)}": f"{resident[max(resident)]:.0f} MB",
        "change": f"{growth(resident) - 1:+.1%}",
        "most": f"{max(resident.values()):.0f} MB",
    }


if __name__ == "__main__":
    sys.exit(main())
