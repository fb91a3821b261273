"""How many answers a second 1, 2, 4 and 8 threads get from one bundle, and whether all are right.

    python benchmarks/predict_threads.py [--calls 20000] [--tasks pictures texts] [--record]

The networks are the default one of pictures, a transformer for texts, a small translator (whose
steps take microseconds: Python, which runs one thread at a time, is half of the work) and one of
usual width. The numbers of threads take turns, ten rounds each, and are compared within a round, so
that what else the machine does meets all alike.
Every answer is compared with what one thread got before. Exits 1 if one differs.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import kerasapps
from kerasapps import machine
from kerasapps.config import (
    ExportConfig,
    ImageConfig,
    ModelConfig,
    TextConfig,
    TrainConfig,
    TranslationConfig,
)
from tests.shapes import write_shapes
from tests.words import write_pairs

THREADS = (1, 2, 4, 8)
ROUNDS = 10
FILES = ExportConfig(quantization=("dynamic",), saved_model=False, tolerance=100)
EPOCH = TrainConfig(epochs=1)


def main() -> int:
    """1 if an answer was wrong."""
    arguments = parse()
    rows, wrong = [], 0
    with tempfile.TemporaryDirectory(prefix="threads-") as folder:
        for task in arguments.tasks:
            make, share = TASKS[task]
            calls = max(len(THREADS) * ROUNDS, int(share * arguments.calls))
            bundle, inputs = make(Path(folder) / task)
            rates, bad = measure(bundle, inputs, calls=calls)
            wrong += bad
            rows.append(row_of(task, rates, calls=calls, wrong=bad))
            print(rows[-1], flush=True)
    if arguments.record:
        from results import record

        note = f"{len(machine.usable_cores())} cores usable; × is the median of {ROUNDS} rounds."
        print(record("One bundle, many threads", rows, note=note))
    return 1 if wrong else 0


def measure(bundle: Any, inputs: list[Any], *, calls: int) -> tuple[dict[int, list[float]], int]:
    """Calls a second of each round by number of threads, and how many answers were wrong."""
    expected = [repr(bundle.predict(each)) for each in inputs]
    rates: dict[int, list[float]] = {threads: [] for threads in THREADS}
    each_time, wrong = -(-calls // (ROUNDS * len(THREADS))), 0
    for _, threads in itertools.product(range(ROUNDS), THREADS):
        places = [call % len(inputs) for call in range(each_time)]
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(time.sleep, [0.01] * threads))  # all of them have started
            began = time.perf_counter()
            answers = list(pool.map(lambda place: bundle.predict(inputs[place]), places))
            rates[threads].append(each_time / (time.perf_counter() - began))
        wrong += sum(
            repr(answer) != expected[place] for answer, place in zip(answers, places, strict=True)
        )
    return rates, wrong


def row_of(
    task: str, rates: Mapping[int, list[float]], *, calls: int, wrong: int
) -> dict[str, object]:
    """A line of the table."""
    found: dict[str, object] = {"task": task, "calls": f"{calls:,}", "wrong": wrong}
    found["1 thread"] = f"{median(rates[1]):.0f}/s"
    for threads in THREADS[1:]:
        ratios = [many / one for many, one in zip(rates[threads], rates[1], strict=True)]
        found[f"{threads} threads"] = f"{median(ratios):.2f}×"
    return found | {"seed": EPOCH.seed}


def pictures(folder: Path) -> tuple[Any, list[Any]]:
    """A bundle and a few files."""
    data = write_shapes(folder / "data", per_class=20)
    result = kerasapps.train_image_classifier(
        data,
        output_dir=folder / "run",
        image=ImageConfig(image_size=160, augment="none"),
        train=EPOCH,
        export=FILES,
    )
    return kerasapps.load_bundle(result.bundle_dir), sorted(data.rglob("*.png"))[::5]


def texts(folder: Path) -> tuple[Any, list[Any]]:
    """A bundle and a few long texts."""
    result = kerasapps.train_sentiment_classifier(
        "builtin:reviews",
        output_dir=folder / "run",
        model=ModelConfig(model="transformer"),
        text=TextConfig(max_length=256),
        train=EPOCH,
        export=FILES,
    )
    words = ("a wonderful film", "dull and far too long", "we loved the music", "never again")
    return kerasapps.load_bundle(result.bundle_dir), [
        " ".join(each) for each in itertools.permutations(words)
    ]


def translations(folder: Path) -> tuple[Any, list[Any]]:
    """A small translator that translates, and a few of its sentences."""
    data = write_pairs(folder / "data")
    result = kerasapps.train_translator(
        data,
        output_dir=folder / "run",
        model=ModelConfig(model="transformer", width=0.25, depth=0.5),
        translation=TranslationConfig(vocab_size=60, batch_tokens=512, beam=3),
        train=TrainConfig(epochs=6, learning_rate=1e-2, dropout=0.0),
        export=FILES,
    )
    lines = (data / "train.en").read_text(encoding="utf-8").splitlines()
    return kerasapps.load_bundle(result.bundle_dir), list(dict.fromkeys(lines))[:20]


def wide_translations(folder: Path) -> tuple[Any, list[Any]]:
    """A transformer of usual width (512) and a few sentences of made-up words."""
    draw = random.Random(EPOCH.seed)
    words = ["".join(draw.choices("aeioudfklmnprst", k=draw.randint(3, 9))) for _ in range(6000)]
    sentences = [" ".join(draw.choices(words, k=draw.randint(6, 12))) for _ in range(400)]
    result = kerasapps.train_translator(
        [(each, " ".join(reversed(each.split()))) for each in sentences],
        output_dir=folder / "run",
        model=ModelConfig(model="transformer", width=4),
        translation=TranslationConfig(source_language="en", target_language="de"),
        train=EPOCH,
        export=FILES,
    )
    return kerasapps.load_bundle(result.bundle_dir), sentences[:20]


# task → its bundle and inputs, and the share of the calls: a wide translation takes long
TASKS: dict[str, tuple[Callable[[Path], tuple[Any, list[Any]]], float]] = {
    "pictures": (pictures, 1),
    "texts": (texts, 1),
    "translations": (translations, 1),
    "wide_translations": (wide_translations, 0.05),
}


def parse() -> argparse.Namespace:
    """Arguments."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=20_000, help="of each task")
    parser.add_argument("--tasks", nargs="+", default=list(TASKS), choices=list(TASKS))
    parser.add_argument("--record", action="store_true", help="write to RESULTS.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
