"""Rows a second of `predict_bundle` by all cores, by one process, and of a plain loop.

    python benchmarks/bulk.py [--inputs 6000] [--rounds 3] [--tasks pictures texts] [--record]

The plain loop is what one writes with LiteRT: open and prepare an input, `invoke`, write a row. It
loads the file and the vocabulary before its clock runs; of ours the clock has all of it, the start
of the processes too. The three take turns, a round each, and are compared within a round; each has
the same file, reads the same inputs from the disk and writes a table, and their best labels are
compared, row by row. Pictures are JPEG photos of 640 by 480 that are made here, texts are rows of
a table. Exits 1 if a label differs or all cores are less than `--least` times one process.

With `--memory` it tells, too, the peak memory of the process that leads, for a tenth of the texts
and for all of them.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from PIL import Image
from predict_threads import pictures as picture_bundle
from predict_threads import texts as text_bundle

import kerasapps
from kerasapps import machine

KINDS = 400
"""Different inputs, which are repeated."""
Loop = Callable[[Path], None]
"""Writes a table."""


def main() -> int:
    """1 if a label differs, or all cores are too slow."""
    arguments = parse()
    rows, wrong = [], 0
    cores = len(machine.usable_cores())
    with tempfile.TemporaryDirectory(prefix="bulk-") as scratch:
        folder = arguments.folder or Path(scratch)
        prepared = {task: TASKS[task](folder / task, arguments.inputs) for task in arguments.tasks}
        for task, (bundle, data, loop) in prepared.items():
            rates, bad = measure(bundle, data, loop, rounds=arguments.rounds, cores=cores)
            rows.append(row_of(task, rates, bad, arguments, cores))
            print(rows[-1], flush=True)
            ratios = [many / one for many, one in zip(rates["all"], rates["one"], strict=True)]
            wrong += bad + (median(ratios) < arguments.least)
            if arguments.memory and task == "texts":
                print(memory(bundle, data), flush=True)
    if arguments.record:
        from results import record

        note = f"{cores} cores usable; × is the median of {arguments.rounds} rounds."
        print(record("Predictions in bulk", rows, note=note))
    return 1 if wrong else 0


def measure(
    bundle: Path, data: str, loop: Loop, *, rounds: int, cores: int
) -> tuple[dict[str, list[float]], int]:
    """Rows a second of each round, and how many best labels differ from the plain loop's."""
    rates: dict[str, list[float]] = {"loop": [], "one": [], "all": []}
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="tables-") as folder:
        for number in range(rounds):
            tables = {name: Path(folder) / f"{name}{number}.csv" for name in rates}
            began = time.perf_counter()
            loop(tables["loop"])
            seconds = {"loop": time.perf_counter() - began}
            for name, jobs in (("one", 1), ("all", cores)):
                began = time.perf_counter()
                kerasapps.predict_bundle(bundle, data, csv=tables[name], top_k=1, jobs=jobs)
                seconds[name] = time.perf_counter() - began
            labels = {name: labels_in(table) for name, table in tables.items()}
            wrong += sum(
                len({*each}) > 1
                for each in zip(labels["loop"], labels["one"], labels["all"], strict=True)
            )
            for name, taken in seconds.items():
                rates[name].append(len(labels[name]) / taken)
    return rates, wrong


def row_of(
    task: str, rates: dict[str, list[float]], wrong: int, arguments: argparse.Namespace, cores: int
) -> dict[str, object]:
    """A line of the table."""

    def times(other: str) -> str:
        return f"{median(m / o for m, o in zip(rates['all'], rates[other], strict=True)):.2f}×"

    return {
        "task": task,
        "plain loop": f"{median(rates['loop']):.0f}/s",
        "one process": f"{median(rates['one']):.0f}/s",
        f"{cores} processes": f"{median(rates['all']):.0f}/s",
        "of one process": times("one"),
        "of the loop": times("loop"),
        "other labels": wrong,
        "n": f"{arguments.rounds} rounds of {arguments.inputs:,}",
        "seed": 0,
    }


