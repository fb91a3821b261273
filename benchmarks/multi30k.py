"""Multi30k English to German with the tiny transformer under a wall-clock budget.

    python benchmarks/multi30k.py DATA --minutes 60

DATA holds `train.en`, `train.de`, `val.en`, `val.de`, `test_2016_flickr.en` and
`test_2016_flickr.de`. Options were chosen without the test split, which is opened once, at the
end. The curve is greedy BLEU on 500 validation pairs, cased and detokenized, by the weights of
the last epochs averaged.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from results import record

from kerasapps.config import ModelConfig, TrainConfig, TranslationConfig
from kerasapps.recipes import train_translator
from kerasapps.workflow.result import RecipeResult


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--model", default="transformer")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder that keeps the bundle")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".") as folder:
        result = train_translator(
            arguments.data,
            output_dir=arguments.keep or folder,
            model=ModelConfig(model=arguments.model),
            translation=TranslationConfig(batch_tokens=2048),
            train=TrainConfig(
                time_budget=arguments.minutes,
                schedule="cosine",
                warmup=0.1,
                dropout=0.2,
                early_stopping=0,
                seed=arguments.seed,
            ),
        )
    minutes = f"{result.history.seconds / 60:.1f} min of training"
    title = f"Multi30k English to German, {arguments.model}, {minutes}"
    print(record(title, [figures(result, arguments.seed)], note=curve(result)))
    files = "Files of the same run, greedy on the whole test split"
    print(record(files, [file_figures(result, each.name) for each in result.artifacts]))


def figures(result: RecipeResult, seed: int) -> dict[str, object]:
    """The Keras model on the test split."""
    metrics = result.metrics
    return {
        "epochs": len(result.history.rows),
        "parameters": f"{result.model.count_params():,}",
        f"BLEU, beam {metrics['beam']}": f"{metrics['bleu']:.2f}",
        "BLEU, greedy": f"{metrics['bleu_greedy']:.2f}",
        "BLEU, lower-cased": f"{metrics['bleu_lowercase']:.2f}",
        "chrF": f"{metrics['chrf']:.2f}",
        "n": metrics["examples"],
        "seed": seed,
        "signature": metrics["signature"],
    }


def curve(result: RecipeResult) -> str:
    """Validation BLEU by minute of training."""
    points, minutes = [], 0.0
    for row in result.history.rows:
        minutes += row.seconds / 60
        if row.val_metric is not None:
            points.append(f"{minutes:.0f} min {row.val_metric:.1f}")
    return f"Validation BLEU: {', '.join(points)}."


def file_figures(result: RecipeResult, name: str) -> dict[str, object]:
    """One exported file on the test split, or why there is none."""
    artifact = next(each for each in result.artifacts if each.name == name)
    if artifact.metric is None:
        return {
            "file": name, "MB": "", "BLEU": "", "change": "", "same output": "",
            "ms a sentence": "", "verdict": artifact.reason,
        }  # fmt: skip
    assert artifact.size_bytes is not None
    return {
        "file": name,
        "MB": f"{artifact.size_bytes / 1e6:.2f}",
        "BLEU": f"{100 * artifact.metric:.2f}",
        "change": f"{artifact.delta:+.2f}",
        "same output": f"{artifact.agreement:.1%}",
        "ms a sentence": f"{artifact.latency_ms:.1f}",
        "verdict": "passed" if artifact.passed else artifact.reason,
    }


if __name__ == "__main__":
    main()
