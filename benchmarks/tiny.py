"""Files for microcontrollers: MLPerf Tiny's two networks within the bytes of its reference files.

    python benchmarks/tiny.py cifar10 DATA --minutes 72
    python benchmarks/tiny.py spoken_digits DATA --minutes 20

DATA holds `train/` and `test/`. `cifar10` trains `resnet8` for at most 98,496 bytes (the reference
has 85 % on the original pixels, Banbury et al. 2021), with the answer averaged over the mirror
image; `spoken_digits` trains `ds_cnn`, front end and all, for 53,936 bytes. Both are given the
budget and find their width. `--checkpoints` is a folder that a training goes on from after a stop.
Rows go to standard output, ready for RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from results import record

from kerasapps import (
    ExportConfig,
    ImageConfig,
    LoadConfig,
    ModelConfig,
    RecipeResult,
    TrainConfig,
    train_audio_classifier,
    train_image_classifier,
)

BYTES = {"cifar10": 98_496, "spoken_digits": 53_936}
_EXPORT = ExportConfig(quantization=("float32", "int8"), saved_model=False, examples=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=[*BYTES])
    parser.add_argument("data", type=Path)
    parser.add_argument("--minutes", type=float, default=72)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--checkpoints", type=Path)
    arguments = parser.parse_args()
    train = _pictures if arguments.what == "cifar10" else _sounds
    with tempfile.TemporaryDirectory() as folder:
        place = arguments.checkpoints or Path(folder)
        result = train(arguments.data, place, minutes=arguments.minutes, seed=arguments.seed)
        row = _figures(result) | {"n": result.metrics["examples"], "seed": arguments.seed}
    print(record(f"{arguments.what} within {BYTES[arguments.what]:,} bytes", [row]))


def _pictures(data: Path, folder: Path, *, minutes: float, seed: int) -> RecipeResult:
    return train_image_classifier(
        data,
        output_dir=folder,
        model=ModelConfig(model="resnet8", size_budget_kb=BYTES["cifar10"] / 1000),
        load=LoadConfig(validation_split=0.05),
        image=ImageConfig(test_time_flip=True, resampling=False, jpeg=0),
        train=TrainConfig(
            time_budget=minutes, schedule="one_cycle", warmup=0.2, early_stopping=0, seed=seed
        ),
        export=_EXPORT,
    )


def _sounds(data: Path, folder: Path, *, minutes: float, seed: int) -> RecipeResult:
    return train_audio_classifier(
        data,
        output_dir=folder,
        model=ModelConfig(model="ds_cnn", size_budget_kb=BYTES["spoken_digits"] / 1000),
        train=TrainConfig(time_budget=minutes, seed=seed),
        export=_EXPORT,
    )


def _figures(result: RecipeResult) -> dict[str, object]:
    int8 = next(each for each in result.artifacts if each.name == "int8")
    manifest = json.loads((result.bundle_dir / "bundle.json").read_text(encoding="utf-8"))
    model = manifest["settings"]["model"]
    return {
        "model": f"{model['model']} of width {model['width']:g}",
        "int8": f"{int8.metric:.2%}" if int8.metric is not None else int8.reason,
        "bytes": f"{int8.size_bytes:,}",
        "Keras": f"{result.metrics['accuracy']:.2%}",
        "latency": f"{int8.latency_ms:.2f} ms",
        "passed": int8.passed,
        "epochs": len(result.history.rows),
        "trained": f"{result.history.seconds / 60:.1f} min",
    }


if __name__ == "__main__":
    main()
