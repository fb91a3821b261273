"""Digits: 12 random trials, then the winner trained, exported and verified, in one command.

    python benchmarks/search_digits.py [--seeds 5] [--record] [-- OPTIONS]

Of the search and of a training with the defaults, both with the same options and seed: accuracy on
validation, which the search is led by, and on test, which it never reads. The first seed makes and
verifies every file, the others one. OPTIONS of `kerasapps tune` take the place of the small model
and the 8 pixels here; `-- --model mobile_cnn --epochs 15 --image-size 32` is `make demo`'s.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from search_runs import DIGITS, ONE_FILE, best, read_trials, run

TRIALS = 12
MODEL = ("--model", "mlp", "--epochs", "10")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=TRIALS)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--record", action="store_true", help="append the table to RESULTS.md")
    parser.add_argument("options", nargs="*", default=list(MODEL), help="of kerasapps, after --")
    arguments = parser.parse_args()
    rows = []
    for seed in range(arguments.seeds):
        rows.append(measure(seed, arguments, export=() if seed == 0 else ONE_FILE))
        print(rows[-1], flush=True)
    print(verdict(rows))
    if arguments.record:
        from results import record

        title = f"Digits: {arguments.trials} random trials against the defaults"
        print(record(title, [*map(shown, rows), mean_row(rows)], note=verdict(rows)))


def measure(seed: int, arguments: argparse.Namespace, *, export: Sequence[str]) -> dict[str, float]:
    """Both sides with one seed."""
    options = [*DIGITS, *arguments.options, *export, "--seed", seed]
    search = ["--trials", arguments.trials, "--workers", arguments.workers]
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name)
        log = folder / "log.txt"
        tuned, seconds = run("tune", [*options, *search, "--output-dir", folder / "tuned"], log=log)
        plain, alone = run("train", [*options, "--output-dir", folder / "plain"], log=log)
        trials = read_trials(folder / "tuned")
    return {
        "seed": seed,
        "seconds": seconds,
        "default seconds": alone,
        "validation": float(best(trials)["val_accuracy"]),
        "default validation": float(trials[0]["val_accuracy"]),
        "test": tuned["metrics"]["accuracy"],
        "default test": plain["metrics"]["accuracy"],
        "winner": int(best(trials)["trial"]),
        "n": tuned["metrics"]["examples"],
    }


def shown(row: dict[str, float]) -> dict[str, object]:
    """A row for people."""
    return {
        "seed": row["seed"],
        "winner": f"trial {row['winner']}",
        "validation": f"{row['validation']:.2%}",
        "default's": f"{row['default validation']:.2%}",
        "test": f"{row['test']:.2%}",
        "default's test": f"{row['default test']:.2%}",
        "whole command": f"{row['seconds']:.0f} s",
        "without search": f"{row['default seconds']:.0f} s",
        "n": row["n"],
    }


def mean_row(rows: Sequence[dict[str, float]]) -> dict[str, object]:
    """Means over seeds, the accuracies with their standard deviation."""
    return {
        **shown(rows[0]),
        "seed": f"mean of {len(rows)}",
        "winner": "",
        "validation": spread([row["validation"] for row in rows]),
        "default's": spread([row["default validation"] for row in rows]),
        "test": spread([row["test"] for row in rows]),
        "default's test": spread([row["default test"] for row in rows]),
        "whole command": f"{statistics.mean(row['seconds'] for row in rows):.0f} s",
        "without search": f"{statistics.mean(row['default seconds'] for row in rows):.0f} s",
    }


def spread(shares: Sequence[float]) -> str:
    """Mean and standard deviation of percentages."""
    deviation = f" ± {100 * statistics.stdev(shares):.2f}" if len(shares) > 1 else ""
    return f"{statistics.mean(shares):.2%}{deviation}"


def verdict(rows: Sequence[dict[str, float]]) -> str:
    """Whether the winners are at least as good as the defaults on validation, and in time."""
    worse = [row["seed"] for row in rows if row["validation"] < row["default validation"]]
    slowest = max(row["seconds"] for row in rows)
    return (
        f"Winner below the default on validation: {', '.join(map(str, worse)) or 'with no seed'}. "
        f"Slowest command: {slowest:.0f} s (limit 360 s)."
    )


if __name__ == "__main__":
    main()
