"""Flowers with a pretrained backbone: transfer learning to a verified int8 file.

python benchmarks/flowers.py DATA
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from results import record

from kerasapps.config import TrainConfig
from kerasapps.recipes import train_image_classifier


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="efficientnet_lite0")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".") as folder:
        result = train_image_classifier(
            arguments.data,
            output_dir=folder,
            model=arguments.model,
            train=TrainConfig(epochs=arguments.epochs, seed=arguments.seed),
        )
    shared = {
        "training": f"{result.history.seconds / 60:.1f} min",
        "epochs": len(result.history.rows),
        "n": result.metrics["examples"],
        "seed": arguments.seed,
    }
    rows = [
        {
            "file": "Keras",
            "accuracy": f"{result.metrics['accuracy']:.2%}",
            "change": "",
            "size": "",
            "p50": "",
            **shared,
        }
    ]
    rows += [
        {
            "file": each.name,
            "accuracy": f"{each.metric:.2%}",
            "change": f"{each.delta:+.2f}",
            "size": f"{each.size_bytes / 1e6:.2f} MB",
            "p50": f"{each.latency_ms:.2f} ms",
            **shared,
        }
        for each in result.artifacts
        if each.metric is not None
    ]
    print(record(f"Flowers, {arguments.model}, defaults", rows))


if __name__ == "__main__":
    main()
