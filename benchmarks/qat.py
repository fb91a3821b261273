"""What fine-tuning for int8 buys: the int8 file without and with it, of some data sets.

python benchmarks/qat.py DATA [--only flowers sst2 spoken_digits wide] [--epochs N] [--seeds N]

DATA has a folder for each data set, as they are unpacked. Each is trained twice with one seed, with
`--qat` and without; the first epochs are the same. `wide` is a network for flowers some of whose
channels are 64 times as large as others, for the same answers: what one range for all channels
cannot hold. Rows go to standard output, ready for RESULTS.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from results import describe_machine

import kerasapps
from kerasapps.config import CompressConfig, ExportConfig, ImageConfig, TrainConfig

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
    parser.add_argument("--seeds", type=int, default=1)
    arguments = parser.parse_args()
    print(f"{describe_machine()}; `{' '.join(sys.argv)}`\n")
    print("| data | seed | qat | Keras | int8 | change | agreement | size |")
    print("|" + "---|" * 8)
    for name in arguments.only:
        for seed in range(arguments.seeds):
            train = TrainConfig(seed=seed, epochs=arguments.epochs)
            for qat in (False, True):
                print(_row(name, CASES[name], arguments.data, train, qat=qat), flush=True)


def _row(name: str, case: Case, data: Path, train: TrainConfig, *, qat: bool) -> str:
    with tempfile.TemporaryDirectory() as folder:
        result = case.train(
            str(data / case.data),
            output_dir=Path(folder) / "run",
            train=train,
            compress=CompressConfig(qat=qat),
            export=_EXPORT,
            **case.options,
        )
    (int8,) = (each for each in result.artifacts if each.name == "int8")
    begin = f"| {name} | {train.seed} | {'yes' if qat else 'no'}"
    if int8.metric is None or int8.delta is None or int8.agreement is None:
        return f"{begin} | – | {int8.reason} |"
    size = 0 if int8.size_bytes is None else int8.size_bytes
    keras_share = 100 * int8.metric - int8.delta
    return (
        f"{begin} | {keras_share:.2f} % | {100 * int8.metric:.2f} % | {int8.delta:+.2f} | "
        f"{100 * int8.agreement:.2f} % | {size / 1e3:.0f} kB |"
    )


if __name__ == "__main__":
    main()
