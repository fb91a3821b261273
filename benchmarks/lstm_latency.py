"""Latency of the `lstm` model's files at batch 1 on one thread: 64 tokens, 64 units.

python benchmarks/lstm_latency.py
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from results import record

from kerasapps.config import ModelConfig
from kerasapps.export.network import scoring_model
from kerasapps.export.tflite import convert_network
from kerasapps.export.verify import SCORERS, run_measurement
from kerasapps.models import TextShape
from kerasapps.outputs.classes.integer import SCORES
from kerasapps.recipes.text_classification.architectures import build_classifier

MODES = ("float32", "float16", "dynamic", "int8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", nargs="+", default=["lstm"])
    parser.add_argument("--length", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    rows = [row for model in arguments.model for row in measure(model, arguments)]
    print(record(f"Latency of recurrent models, {arguments.length} tokens", rows))


def measure(model: str, arguments: argparse.Namespace) -> list[dict[str, object]]:
    """All files of one untrained model; values of weights do not change the time."""
    shape = TextShape(
        vocabulary_size=10_000, num_classes=2, length=arguments.length, for_export=True
    )
    network = build_classifier(ModelConfig(model=model), shape)
    random = np.random.default_rng(0)
    ids = random.integers(3, 10_000, (200, arguments.length), dtype=np.int32)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = convert_network(
            scoring_model(network), folder=folder, modes=MODES, calibration=ids, integer=SCORES
        )
        np.save(folder / "inputs.npy", ids[:1])
        return [
            _row(model, mode, path, folder, arguments.rounds)
            for mode, path in made.items()
            if isinstance(path, Path)
        ]


def _row(model: str, mode: str, path: Path, folder: Path, rounds: int) -> dict[str, object]:
    job = {"model": str(path), "inputs": str(folder / "inputs.npy"), "threads": 1}
    found = [
        run_measurement(SCORERS.of(path), job, folder / f"{mode}{each}") for each in range(rounds)
    ]
    return {
        "model": model,
        "file": mode,
        "size": f"{path.stat().st_size / 1e6:.2f} MB",
        "p50 of each round": ", ".join(f"{each.latency_ms:.3f} ms" for each in found),
        "p95": f"{max(each.latency_p95_ms for each in found):.3f} ms",
        "n": "up to 300 calls a round",
        "seed": 0,
    }


if __name__ == "__main__":
    main()
