"""An ensemble beside its single networks, and what was distilled of it: figure, size, latency.

python benchmarks/ensemble.py DATA [--only pictures sounds texts] [--networks 3] [--epochs N]
    [--rows N] [--of seeds folds] [--ways one distilled]

DATA has a folder for each data set below; those that are missing are left out. The single networks
are trained with the seeds that the ensemble has, on the same splits. `--rows` cuts the training
file of texts. `--of` says what the networks of an ensemble differ in: seeds alone, or folds of the
training split as well. Rows go to standard output, ready for RESULTS.md.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from results import describe_machine

import kerasapps
from kerasapps.config import ExportConfig, ModelConfig, RepeatConfig, TrainConfig
from kerasapps.data.splits import Splits
from kerasapps.workflow import reading

FILES = ExportConfig(quantization=("float32", "int8"), saved_model=False, tolerance=100)


@dataclass(frozen=True)
class Case:
    """A data set and a model.

    Attributes:
        train: a `kerasapps.train_*` function.
        data: in DATA.
        model: of each network.
        test: data to judge on, in DATA, where it is a file of its own.
    """

    train: Callable[..., kerasapps.RecipeResult]
    data: str
    model: ModelConfig
    test: str | None = None


CASES = {
    "texts": Case(
        kerasapps.train_text_classifier,
        "sst2/train.tsv",
        ModelConfig(model="text_cnn"),
        "sst2/test.tsv",
    ),
    "sounds": Case(
        kerasapps.train_audio_classifier, "spoken_digits", ModelConfig(model="ds_cnn", width=0.5)
    ),
    "pictures": Case(
        kerasapps.train_image_classifier, "flowers", ModelConfig(model="cnn", width=0.5)
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", nargs="+", choices=CASES, default=[*CASES])
    parser.add_argument("--networks", type=int, default=3)
    parser.add_argument("--epochs", type=int, help="of each training (default: the task's own)")
    parser.add_argument("--rows", type=int, help="of a training file (default: all)")
    parser.add_argument("--of", nargs="+", choices=("seeds", "folds"), default=["seeds"])
    parser.add_argument(
        "--ways", nargs="+", choices=("one", "distilled"), default=["one", "distilled"]
    )
    arguments = parser.parse_args()
    print(f"{describe_machine()}; `{' '.join(sys.argv)}`\n")
    print("| data | what | test | int8 | validation | minutes | int8 KB | float32 ms | int8 ms |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in arguments.only:
        if (arguments.data / CASES[name].data).exists():
            for row in rows_of(CASES[name], arguments):
                print(row, flush=True)


def rows_of(case: Case, arguments: argparse.Namespace) -> Iterator[str]:
    """The single networks, the mean of them all, and what learnt from it."""
    with tempfile.TemporaryDirectory() as scratch:
        data = cut(arguments.data / case.data, arguments.rows, Path(scratch))
        test = None if case.test is None else arguments.data / case.test

        def run(name: str, *, seed: int = 0, repeat: RepeatConfig = RepeatConfig()) -> Any:
            began = time.perf_counter()
            with splits_of_first_seed():
                result = case.train(
                    data,
                    test_data=test,
                    output_dir=Path(scratch) / f"{name}{seed}",
                    model=case.model,
                    train=TrainConfig(epochs=arguments.epochs, seed=seed),
                    repeat=repeat,
                    export=FILES,
                    quiet=True,
                )
            return result, (time.perf_counter() - began) / 60

        alone = [run("alone", seed=seed) for seed in range(arguments.networks)]
        yield _row(case, f"one network (mean of {len(alone)})", alone)
        for parts, way in itertools.product(arguments.of, arguments.ways):
            repeat = RepeatConfig(ensemble=arguments.networks, ensemble_of=parts, ensemble_as=way)
            name = f"ensemble of {arguments.networks} {parts}, {way}"
            yield _row(case, name, [run(f"{parts}-{way}", repeat=repeat)])


@contextlib.contextmanager
def splits_of_first_seed() -> Iterator[None]:
    """Within the block data are split by seed 0, whatever seed networks begin with."""
    whole = reading.read_splits

    def read(task: Any, data: Any, options: Any, folder: Path) -> Splits[Any]:
        first = {**options, "train": TrainConfig(seed=0)}
        return whole(task, data, first, folder)

    with mock.patch("kerasapps.workflow.carry.read_splits", read):
        yield


def cut(data: Path, rows: int | None, scratch: Path) -> Path:
    """A text file's first lines, its header included; other data as they are."""
    if rows is None or not data.is_file():
        return data
    shorter = scratch / data.name
    with data.open(encoding="utf-8") as lines:
        shorter.write_text("".join(itertools.islice(lines, rows + 1)), encoding="utf-8")
    return shorter


def _row(case: Case, name: str, runs: list[tuple[kerasapps.RecipeResult, float]]) -> str:
    results = [result for result, _ in runs]
    metric = results[0].metric
    tests = [metric.figure(metric.share(each.metrics)) for each in results]
    files: list[dict[str, Any]] = [
        {each.name: each for each in result.artifacts} for result in results
    ]
    whole = [metric.figure(each["int8"].metric) for each in files]
    validation = [_on_validation(each) for each in results]
    spread = f" ± {metric.text(statistics.stdev(tests))}" if len(tests) > 1 else ""
    size = statistics.mean(each["int8"].size_bytes for each in files) / 1000
    times = [
        f"{statistics.median(each[kind].latency_ms for each in files):.2f}"
        for kind in ("float32", "int8")
    ]
    cells = [
        case.data,
        name,
        f"{metric.text(statistics.mean(tests))}{spread}",
        metric.text(statistics.mean(whole)),
        metric.text(statistics.mean(validation)),
        f"{statistics.mean(minutes for _, minutes in runs):.1f}",
        f"{size:,.0f}",
        *times,
    ]
    return "| " + " | ".join(cells) + " |"


def _on_validation(result: kerasapps.RecipeResult) -> float:
    """The figure of what ships, on the validation split."""
    if result.ensemble is None:
        best = result.history.best
        return best.val_figure if best.val_metric is None else best.val_metric
    distilled, key = result.ensemble.distilled, result.metric.key
    return (result.ensemble.together if distilled is None else distilled.figures)[key]


if __name__ == "__main__":
    main()
