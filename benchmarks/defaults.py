"""What an untouched run gives: nothing is set but the data, the output folder and the seed.

    python benchmarks/defaults.py DATA [--sets trec banking77 sst2 imdb flowers minilm digits]
        [--seeds 0 1 2] [--no-baselines] [--no-record]

DATA is the folder into which the real data sets were unpacked (`trec/train.csv`, `sst2/train.tsv`,
`flowers/train/` and so on), each with the test split of the literature. Every seed trains, exports
and verifies as `kerasapps train` does. Texts stand beside linear models of scikit-learn, fitted in
the same run on all that we train and validate on.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from results import record
from text_baselines import baselines

import kerasapps
from kerasapps.config import ModelConfig, TrainConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.recipes import train_image_classifier, train_text_classifier


@dataclass(frozen=True)
class Set:
    """A data set, and what is wanted of an untouched run on it.

    Attributes:
        data: folder in DATA, or `builtin:NAME`.
        train: the public function.
        wanted: accuracy on the test split, mean of the seeds, 0 to 1.
        minutes: of the whole command on two cores, or of training alone.
        model: what `--model` says, or None.
        tables: the files that baselines are fitted on, and the one that they are judged on.
    """

    data: str
    train: Callable[..., kerasapps.RecipeResult]
    wanted: float
    minutes: float
    model: str | None = None
    tables: tuple[tuple[str, ...], str] | None = None


_CSV = (("train.csv",), "test.csv")
_TSV = (("train.tsv", "dev.tsv"), "test.tsv")
SETS = {
    "trec": Set("trec", train_text_classifier, 0.910, 4, tables=_CSV),
    "banking77": Set("banking77", train_text_classifier, 0.910, 4, tables=_CSV),
    "sst2": Set("sst2", train_text_classifier, 0.828, 4, tables=_TSV),
    "imdb": Set("imdb", train_text_classifier, 0.905, 12, tables=_CSV),
    "flowers": Set("flowers", train_image_classifier, 0.955, 20),
    "digits": Set("builtin:digits", train_image_classifier, 0.985, 3),
    "minilm-sst2": Set("sst2", train_text_classifier, 0.895, 25, model="minilm"),
    "minilm-trec": Set("trec", train_text_classifier, 0.960, 25, model="minilm"),
    "minilm-banking77": Set("banking77", train_text_classifier, 0.925, 25, model="minilm"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", nargs="+", choices=[*SETS, "minilm"], default=list(SETS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--no-baselines", action="store_true")
    parser.add_argument("--no-record", action="store_true", help="print only")
    arguments = parser.parse_args()
    chosen = [
        name for name in SETS if name in arguments.sets or name.split("-")[0] in arguments.sets
    ]
    rows, beside = [], []
    for name in chosen:
        rows.append(measure(name, arguments.data, arguments.seeds))
        print(rows[-1], flush=True)
        tables = SETS[name].tables
        if tables and not arguments.no_baselines:
            beside += baseline_rows(name, arguments.data / SETS[name].data, *tables)
            print(*beside[-3:], sep="\n", flush=True)
    show = table if arguments.no_record else record
    print(show("Untouched runs: nothing set but data, output folder and seed", rows))
    if beside:
        print(show("Linear models of scikit-learn in the same run", beside))


def measure(name: str, folder: Path, seeds: list[int]) -> dict[str, object]:
    """A row: all seeds of a set."""
    wanted = SETS[name]
    runs = [run(wanted, folder, seed) for seed in seeds]
    scores = [each["accuracy"] for each in runs]
    return {
        "set": name,
        "accuracy, mean": f"{statistics.mean(scores):.2%}",
        "wanted": f"{wanted.wanted:.1%}",
        "each seed": ", ".join(f"{score:.2%}" for score in scores),
        "int8": ", ".join(each["int8"] for each in runs),
        "files passed": ", ".join(each["files"] for each in runs),
        "model": ", ".join(dict.fromkeys(each["model"] for each in runs)),
        "epochs": ", ".join(str(each["epochs"]) for each in runs),
        "training, longest": f"{max(each['training'] for each in runs):.1f} min",
        "whole run, longest": f"{max(each['minutes'] for each in runs):.1f} min",
        "limit": f"{wanted.minutes} min",
        "n": runs[0]["n"],
        "seeds": ", ".join(map(str, seeds)),
    }


def run(wanted: Set, folder: Path, seed: int) -> dict[str, Any]:
    """One untouched run and its figures."""
    data = wanted.data if wanted.data.startswith("builtin:") else folder / wanted.data
    named = {} if wanted.model is None else {"model": ModelConfig(model=wanted.model)}
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as output:
        result = wanted.train(data, output_dir=output, train=TrainConfig(seed=seed), **named)
        minutes = (time.monotonic() - began) / 60
        settings = read_manifest(result.bundle_dir).settings
    integer = [each.metric for each in result.artifacts if each.name == "int8"]
    passed = sum(each.passed for each in result.artifacts)
    return {
        "accuracy": result.metrics["accuracy"],
        "int8": f"{integer[0]:.2%}" if integer and integer[0] is not None else "–",
        "files": f"{passed} of {len(result.artifacts)}",
        "model": settings["model"]["model"],
        "epochs": len(result.history.rows),
        "training": result.history.seconds / 60,
        "minutes": minutes,
        "n": result.metrics["examples"],
    }


def baseline_rows(
    name: str, folder: Path, fitted: tuple[str, ...], judged: str
) -> list[dict[str, object]]:
    """A row for each linear model on one set."""
    train, test = pd.concat([read(folder / each) for each in fitted]), read(folder / judged)
    figures = baselines((list(train.text), list(train.label)), (list(test.text), list(test.label)))
    return [
        {
            "set": name,
            "model": model,
            "accuracy": f"{accuracy:.2%}",
            "seconds": f"{seconds:.1f}",
            "n": len(test),
        }
        for model, (accuracy, seconds) in figures.items()
    ]


def read(file: Path) -> pd.DataFrame:
    """The columns `text` and `label` of a table, which has no header where it is a TSV."""
    if file.suffix == ".tsv":
        return pd.read_csv(file, sep="\t", names=["text", "label"], quoting=3, dtype=str)
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def table(title: str, rows: list[dict[str, object]]) -> str:
    """Rows as text, where nothing is recorded."""
    return f"{title}\n{pd.DataFrame(rows).to_string(index=False)}\n"


if __name__ == "__main__":
    main()
