"""CIFAR-10 (JPEG) with `fast_resnet` under a wall-clock budget.

    python benchmarks/cifar10.py DATA --minutes 15 30

DATA holds `train/` and `test/`, each with a folder per class. The network, optimizer and
augmentation are the same for every budget; only the schedule's length follows it. The answer is
the mean of a picture and its mirror image, in every file too.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from results import record

from kerasapps.config import ExportConfig, ImageConfig, LoadConfig, ModelConfig, TrainConfig
from kerasapps.recipes import train_image_classifier


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--minutes", type=float, nargs="+", default=[30, 15])
    parser.add_argument("--width", type=float, default=0.75)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-test-time-flip", dest="flip", action="store_false")
    arguments = parser.parse_args()
    rows = [measure(arguments, minutes) for minutes in arguments.minutes]
    print(record("CIFAR-10 (JPEG), fast_resnet, accuracy by training time", rows))


def measure(arguments: argparse.Namespace, minutes: float) -> dict[str, object]:
    """Trains for that long and judges the test split once, with every file that ships."""
    with tempfile.TemporaryDirectory(dir=".") as folder:
        result = train_image_classifier(
            arguments.data,
            output_dir=folder,
            model=ModelConfig(model="fast_resnet", width=arguments.width),
            load=LoadConfig(validation_split=0.02),
            image=ImageConfig(translate=2 / 32, test_time_flip=arguments.flip),
            train=TrainConfig(
                time_budget=minutes,
                optimizer="muon",
                learning_rate=0.12,
                batch_size=256,
                schedule="one_cycle",
                label_smoothing=0.1,
                early_stopping=0,
                seed=arguments.seed,
            ),
            export=ExportConfig(quantization=("float32", "int8"), saved_model=False),
        )
    int8 = next(each for each in result.artifacts if each.name == "int8")
    return {
        "budget": f"{minutes:g} min",
        "trained": f"{result.history.seconds / 60:.1f} min",
        "epochs": len(result.history.rows),
        "width": arguments.width,
        "flip at test time": "yes" if arguments.flip else "no",
        "test accuracy": f"{result.metrics['accuracy']:.2%}",
        "int8": f"{int8.metric:.2%}" if int8.metric is not None else int8.reason,
        "int8 latency": f"{int8.latency_ms:.2f} ms",
        "n": result.metrics["examples"],
        "seed": arguments.seed,
    }


if __name__ == "__main__":
    main()