def memory(bundle: Path, data: str) -> dict[str, str]:
    """Peak memory of `kerasapps predict` for a tenth of a table's rows, and for all of them."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="memory-") as folder:
        lines = Path(data).read_text(encoding="utf-8").splitlines(keepends=True)
        for share in (10, 1):
            table = Path(folder) / f"{share}.csv"
            table.write_text("".join(lines[: 1 + (len(lines) - 1) // share]), encoding="utf-8")
            command = [sys.executable, "-m", "kerasapps", "predict", str(bundle), str(table)]
            process = subprocess.Popen([*command, "--csv", f"{table}.out", "--jobs", "2"])
            _, _, usage = os.wait4(process.pid, 0)
            found[f"{(len(lines) - 1) // share:,} rows"] = f"{usage.ru_maxrss / 1024:.0f} MB"
    return found


def labels_in(table: Path) -> list[str]:
    """The best label of each row."""
    with table.open(encoding="utf-8", newline="") as stream:
        return [row.get("predicted label") or str(row["label"]) for row in csv.DictReader(stream)]


def trained(folder: Path, train: Callable[[Path], tuple[Any, list[Any]]]) -> Any:
    """A loaded bundle; one that an earlier call trained there is taken."""
    run = folder / "run"
    return kerasapps.load_bundle(run) if (run / "bundle").is_dir() else train(folder)[0]


def pictures(folder: Path, count: int) -> tuple[Path, str, Loop]:
    """A bundle, a list of photos that repeats them, and the plain loop."""
    bundle = trained(folder, picture_bundle).manifest
    draw = np.random.default_rng(0)
    names = []
    for number in range(KINDS):
        small = Image.fromarray(draw.integers(0, 256, (12, 16, 3), np.uint8))
        photo = np.asarray(small.resize((640, 480), Image.Resampling.BICUBIC), np.int16)
        noisy = np.clip(photo + draw.normal(0, 6, photo.shape), 0, 255).astype(np.uint8)
        Image.fromarray(noisy).save(folder / f"{number}.jpg", quality=88)
        names.append(f"{number}.jpg\n")
    listing = folder / "list.txt"
    listing.write_text("".join(names[number % KINDS] for number in range(count)))
    model = plain_model(bundle.folder)
    spec = bundle.input

    def loop(table: Path) -> None:
        with table.open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(["file", "label", "score"])
            for name in listing.read_text().splitlines():
                with Image.open(folder / name) as photo:
                    size = (spec["width"], spec["height"])
                    fitted = photo.convert("RGB").resize(size, Image.Resampling.BILINEAR)
                scores = model(np.asarray(fitted)[np.newaxis])
                best = int(scores.argmax())
                rows.writerow([name, bundle.labels[best], scores[best]])

    return bundle.folder, f"@{listing}", loop


def texts(folder: Path, count: int) -> tuple[Path, str, Loop]:
    """A bundle, a table of texts, and the plain loop."""
    loaded = trained(folder, text_bundle)
    bundle = loaded.manifest
    draw = np.random.default_rng(0)
    line = "a wonderful film dull and far too long we loved the music never again of it"
    words = line.split()
    table = folder / "texts.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["id", "text"])
        rows.writerows(
            [number, " ".join(draw.choice(words, draw.integers(20, 200)))]
            for number in range(count)
        )
    model = plain_model(bundle.folder)
    tokenizer: Any = loaded.reader.tokenizer

    def loop(target: Path) -> None:
        with (
            table.open(encoding="utf-8", newline="") as stream,
            target.open("w", encoding="utf-8", newline="") as written,
        ):
            rows = csv.writer(written)
            rows.writerow(["id", "text", "label", "score"])
            for row in csv.DictReader(stream):
                scores = model(tokenizer.encode(row["text"])[np.newaxis])
                best = int(scores.argmax())
                rows.writerow([row["id"], row["text"], bundle.labels[best], scores[best]])

    return bundle.folder, str(table), loop


def plain_model(bundle: Path) -> Callable[[np.ndarray], np.ndarray]:
    """A TFLite file of one input and one output, as LiteRT's documents call it."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(bundle / "model_dynamic.tflite"), num_threads=1)
    interpreter.allocate_tensors()
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()

    def answer(values: np.ndarray) -> np.ndarray:
        interpreter.set_tensor(taken["index"], values.astype(taken["dtype"]))
        interpreter.invoke()
        scores: np.ndarray = interpreter.get_tensor(given["index"])[0]
        return scores

    return answer


TASKS: dict[str, Callable[[Path, int], tuple[Path, str, Loop]]] = {
    "pictures": pictures,
    "texts": texts,
}


def parse() -> argparse.Namespace:
    """Arguments."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--inputs", type=int, default=6000, help="of each task")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tasks", nargs="+", default=list(TASKS), choices=list(TASKS))
    parser.add_argument("--least", type=float, default=1.8, help="times one process")
    parser.add_argument("--memory", action="store_true", help="of a tenth and of all texts")
    parser.add_argument("--folder", type=Path, help="keeps the bundles for a further call")
    parser.add_argument("--record", action="store_true", help="write to RESULTS.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
