"""Input pipelines: examples a second of first and later epochs, ours against what others use.

    python benchmarks/input_pipeline.py pictures --data FOLDER   (of labels, of JPEG files)
    python benchmarks/input_pipeline.py texts --data TABLE.csv   (columns "text" and "label")
    python benchmarks/input_pipeline.py pairs --data FILE.de FILE.en

The extra `bench` has the peers (`pip install -e ".[bench]"`); one that is not installed is left
out, and said. Without `--data` photos, texts and pairs are made up. No side changes examples at
random, and none trains: batches are read and dropped.

Each side is a process of its own that stays, and they take turns, round by round: ours, the first
peer, the next. Every turn starts a new pipeline: the first epoch has the start of the pipeline in
it (listing, tracing, worker processes), and the later ones are the mean of `--later` more of the
same pipeline. Figures are medians of the rounds; ratios are of the same round, and their median.
The sides and what they do are those of `input_sides.py`.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

import input_made
import numpy as np

SIDES = Path(__file__).parent / "input_sides.py"
PEERS = {
    "pictures": (
        "ours, streamed",
        "keras",
        "keras, cached",
        "tf.data, antialiased",
        "torch",
        "grain",
    ),
    "texts": ("tf.data", "tf.data, cached"),
    "pairs": ("tf.data", "tf.data, cached"),
}
NEEDS = {"torch": "torch", "grain": "grain"}
# Beside what a goal is measured by: other work than ours, or another's with a line more.
ASIDE = ("ours, streamed", "keras, cached", "tf.data, antialiased", "tf.data, cached")


class Turn(NamedTuple):
    """A first epoch and later ones of one side: examples a second, and CPU seconds an example."""

    first: float
    first_cpu: float
    later: float
    later_cpu: float


def main() -> None:
    arguments = parse()
    with tempfile.TemporaryDirectory() as folder:
        data = arguments.data or input_made.make(
            arguments.kind, Path(folder), count=arguments.count, seed=arguments.seed
        )
        sides = ["ours", *installed(arguments.peers or PEERS[arguments.kind])]
        options = ["--data", *data, "--size", arguments.size, "--batch", arguments.batch]
        options += ["--limit", arguments.limit, "--later", arguments.later]
        turns, errors = measure(
            arguments.kind, sides, options, rounds=arguments.rounds, folder=Path(folder)
        )
    rows = table(arguments, turns, errors)
    for row in rows:
        print("  ".join(f"{name}: {value}" for name, value in row.items()))
    if arguments.record:
        from results import record

        record(f"Input pipeline: {arguments.kind}, batch {arguments.batch}", rows)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=list(PEERS))
    parser.add_argument("--data", nargs="+", type=Path, help="a folder, a table, or two files")
    parser.add_argument("--peers", nargs="*", help="only these")
    parser.add_argument("--size", type=int, default=160, help="side of the pictures in a batch")
    parser.add_argument("--batch", type=int, help="examples; 32 pictures or 128 texts")
    parser.add_argument("--count", type=int, default=1000, help="examples to make up")
    parser.add_argument("--limit", type=int, default=0, help="texts or pairs at most; 0: all")
    parser.add_argument("--later", type=int, default=2, help="later epochs a turn")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--record", action="store_true", help="append the table to RESULTS.md")
    arguments = parser.parse_args()
    arguments.batch = arguments.batch or (32 if arguments.kind == "pictures" else 128)
    return arguments


def installed(peers: Sequence[str]) -> list[str]:
    """The peers whose packages are here; of the others it says so."""
    found = []
    for peer in peers:
        package = NEEDS.get(peer)
        if package is None or importlib.util.find_spec(package) is not None:
            found.append(peer)
        else:
            print(f"{peer} is left out: {package} is not installed (extra bench)", file=sys.stderr)
    return found


def measure(
    kind: str, sides: Sequence[str], options: Sequence[object], *, rounds: int, folder: Path
) -> tuple[dict[str, list[Turn]], dict[str, float]]:
    """All sides in turn.

    Returns:
        The turns of each side; and for pictures the mean distance of a side's pixels from ours,
        in steps of 1/255, over the first batch of files.
    """
    workers = {side: Worker(kind, side, options) for side in sides}
    turns: dict[str, list[Turn]] = {side: [] for side in sides}
    errors = {}
    try:
        if kind == "pictures":
            samples = {
                side: workers[side].sample(folder / f"{number}.npy")
                for number, side in enumerate(sides)
            }
            errors = {
                side: float(np.abs(sample - samples["ours"]).mean())
                for side, sample in samples.items()
            }
        for number in range(rounds + 1):
            for side in sides:
                found = workers[side].turn()
                if number:  # the first round warms up: imports, page cache
                    turns[side].append(found)
    finally:
        for worker in workers.values():
            worker.end()
    return turns, errors


class Worker:
    """A side in a process of its own, which works when it is told to."""

    def __init__(self, kind: str, side: str, options: Sequence[object]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, SIDES, kind, side, *map(str, options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
            text=True,
        )

    def turn(self) -> Turn:
        """What a new pipeline does."""
        return Turn(*self._ask("turn"))

    def sample(self, file: Path) -> np.ndarray:
        """The pixels of the first files in order, float32."""
        self._ask(f"sample {file}")
        sample: np.ndarray = np.load(file)
        return sample

    def end(self) -> None:
        """Its process ends."""
        _pipe(self._process.stdin).close()
        self._process.wait()

    def _ask(self, command: str) -> list[float]:
        asked = _pipe(self._process.stdin)
        asked.write(f"{command}\n")
        asked.flush()
        answer = _pipe(self._process.stdout).readline()
        if not answer:
            raise SystemExit(f"error: {' '.join(map(str, self._process.args))} failed")
        found: list[float] = json.loads(answer)
        return found


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def table(
    arguments: argparse.Namespace, turns: dict[str, list[Turn]], errors: dict[str, float]
) -> list[dict[str, object]]:
    """A row a side, and what ours is to the best peer of each round."""
    ours = turns["ours"]
    rows = [
        {
            "side": side,
            "first epoch": f"{statistics.median(turn.first for turn in each):.0f}/s",
            "ours / it": ratio(ours, each, "first"),
            "CPU µs": f"{1e6 * statistics.median(turn.first_cpu for turn in each):.0f}",
            "later epochs": f"{statistics.median(turn.later for turn in each):.0f}/s",
            "ours / it, later": ratio(ours, each, "later"),
            "CPU µs, later": f"{1e6 * statistics.median(turn.later_cpu for turn in each):.0f}",
            **({"pixels off": f"{errors[side]:.2f}"} if errors else {}),
            "n": f"{arguments.rounds} rounds",
            "seed": arguments.seed,
        }
        for side, each in turns.items()
    ]
    peers = [each for side, each in turns.items() if side != "ours" and side not in ASIDE]
    if peers:
        best = [
            Turn(*(max(turn) for turn in zip(*round_, strict=True)))
            for round_ in zip(*peers, strict=True)
        ]
        rows.append(
            dict.fromkeys(rows[0], "")
            | {
                "side": "best of the peers",
                "ours / it": ratio(ours, best, "first"),
                "ours / it, later": ratio(ours, best, "later"),
            }
        )
    return rows


def ratio(ours: Sequence[Turn], theirs: Sequence[Turn], epoch: str) -> str:
    """The median of the ratios round by round, the smallest and the largest."""
    found = [
        getattr(our, epoch) / getattr(their, epoch) for our, their in zip(ours, theirs, strict=True)
    ]
    return f"{statistics.median(found):.2f}× ({min(found):.2f}–{max(found):.2f})"


if __name__ == "__main__":
    main()
