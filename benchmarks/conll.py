"""Named entities of a CoNLL corpus: entity F1 on its own test split, over seeds.

    python benchmarks/conll.py /tmp/data/conll2002_es

The first training exports and verifies every file; the others train only.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from results import record
from runs import cpu_minutes, file_row, summary

from kerasapps import ExportConfig, RecipeResult, TrainConfig, train_tagger


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="with train.conll, val.conll and test.conll")
    parser.add_argument("--model", default="bilstm_crf")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments = parser.parse_args()
    runs, files = [], []
    for seed in arguments.seeds:
        figures, result = measure(arguments, seed=seed, full=not runs)
        print(figures, flush=True)
        if not runs:
            files = [file_row(each) for each in result.artifacts]
            print(*files, sep="\n", flush=True)
        runs.append(figures)
    name = arguments.folder.name
    title = f"{name}: {arguments.model}, official test, seeds {arguments.seeds}"
    print(record(title, [{**summary(runs), "n": result.metrics["sentences"]}]))
    print(record(f"{name}: the files of the first training", files))


def measure(
    arguments: argparse.Namespace, *, seed: int, full: bool
) -> tuple[dict[str, float], RecipeResult]:
    """The figures of one training, and the CPU that all of it took."""
    began = cpu_minutes()
    with tempfile.TemporaryDirectory() as folder:
        result = train_tagger(
            arguments.folder,
            output_dir=folder,
            train=TrainConfig(seed=seed),
            export=ExportConfig() if full else ExportConfig(quantization=(), saved_model=False),
            model=arguments.model,
        )
    names = ("f1", "precision", "recall")
    return {
        **{name: float(result.metrics[name]) for name in names},
        "epochs": len(result.history.rows),
        "training minutes": result.history.seconds / 60,
        "CPU minutes, all": cpu_minutes() - began,
    }, result


if __name__ == "__main__":
    main()
