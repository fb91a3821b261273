"""CIFAR-10 (JPEG) with the defaults under a wall-clock budget, and the same net in PyTorch.

    python benchmarks/cifar10.py DATA --minutes 30 --torch

DATA holds `train/` and `test/`, each with a folder per class. Nothing is set but the minutes: the
model is the one that suits many tiny pictures, `fast_resnet`. The learning curve is the accuracy on
the validation split by minute of training, without the mirror images that the answer averages.
`--torch` (extra `bench`) then trains the same net for as long in PyTorch, see `cifar10_torch.py`.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from results import record

from kerasapps.config import ExportConfig, TrainConfig
from kerasapps.recipes import train_image_classifier
from kerasapps.workflow.result import RecipeResult


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--minutes", type=float, nargs="+", default=[30])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--torch", action="store_true", help="then the same net in PyTorch")
    arguments = parser.parse_args()
    rows, notes = [], []
    for minutes in arguments.minutes:
        result = train(arguments.data, minutes=minutes, seed=arguments.seed)
        rows.append(figures(result, minutes=minutes, seed=arguments.seed))
        notes.append(f"Ours, validation: {curve(result)}.")
        if arguments.torch:
            import cifar10_torch

            peer = cifar10_torch.train(arguments.data, minutes=minutes, seed=arguments.seed)
            rows.append(peer.figures(rows[0], minutes=minutes, seed=arguments.seed))
            notes.append(f"PyTorch, validation: {peer.curve}.")
    print(record("CIFAR-10 (JPEG), the defaults, by training time", rows, note="\n".join(notes)))


def train(data: Path, *, minutes: float, seed: int) -> RecipeResult:
    """Trains for that long and judges the test split once, with every file that ships."""
    with tempfile.TemporaryDirectory(dir=".") as folder:
        return train_image_classifier(
            data,
            output_dir=folder,
            train=TrainConfig(time_budget=minutes, seed=seed),
            export=ExportConfig(quantization=("float32", "int8"), saved_model=False),
        )


def curve(result: RecipeResult) -> str:
    """Validation accuracy by minute of training."""
    points, seconds = [], 0.0
    for row in result.history.rows:
        seconds += row.seconds
        points.append(f"{seconds / 60:.1f} min {row.val_figure:.2%}")
    return ", ".join(points)


def figures(result: RecipeResult, *, minutes: float, seed: int) -> dict[str, object]:
    """A row of the table."""
    int8 = next(each for each in result.artifacts if each.name == "int8")
    return {
        "side": "ours",
        "budget": f"{minutes:g} min",
        "trained": f"{result.history.seconds / 60:.1f} min",
        "epochs": len(result.history.rows),
        "test accuracy": f"{result.metrics['accuracy']:.2%}",
        "int8": f"{int8.metric:.2%}" if int8.metric is not None else int8.reason,
        "int8 latency": f"{int8.latency_ms:.2f} ms",
        "n": result.metrics["examples"],
        "seed": seed,
    }


if __name__ == "__main__":
    main()
