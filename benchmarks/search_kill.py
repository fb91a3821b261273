"""A search that is killed again and again: the same trials and the same best as one that is not.

    python benchmarks/search_kill.py [--algorithm bayesian] [--kills 5] [--record]

`kerasapps tune` on digits with a fast model, its whole process group ended by SIGKILL at moments
spread over the search (a random moment of a trial, by `--seed`), and started again by the same
command. Exits 1 if any trial's values, state or figures, or the best, differ from those of the
search that was left alone.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from search_runs import (
    DIGITS,
    ONE_FILE,
    Row,
    answer,
    best,
    ended,
    kerasapps,
    kill_group,
    read_trials,
    run,
    wait_for_trials,
)

FAST = ("--model", "mlp", "--width", "0.25", "--epochs", "3", "--deterministic")
TIMES = ("seconds", "wall_seconds", "worker")  # what two equal searches may differ in
TRIAL_SECONDS = 2.0  # a kill comes up to so long after a trial's end


def main() -> int:
    """1 if the searches differ."""
    arguments = parse()
    options = [
        *(*DIGITS, *FAST, *ONE_FILE),
        *("--trials", arguments.trials, "--algorithm", arguments.algorithm),
        *("--seed", arguments.seed),
    ]
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name)
        _, alone = run(
            "tune", [*options, "--output-dir", folder / "whole"], log=folder / "whole.txt"
        )
        moments = kill_moments(arguments.trials, arguments.kills, seed=arguments.seed)
        seen = run_killed(options, folder, moments)
        whole, killed = read_trials(folder / "whole"), read_trials(folder / "killed")
    differing = differences(whole, killed)
    row = {
        "algorithm": arguments.algorithm,
        "trials": f"{len(killed)} and {len(whole)}",
        "killed after trials": ", ".join(map(str, seen)),
        "differing trials": ", ".join(differing) or "none",
        "best": f"trial {best(killed)['trial']} and trial {best(whole)['trial']}",
        "validation": f"{float(best(whole)['val_accuracy']):.2%}",
        "undisturbed": f"{alone:.0f} s",
        "seed": arguments.seed,
    }
    print(row)
    same = not differing and best(killed)["trial"] == best(whole)["trial"]
    print("Equal." if same else "NOT equal.")
    if arguments.record:
        from results import record

        print(record(f"A search killed {len(seen)} times against one left alone", [row]))
    return 0 if same and len(seen) == arguments.kills else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--algorithm", default="random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--record", action="store_true", help="append the table to RESULTS.md")
    return parser.parse_args()


def run_killed(
    options: Sequence[object], folder: Path, moments: Sequence[tuple[int, float]]
) -> list[int]:
    """Kills the search at each moment, then lets it end; the trials that were over each time."""
    line = [*options, "--output-dir", folder / "killed"]
    log, seen = folder / "killed.txt", []
    for count, wait in moments:
        with kerasapps("tune", line, log=log) as process:
            if not wait_for_trials(process, folder / "killed", count):
                answer(process, log)  # says why, if it failed
                break
            time.sleep(wait)
            kill_group(process)
        seen.append(ended(read_trials(folder / "killed")))
    run("tune", line, log=log)
    return seen


def kill_moments(trials: int, kills: int, *, seed: int) -> list[tuple[int, float]]:
    """After how many trials, and how many seconds later, each kill comes; rising, none at the end.

    Raises:
        ValueError: if there are fewer trials than kills.
    """
    if kills >= trials:
        raise ValueError(f"{trials} trials are too few for {kills} kills.")
    chance = random.Random(seed)
    counts = [(number * trials) // (kills + 1) for number in range(1, kills + 1)]
    return [(count, chance.uniform(0, TRIAL_SECONDS)) for count in counts]


def differences(whole: Mapping[int, Row], killed: Mapping[int, Row]) -> list[str]:
    """Trials that are missing on a side or differ in more than their times, with what differs."""
    found = []
    for number in sorted({*whole, *killed}):
        sides = whole.get(number), killed.get(number)
        if sides[0] is None or sides[1] is None:
            found.append(f"{number} (only one has it)")
            continue
        columns = [
            column
            for column in {**sides[0], **sides[1]}
            if column not in TIMES and sides[0].get(column) != sides[1].get(column)
        ]
        if columns:
            found.append(f"{number} ({', '.join(columns)})")
    return found


if __name__ == "__main__":
    sys.exit(main())
