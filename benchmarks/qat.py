"""What fine-tuning for int8 buys: the int8 file of a network before and after it.

python benchmarks/qat.py DATA [--only flowers sst2 spoken_digits wide] [--epochs N] [--seeds N]

DATA has a folder for each data set, as they are unpacked. Each is trained once a seed, and both
files are made of that network, on the validation split as the choice between them sees it and on
the test split, whichever is chosen. `wide` is a network for flowers some of whose channels are 64
times as large as others, for the same answers: what one range for all channels cannot hold. Rows go
to standard output, ready for RESULTS.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import keras
import numpy as np
from results import describe_machine

import kerasapps
from kerasapps.config import CompressConfig, ExportConfig, ImageConfig, TrainConfig
from kerasapps.export.artifact import Artifact
from kerasapps.workflow import better_int8, ship
from kerasapps.workflow.better_int8 import INT8, FileMaking
from kerasapps.workflow.fine_tuning import FineTuning
from kerasapps.workflow.judging import Judged

_WIDER = 64.0
_EXPORT = ExportConfig(quantization=("int8",), saved_model=False, examples=False, keep_failed=True)


def wide_net(input_shape: tuple[int, ...], num_classes: int) -> keras.Model:
    """Separable convolutions; one channel in four is 64 times as large between two layers."""
    taken = keras.Input(input_shape)
    x = keras.layers.Rescaling(1 / 255)(taken)
    rng = np.random.default_rng(0)
    for filters in (16, 32, 64):
        times = np.where(rng.random(filters) < 0.25, _WIDER, 1.0).astype(np.float32)
        x = keras.layers.Conv2D(filters, 3, strides=2, use_bias=False, padding="same")(x)
        norm = keras.layers.BatchNormalization(momentum=0.8)
        x = keras.layers.ReLU()(norm(x))
        norm.gamma.assign(times)
        deep = keras.layers.DepthwiseConv2D(3, padding="same", use_bias=False)
        x = deep(x)
        deep.kernel.assign(deep.kernel / times[:, None])
        x = keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.8)(x))
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(taken, keras.layers.Dense(num_classes)(x), name="wide")


@dataclass(frozen=True)
class Case:
    """A training.

    Attributes:
        train: a `kerasapps.train_*` function.
        data: in DATA.
        options: further arguments.
    """

    train: Callable[..., kerasapps.RecipeResult]
    data: str
    options: dict[str, Any] = field(default_factory=dict)


_SMALL = ImageConfig(image_size=64)
CASES = {
    "flowers": Case(
        kerasapps.train_image_classifier, "flowers", {"model": "mobile_cnn", "image": _SMALL}
    ),
    "sst2": Case(kerasapps.train_text_classifier, "sst2", {"model": "text_cnn"}),
    "spoken_digits": Case(kerasapps.train_audio_classifier, "spoken_digits", {"model": "ds_cnn"}),
    "wide": Case(kerasapps.train_image_classifier, "flowers", {"model": wide_net, "image": _SMALL}),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", nargs="+", choices=[*CASES], default=[*CASES])
    parser.add_argument("--epochs", type=int, help="of each training (default: the task's own)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    arguments = parser.parse_args()
    print(f"{describe_machine()}; `{' '.join(sys.argv)}`\n")
    print("| data | seed | file | Keras | validation | test | change | agreement | size | ms | n |")
    print("|" + "---|" * 11)
    for name in arguments.only:
        for seed in arguments.seeds:
            train = TrainConfig(seed=seed, epochs=arguments.epochs)
            for row in _rows(name, CASES[name], arguments.data, train):
                print(row, flush=True)


@dataclass
class Both:
    """Stands in for the choice between two files, and judges either on both splits.

    Attributes:
        judged: name of the file → its figures on validation and on the test split.
        seconds: that fine-tuning took.
    """

    judged: dict[str, tuple[Artifact, Artifact]] = field(default_factory=dict)
    seconds: float = 0.0

    def __call__(
        self, int8: Artifact, judged: Judged, *, fine_tuning: FineTuning, making: FileMaking
    ) -> Artifact:
        began = time.monotonic()
        tuned = fine_tuning.run()
        self.seconds = time.monotonic() - began
        if isinstance(tuned, str):
            raise SystemExit(tuned)
        file = making.make(tuned, judged)
        making.describe({INT8: file})
        plain, fine = better_int8.on_validation(int8, file, judged, tuned=tuned, making=making)
        judging = making.judging
        test = making.judge(file, tuned.as_source(judged, judging), judging=judging, name="both")
        self.judged = {"int8": (plain, int8), "int8, fine-tuned": (fine, test)}
        return int8


def _rows(name: str, case: Case, data: Path, train: TrainConfig) -> Iterator[str]:
    both = Both()
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(ship, "better_int8", both):
        began = time.monotonic()
        result = case.train(
            str(data / case.data),
            output_dir=Path(folder) / "run",
            train=train,
            compress=CompressConfig(qat=True),
            export=_EXPORT,
            **case.options,
        )
        seconds = time.monotonic() - began
    assert result.metric is not None
    reference = 100 * result.metric.share(result.metrics)
    for file, (validation, test) in both.judged.items():
        yield (
            f"| {name} | {train.seed} | {file} | {reference:.2f} % | "
            f"{_share(validation)} | {_share(test)} | {test.delta or 0.0:+.2f} | "
            f"{100 * (test.agreement or 0):.2f} % | {(test.size_bytes or 0) / 1e3:.0f} kB | "
            f"{test.latency_ms or 0:.2f} | {result.metrics.get('examples', '')} |"
            + ("" if test.passed else f" {test.reason}")
        )
    print(f"{name}, seed {train.seed}: {seconds:.0f} s, {both.seconds:.0f} s of it fine-tuning")


def _share(artifact: Artifact) -> str:
    return "–" if artifact.metric is None else f"{100 * artifact.metric:.2f} %"


if __name__ == "__main__":
    main()
