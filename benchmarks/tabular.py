"""Table rows on real data, default options, beside scikit-learn's gradient-boosted trees.

    python benchmarks/tabular.py adult /work/shared/data/adult.tar.xz
    python benchmarks/tabular.py wine /work/shared/data/wine_white.tar.xz --folds 5

`adult` keeps its official test split; `wine` is split into folds, each judged once a seed. The
first training exports and verifies every file; the others train only. The trees see the same rows,
our validation split included, with their defaults.
"""

from __future__ import annotations

import argparse
import csv
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from results import record
from runs import file_row, summary
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

from kerasapps import ExportConfig, RecipeResult, TabularConfig, TrainConfig, train_tabular

TARGETS = {"adult": "income", "wine": "quality"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", choices=sorted(TARGETS))
    parser.add_argument("archive", type=Path)
    parser.add_argument("--model", default="mlp")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--folds", type=int, default=5, help="of wine")
    arguments = parser.parse_args()
    runs: list[dict[str, float]] = []
    files: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(arguments.archive) as archive:
            archive.extractall(folder, filter="data")
        for seed in arguments.seeds:
            for data in splits_of(arguments.data, Path(folder), seed, arguments.folds):
                figures, result = measure(arguments, data, seed=seed, full=not runs)
                print(figures, flush=True)
                runs.append(figures)
                files = files or [file_row(each) for each in result.artifacts]
    title = f"{arguments.data}: {arguments.model}, default options, seeds {arguments.seeds}"
    print(record(title, [summary(runs)]))
    print(record(f"{arguments.data}: the files of the first training", files))


def splits_of(name: str, folder: Path, seed: int, folds: int) -> Iterator[dict[str, Path]]:
    """The training and the test file of each run."""
    if name == "adult":
        yield {part: folder / "adult" / f"{part}.csv" for part in ("train", "test")}
        return
    with (folder / "wine_white" / "wine.csv").open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    for number, parts in enumerate(KFold(folds, shuffle=True, random_state=seed).split(rows)):
        data = {}
        for part, places in zip(("train", "test"), parts, strict=True):
            data[part] = folder / f"{part}-{seed}-{number}.csv"
            with data[part].open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([header, *(rows[place] for place in places)])
        yield data


def measure(
    arguments: argparse.Namespace, data: dict[str, Path], *, seed: int, full: bool
) -> tuple[dict[str, float], RecipeResult]:
    """Our figures and those of the trees, on one test split."""
    answer = "class" if arguments.data == "adult" else "number"
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        result = train_tabular(
            data,
            target=TARGETS[arguments.data],
            tabular=TabularConfig(answer=answer),
            output_dir=folder,
            model=arguments.model,
            train=TrainConfig(seed=seed),
            export=ExportConfig() if full else ExportConfig(quantization=(), saved_model=False),
        )
    seconds = time.monotonic() - began
    names = ("accuracy", "auc") if answer == "class" else ("rmse", "mae")
    figures = {name: float(result.metrics[name]) for name in names}
    trees = trees_of(answer, data, TARGETS[arguments.data], seed=seed)
    return {
        **figures,
        **{f"trees: {name}": value for name, value in trees.items()},
        "epochs": len(result.history.rows),
        "training seconds": result.history.seconds,
        "whole run seconds": seconds,
    }, result


def trees_of(answer: str, data: dict[str, Path], target: str, *, seed: int) -> dict[str, float]:
    """The figures of histogram-based gradient boosting with its defaults."""
    train, test = (pd.read_csv(data[part], na_values="?") for part in ("train", "test"))
    truth, wanted = test.pop(target), train.pop(target)
    for name in train.select_dtypes(exclude="number").columns:
        kind = pd.CategoricalDtype(sorted(train[name].dropna().unique()))
        train[name], test[name] = train[name].astype(kind), test[name].astype(kind)
    if answer == "class":
        trees: Any = HistGradientBoostingClassifier(random_state=seed).fit(train, wanted)
        scores = trees.predict_proba(test)[:, 1]
        right = float(np.mean(trees.predict(test) == truth))
        return {"accuracy": right, "auc": float(roc_auc_score(truth, scores))}
    errors = HistGradientBoostingRegressor(random_state=seed).fit(train, wanted).predict(test)
    errors = errors - truth
    return {"rmse": float(np.sqrt(np.mean(errors**2))), "mae": float(np.abs(errors).mean())}


if __name__ == "__main__":
    main()
