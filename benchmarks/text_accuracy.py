"""Text classifiers on real data: accuracy over seeds, and every file of the first seed's bundle.

    python benchmarks/text_accuracy.py DATA --model text_cnn bilstm --seeds 0 1 2

DATA is what `kerasapps train sentiment` takes, with a test split of its own. Defaults everywhere,
but for what the options say. The first seed exports and verifies every file; the others train only.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from results import record

import kerasapps
from kerasapps.config import ExportConfig, ModelConfig, TextConfig, TrainConfig
from kerasapps.recipes import train_sentiment_classifier

MODEL_FIELDS = ("width", "depth")
TEXT_FIELDS = ("tokenizer", "vocab_size", "max_length", "word_dropout")
TRAIN_FIELDS = ("epochs", "average_checkpoints", "dropout", "label_smoothing", "learning_rate")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", nargs="+", required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    for name in MODEL_FIELDS:
        parser.add_argument(f"--{name}", type=float)
    for name in ("epochs", "average-checkpoints", "max-length", "vocab-size"):
        parser.add_argument(f"--{name}", type=int)
    for name in ("dropout", "word-dropout", "label-smoothing", "learning-rate"):
        parser.add_argument(f"--{name}", type=float)
    parser.add_argument("--tokenizer")
    parser.add_argument("--no-export", action="store_true", help="accuracy only")
    arguments = parser.parse_args()
    accuracies, files = [], []
    for model in arguments.model:
        row, artifacts = measure(model, arguments)
        accuracies.append(row)
        files += artifacts
        print(row, *artifacts, sep="\n", flush=True)
    name = arguments.data.name
    chosen = given(arguments, (*MODEL_FIELDS, *TEXT_FIELDS, *TRAIN_FIELDS))
    how = ", ".join(f"{option} {value}" for option, value in chosen.items()) or "defaults"
    print(record(f"{name}: accuracy of text models, {how}", accuracies))
    if files:
        print(record(f"{name}: the files of those models, first seed", files))


def measure(
    model: str, arguments: argparse.Namespace
) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Trains once a seed; the rows of both tables."""
    runs, files, minutes = [], [], []
    for seed in arguments.seeds:
        full = seed == arguments.seeds[0] and not arguments.no_export
        began = time.monotonic()
        result = train(model, seed, full, arguments)
        minutes.append((time.monotonic() - began) / 60)
        runs.append(result)
        if full:
            files = [file_row(model, each, result) for each in result.artifacts]
    scores = [run.metrics["accuracy"] for run in runs]
    row = {
        "model": Path(model).name,
        "test accuracy, mean": f"{statistics.mean(scores):.2%}",
        "each seed": ", ".join(f"{score:.2%}" for score in scores),
        "epochs": ", ".join(str(len(run.history.rows)) for run in runs),
        "training": f"{statistics.mean(run.history.seconds for run in runs) / 60:.1f} min",
        "whole first run": f"{minutes[0]:.1f} min",
        "n": runs[0].metrics["examples"],
        "seeds": ", ".join(map(str, arguments.seeds)),
    }
    return row, files


def train(
    model: str, seed: int, full: bool, arguments: argparse.Namespace
) -> kerasapps.RecipeResult:
    """One run of the recipe in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=".") as folder:
        return train_sentiment_classifier(
            arguments.data,
            output_dir=folder,
            model=ModelConfig(model=model, **given(arguments, MODEL_FIELDS)),
            text=TextConfig(**given(arguments, TEXT_FIELDS)),
            train=TrainConfig(**given(arguments, TRAIN_FIELDS), seed=seed),
            export=ExportConfig() if full else ExportConfig(quantization=(), saved_model=False),
        )


def given(arguments: argparse.Namespace, fields: tuple[str, ...]) -> dict[str, Any]:
    """The options that were asked for."""
    values = {field: getattr(arguments, field) for field in fields}
    return {field: value for field, value in values.items() if value is not None}


def file_row(model: str, artifact: object, result: kerasapps.RecipeResult) -> dict[str, object]:
    """What the gate found of one file."""
    made = artifact.metric is not None
    return {
        "model": Path(model).name,
        "file": artifact.name,
        "accuracy": f"{artifact.metric:.2%}" if made else "–",
        "change": f"{artifact.delta:+.2f}" if made else "–",
        "agreement": f"{artifact.agreement:.2%}" if made else "–",
        "size": f"{artifact.size_bytes / 1e6:.2f} MB" if made else "–",
        "p50": f"{artifact.latency_ms:.3f} ms" if made else "–",
        "verdict": "passed" if artifact.passed else artifact.reason,
        "n": result.metrics["examples"],
    }


if __name__ == "__main__":
    main()
