"""How long each command says nothing on a terminal: at its start, in between, and at its end.

    python benchmarks/silences.py [--only train-digits check ...] [--columns 80 120] [--record]
        [--folder FOLDER] [--casts FOLDER]

Runs the commands as users do, one after the other in a folder, by default of its own, each on a
pseudo-terminal, and notes when what is seen changes: a live line that is drawn again as it was
counts as silence. On a busy machine a step takes longer than its work, so beside both figures stand
the CPU seconds that the command and its processes used: before the first line, in that silence, and
at most in any silence.
`--casts` keeps all that was written, as recordings of asciinema's format. Exits 1 if a command
fails, its first line comes after a second, or it is silent for two.
"""

from __future__ import annotations

import argparse
import codecs
import json
import re
import select
import shlex
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import psutil
from search_watch import tree_cpu

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.on_a_terminal import ROWS, read, started

FIRST_SECONDS = 1.0
SILENT_SECONDS = 2.0
_SAMPLED = 0.2  # seconds
_LONG = 0.5  # seconds
_COMMAND = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-Z\\-_])")

COMMANDS = {
    "train-digits": "train image-classification builtin:digits --no-flip --epochs 4 "
    "--output-dir digits",
    "check": "check builtin:digits",
    "export": "export digits --quantization float16",
    "benchmark": "benchmark digits",
    "predict": "predict digits zero.png",
    "evaluate": "evaluate digits builtin:digits",
    "train-reviews": "train text-classification builtin:reviews --output-dir reviews",
    "predict-text": "predict reviews 'great film'",
    "explain": "explain reviews 'a funny film with a great cast'",
    "train-table": "train tabular people.csv --target likes --epochs 10 --output-dir people",
    "predict-rows": "predict people people.csv --csv answers.csv",
    "tune": "tune image-classification builtin:digits --no-flip --epochs 2 --trials 2 "
    "--output-dir tuned",
}
"""Name → command line; later ones use what earlier ones leave."""


@dataclass(frozen=True)
class Change:
    """A moment at which what is seen changed.

    Attributes:
        time: of the monotonic clock, in seconds.
        cpu: seconds that the command and its processes had used.
        line: the last line that then was on the screen.
    """

    time: float
    cpu: float
    line: str = ""


@dataclass
class Watch:
    """What was seen of one command.

    Attributes:
        began: when it was started.
        changes: of what is seen.
        pieces: all that was written, each with the seconds since the start.
        ended: when its process was gone.
        status: exit status.
    """

    began: float
    changes: list[Change] = field(default_factory=list)
    pieces: list[tuple[float, str]] = field(default_factory=list)
    ended: float = 0.0
    status: int = -1

    @property
    def first(self) -> float:
        """Seconds to the first line."""
        return (self.changes[0].time if self.changes else self.ended) - self.began

    @property
    def longest(self) -> tuple[Change, Change]:
        """Between which two changes it was silent for longest."""
        pairs = [*pairwise(self.changes)] or [(Change(0.0, 0.0), Change(0.0, 0.0))]
        return max(pairs, key=lambda pair: pair[1].time - pair[0].time)

    @property
    def hardest(self) -> float:
        """The most CPU seconds between two changes that are not close to each other."""
        pairs = pairwise(self.changes)
        return max(
            (after.cpu - before.cpu for before, after in pairs if after.time - before.time > _LONG),
            default=0.0,
        )

    @property
    def end(self) -> float:
        """Seconds from the last change to the exit."""
        return self.ended - self.changes[-1].time if self.changes else 0.0

    @property
    def passes(self) -> bool:
        """Whether it said enough."""
        before, after = self.longest
        silent = max(after.time - before.time, self.end)
        return self.status == 0 and self.first < FIRST_SECONDS and silent < SILENT_SECONDS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=COMMANDS, default=list(COMMANDS))
    parser.add_argument("--columns", nargs="+", type=int, default=[80, 120])
    parser.add_argument("--folder", type=Path, help="work here, on what is there")
    parser.add_argument("--casts", type=Path, metavar="FOLDER", help="keep recordings here")
    parser.add_argument("--record", action="store_true", help="write RESULTS.md too")
    arguments = parser.parse_args()
    rows, well = [], True
    with tempfile.TemporaryDirectory(prefix="silences-") as scratch:
        for columns in arguments.columns:
            folder = (arguments.folder or Path(scratch)) / str(columns)
            write_data(folder)
            for name in (name for name in COMMANDS if name in arguments.only):
                seen = watch(shlex.split(COMMANDS[name]), columns=columns, cwd=folder)
                if arguments.casts is not None:
                    write_cast(arguments.casts, name, columns, seen)
                rows.append(row(name, columns, seen))
                well = well and seen.passes
                print(rows[-1], flush=True)
    if arguments.record:
        from results import record

        loads = ", ".join(f"{load:.1f}" for load in psutil.getloadavg())
        print(record("Silences on a terminal", rows, note=f"Load of the machine: {loads}."))
    return 0 if well else 1


