"""A15: output that cannot be encoded or written

Consoles of every encoding, full, closed or left by their reader; escape sequences in names of
files, labels and arguments; cells of tables that would be formulas.
"""

from __future__ import annotations

import csv
import random
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from hostile_cases import Case, Printed, Verdict, command, judge, judge_command
from hostile_workshop import Workshop

from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import Leaderboard, TrialRecord

TEXT = "größe – 東京 👍 nice"
ENCODINGS = ("ascii", "cp437", "cp1252", "koi8-r", "shift_jis", "utf-16", "cp037", "iso8859-15")
EVIL = ("\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\r", "\x08" * 9, "\x1bc", "\u202e")
FORMULAS = ("=1+1", "+1+cmd", "-1+1", "@SUM(A1)", "\t=1", " =HYPERLINK(1)", "\uff1d1")
FULL = 74


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Each way of failing with one command, and some others with commands drawn."""
    texts = workshop.texts
    yield _encoded("explain", "latin-1", "explain", texts, TEXT)
    for encoding in ("latin-1", *draw.sample(ENCODINGS, min(variants, len(ENCODINGS)))):
        yield _encoded("predict", encoding, "predict", texts, TEXT)
    commands = {
        "predict": ["predict", texts, "nice"],
        "predict --json": ["predict", texts, "nice", "--json"],
        "check": ["check", workshop.pairs],
        "help": ["train", "--help"],
    }
    for way in (">/dev/full", ">&-", "| true; exit ${PIPESTATUS[0]}"):
        name = draw.choice(sorted(commands))
        yield _unwritable(f"{name} {way}", commands[name], way, status=FULL)
    for way in ("2>/dev/full", "2>&-", "<&-"):
        yield _unwritable(f"predict {way}", commands["predict"], way, status=0)
    yield _training(workshop)
    yield from _escapes(workshop, draw, variants)
    for number in range(2 + variants):
        formula = draw.choice(FORMULAS)
        yield Case(f"formula {number}: {formula!a}", lambda given=formula: _board(workshop, given))  # type: ignore[misc]


def _encoded(name: str, encoding: str, *arguments: object) -> Case:
    def right(printed: Printed) -> bool:
        return printed.status == 0 and bool(printed.out)

    env = {"PYTHONIOENCODING": encoding}
    return Case(
        f"{name} in {encoding}",
        lambda: judge_command(lambda: command(*arguments, env=env), right=right),
    )


def _shell(arguments: list[object], way: str) -> Printed:
    line = shlex.join([sys.executable, "-m", "kerasapps", *map(str, arguments)])
    ended = subprocess.run(
        ["bash", "-c", f"{line} {way}"], capture_output=True, timeout=120, check=False
    )
    out, err = (part.decode(errors="backslashreplace") for part in (ended.stdout, ended.stderr))
    return Printed(ended.returncode, out, err)


def _unwritable(name: str, arguments: list[object], way: str, *, status: int) -> Case:
    def right(printed: Printed) -> bool:
        said = status == 0 or printed.err.count("standard output") == 1
        return printed.status == status and said and "Exception ignored" not in printed.err

    return Case(name, lambda: judge_command(lambda: _shell(arguments, way), right=right))


def _training(workshop: Workshop) -> Case:
    folder = workshop.fresh() / "run"
    arguments: list[object] = [
        *("train", "sentiment", "builtin:reviews", "--output-dir", folder, "--epochs", 1),
        *("--model", "bag_of_ngrams", "--quantization", "float32", "--no-saved-model"),
        *("--tolerance", 100),
    ]

    def right(printed: Printed) -> bool:
        whole = (folder / "bundle" / "bundle.json").exists()
        return printed.status == FULL and whole and f"done: {folder}" in printed.err

    return Case(
        "train >/dev/full",
        lambda: judge_command(lambda: _shell(arguments, ">/dev/full"), right=right),
    )


def _escapes(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    from PIL import Image

    def silent(printed: Printed) -> bool:
        shown = printed.out + printed.err
        return not any(evil in shown.replace("\n", "") for evil in EVIL)

    for number in range(1 + variants):
        evil = draw.choice(EVIL)
        root = workshop.fresh("evil")
        for index in range(24):
            folder = root / f"label{evil if index % 2 else ''}"
            folder.mkdir(exist_ok=True)
            Image.new("RGB", (8, 8), (10 * index, 0, 0)).save(folder / f"{index}{evil}.png")
        (root / "label" / f"broken{evil}.png").write_bytes(b"x")
        name = f"{number}: {evil!a}"
        asked: tuple[object, ...] = draw.choice(
            [
                ("check", root),
                ("check", root, "--json"),
                ("predict", workshop.pictures, root / "label" / f"0{evil}.png"),
                ("predict", workshop.texts, f"nice {evil} text"),
                ("check", root / f"none{evil}"),
                ("check", root, "extra", f"argument{evil}"),
            ]
        )
        yield Case(
            f"escapes {name} in {asked[0]}",
            lambda asked=asked: judge_command(lambda: command(*asked), right=silent),  # type: ignore[misc]
        )


def _board(workshop: Workshop, formula: str) -> Verdict:
    path: Path = workshop.fresh() / "leaderboard.csv"

    def write() -> list[str]:
        record = TrialRecord(
            0, {"model": formula, formula: 1}, "failed", worker=formula, reason=formula
        )
        Leaderboard(Objective("val_accuracy", "max", answer=CLASSES), (record,)).write_csv(path)
        with path.open(encoding="utf-8", newline="") as file:
            return [cell for row in csv.reader(file) for cell in row]

    return judge(write, right=lambda cells: formula not in cells and f"'{formula}" in cells)
