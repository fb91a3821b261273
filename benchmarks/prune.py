"""What pruning buys: the files of a network as it was trained, and without filters or weights.

python benchmarks/prune.py DATA [--only flowers sst2 spoken_digits] [--epochs N] [--seeds N]

DATA has a folder for each data set, as they are unpacked. Each network is trained once for a seed
and then pruned in two ways, from the same weights: without half of its filters, and with 80 % of
its weights 0. Latency is that of the file on one thread, as every run measures it. Rows go to
standard output, ready for RESULTS.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
from results import describe_machine

from kerasapps.config import (
    CompressConfig,
    ExportConfig,
    ImageConfig,
    TrainConfig,
    TranslationConfig,
)
from kerasapps.errors import ConfigError
from kerasapps.export.artifact import Artifact
from kerasapps.recipes.registry import AUDIO_CLASSIFICATION, IMAGE_CLASSIFICATION, TRANSLATION
from kerasapps.recipes.registry import TEXT_CLASSIFICATION as TEXTS
from kerasapps.weights import give_weights
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.fit import fit_network, start_network
from kerasapps.workflow.order import take_order
from kerasapps.workflow.prune import prune
from kerasapps.workflow.reading import read_splits
from kerasapps.workflow.ship import export_and_verify, judge_network
from kerasapps.workflow.task import Task

_EXPORT = ExportConfig(
    quantization=("float32", "int8"), saved_model=False, examples=False, keep_failed=True
)


@dataclass(frozen=True)
class Case:
    """A training.

    Attributes:
        task: what is trained.
        data: in DATA.
        options: further options.
    """

    task: Task
    data: str
    options: dict[str, Any] = field(default_factory=dict)


_SMALL = ImageConfig(image_size=64)
CASES = {
    "flowers": Case(IMAGE_CLASSIFICATION, "flowers", {"model": "mobile_cnn", "image": _SMALL}),
    "flowers_cnn": Case(IMAGE_CLASSIFICATION, "flowers", {"model": "cnn", "image": _SMALL}),
    "sst2": Case(TEXTS, "sst2", {"model": "text_cnn"}),
    "multi30k": Case(
        TRANSLATION,
        "multi30k",
        {"model": "transformer", "translation": TranslationConfig(batch_tokens=2048)},
    ),
    "spoken_digits": Case(AUDIO_CLASSIFICATION, "spoken_digits", {"model": "ds_cnn"}),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", nargs="+", choices=[*CASES], default=[*CASES])
    parser.add_argument("--epochs", type=int, help="of each training (default: the task's own)")
    parser.add_argument("--prune-epochs", type=int, help="(default: the usual)")
    parser.add_argument("--filters", type=float, default=0.5, help="share that goes")
    parser.add_argument("--weights", type=float, default=0.8, help="share that goes")
    parser.add_argument("--seeds", type=int, default=1)
    arguments = parser.parse_args()
    print(f"{describe_machine()}; `{' '.join(sys.argv)}`\n")
    print("| data | seed | pruned | parameters | file | metric | size | gzip | latency | seconds |")
    print("|" + "---|" * 10)
    ways = {
        "no": None,
        f"{arguments.filters:.0%} filters": CompressConfig(
            prune_share=arguments.filters, prune_by="filters", prune_epochs=arguments.prune_epochs
        ),
        f"{arguments.weights:.0%} weights": CompressConfig(
            prune_share=arguments.weights, prune_by="weights", prune_epochs=arguments.prune_epochs
        ),
    }
    for name in arguments.only:
        for seed in range(arguments.seeds):
            train = TrainConfig(seed=seed, epochs=arguments.epochs)
            with tempfile.TemporaryDirectory() as folder:
                for row in _rows(CASES[name], arguments.data, train, ways, Path(folder)):
                    print(f"| {name} | {seed} | {row}", flush=True)


def _rows(
    case: Case, data: Path, train: TrainConfig, ways: dict[str, CompressConfig | None], work: Path
) -> Iterator[str]:
    """A row for each file of each way."""
    order = take_order(
        case.task,
        str(data / case.data),
        validation_data=None,
        test_data=None,
        tune=None,
        **{**case.task.defaults, "train": train, "export": _EXPORT, **case.options},
    )
    splits = read_splits(case.task, order.data, order.options, work)
    experiment = case.task.training.prepare(splits, order.options, Cache(work))
    began = time.monotonic()
    network, runtime = start_network(experiment)
    options: dict[str, Any] = {"settings": {}, "log_dir": work / "logs"}
    fit_network(network, experiment, runtime=runtime, folder=work / "train", **options)
    weights, seconds = network.get_weights(), time.monotonic() - began
    for number, (name, compress) in enumerate(ways.items()):
        copy = experiment.build()
        give_weights(copy, weights)
        here, began = experiment, time.monotonic()
        if compress is not None:
            try:
                pruned = prune(copy, experiment, compress, work=work / str(number), **options)
            except ConfigError as refusal:
                yield f"{name} | refused: {refusal} |"
                continue
            copy, here = pruned.network, pruned.experiment
            seconds = time.monotonic() - began
        for artifact in _files(copy, here, train, work / f"files{number}"):
            yield f"{name} | {copy.count_params():,} | {_cells(artifact)} | {seconds:.0f} |"


def _files(
    network: keras.Model, experiment: Experiment, train: TrainConfig, folder: Path
) -> list[Artifact]:
    judged = judge_network(network, experiment)
    made = export_and_verify(
        judged, experiment.judging, config=_EXPORT, seed=train.seed, folder=folder
    )
    keras_row = Artifact.failed("Keras", "")
    first = dataclasses.replace(keras_row, metric=judged.metric)
    return [first, *(each.compressed() for each in made)]


def _cells(artifact: Artifact) -> str:
    metric = "–" if artifact.metric is None else f"{100 * artifact.metric:.2f} %"
    sizes = [
        "–" if size is None else f"{size / 1e3:.0f} kB"
        for size in (artifact.size_bytes, artifact.compressed_bytes)
    ]
    latency = "–" if artifact.latency_ms is None else f"{artifact.latency_ms:.2f} ms"
    return " | ".join([artifact.name, metric, *sizes, latency])


if __name__ == "__main__":
    main()