def write_data(folder: Path) -> None:
    """A picture of a digit, and a table of which one column follows from the others."""
    import numpy as np
    from PIL import Image
    from sklearn.datasets import load_digits

    folder.mkdir(parents=True, exist_ok=True)
    pixels = np.rint(load_digits().images[0] * 255 / 16).astype(np.uint8)
    Image.fromarray(pixels).save(folder / "zero.png")
    rng = np.random.default_rng(0)
    ages, hours = rng.integers(18, 90, 600), rng.integers(0, 60, 600)
    lines = [
        f"{age},{hour},{'yes' if age + hour > 75 else 'no'}"
        for age, hour in zip(ages, hours, strict=True)
    ]
    (folder / "people.csv").write_text("\n".join(["age,hours,likes", *lines]), "utf-8")


def watch(arguments: Sequence[str], *, columns: int, cwd: Path) -> Watch:
    """Runs a command on a terminal and notes every change of what is seen."""
    watch = Watch(time.monotonic())
    command = [sys.executable, "-m", "kerasapps", *arguments]
    with started(command, columns=columns, cwd=cwd) as (process, terminal):
        look(terminal, psutil.Process(process.pid), watch)
        watch.status = process.wait()
        watch.ended = time.monotonic()
    return watch


def look(terminal: int, process: psutil.Process, watch: Watch) -> None:
    """Notes all that is written, and when what is seen changes, until the process ends."""
    cpu, sampled, before = 0.0, 0.0, ""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while True:
        ready, _, _ = select.select([terminal], [], [], _SAMPLED)
        now = time.monotonic()
        if now - sampled > _SAMPLED:
            cpu, sampled = max(tree_cpu(process), cpu), now
        if not ready:
            continue
        piece = read(terminal)
        if not piece:
            return
        written = decoder.decode(piece)
        watch.pieces.append((now - watch.began, written))
        text = _COMMAND.sub("", written)
        if text.strip() and text != before:
            before = text
            watch.changes.append(Change(now, cpu, last_line(text)))


def write_cast(folder: Path, name: str, columns: int, seen: Watch) -> None:
    """Keeps what was written as `NAME-COLUMNS.cast`, the command in its title."""
    folder.mkdir(parents=True, exist_ok=True)
    title = f"kerasapps {COMMANDS[name]}"
    lines: list[object] = [{"version": 2, "width": columns, "height": ROWS, "title": title}]
    lines += [[round(at, 3), "o", text] for at, text in seen.pieces]
    (folder / f"{name}-{columns}.cast").write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8"
    )


def last_line(text: str) -> str:
    """What a piece of output leaves as the last line with anything in it."""
    lines = [line.rpartition("\r")[2].strip() for line in text.strip().splitlines()]
    return next((line for line in reversed(lines) if line), "")


def row(name: str, columns: int, seen: Watch) -> dict[str, object]:
    """One command of one width."""
    before, after = seen.longest
    return {
        "command": name,
        "columns": columns,
        "first line": f"{seen.first:.2f} s",
        "CPU before it": f"{seen.changes[0].cpu if seen.changes else 0.0:.2f} s",
        "longest silence": f"{after.time - before.time:.2f} s",
        "CPU in it": f"{after.cpu - before.cpu:.2f} s",
        "most CPU in one": f"{seen.hardest:.2f} s",
        "after": before.line,
        "end": f"{seen.end:.2f} s",
        "whole": f"{seen.ended - seen.began:.1f} s",
        "passes": "yes" if seen.passes else "no",
    }


if __name__ == "__main__":
    sys.exit(main())
