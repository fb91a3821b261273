"""Training speed: our loop and runtime policy against plain Keras with its defaults.

    python benchmarks/train_throughput.py

Both sides train the same architecture on the same random pictures, each in a process of its own,
in turn, so that a change of the machine's speed meets both. Plain Keras is `compile` and `fit` as a
Keras user writes them, in a process that never imports kerasapps' settings: `jit_compile` is left
alone, and so is TensorFlow's choice of kernels. The first epoch, which compiles, does not count.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

STEPS = 20
CLASSES = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", choices=["ours", "keras"], help="run one side only, and print it")
    parser.add_argument("--model", nargs="+", default=["cnn", "resnet", "mobile_cnn"])
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.side:
        measure = ours if arguments.side == "ours" else plain_keras
        print(measure(arguments.model[0], arguments.size, arguments.batch))
        return
    from results import record

    rows = [compare(model, arguments) for model in arguments.model]
    print(record("Training throughput against plain Keras' defaults", rows))


def compare(model: str, arguments: argparse.Namespace) -> dict[str, object]:
    """Both sides in turn; medians and the median of the ratios pair by pair."""
    pairs = [
        (one_side("ours", model, arguments), one_side("keras", model, arguments))
        for _ in range(arguments.rounds)
    ]
    ratio = statistics.median(ours_ / keras_ for ours_, keras_ in pairs)
    return {
        "model": model,
        "pictures": f"{arguments.size}×{arguments.size}, batch {arguments.batch}",
        "ours": f"{statistics.median(each for each, _ in pairs):.0f} images/s",
        "plain Keras": f"{statistics.median(each for _, each in pairs):.0f} images/s",
        "ratio": f"{ratio:.2f}×",
        "n": f"{arguments.rounds} rounds of {STEPS} steps",
        "seed": 0,
    }


def one_side(side: str, model: str, arguments: argparse.Namespace) -> float:
    """Images per second of one side in a fresh process."""
    environment = {k: v for k, v in os.environ.items() if k != "TF_ENABLE_ONEDNN_OPTS"}
    command = [
        sys.executable,
        __file__,
        "--side",
        side,
        "--model",
        model,
        "--size",
        str(arguments.size),
        "--batch",
        str(arguments.batch),
    ]
    ended = subprocess.run(
        command,
        env=environment | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(ended.stdout.split()[-1])


def ours(name: str, size: int, batch: int) -> float:
    """The recipe's way: its batches, its runtime, its loop."""
    import kerasapps  # noqa: F401  (before TensorFlow, whose settings it makes)
    from kerasapps import models
    from kerasapps.config import ModelConfig, TrainConfig
    from kerasapps.preprocess.augment import Augmentation
    from kerasapps.preprocess.pipeline import evaluation_batches, training_batches
    from kerasapps.training import choose_runtime, fit

    images, labels = pictures(size, batch)
    config = TrainConfig(epochs=2, early_stopping=0)
    runtime = choose_runtime(models.find_image_model(name).family, config)
    with runtime.scope():
        model = models.build_image_model(
            ModelConfig(model=name), input_shape=(size, size, 3), num_classes=CLASSES
        )
    speed = Speed()
    with tempfile.TemporaryDirectory() as folder:
        fit(
            model,
            batches=lambda epoch: training_batches(
                images,
                labels,
                num_classes=CLASSES,
                batch_size=batch,
                seed=0,
                first_epoch=epoch,
                augmentation=Augmentation(),
            ),
            validation=evaluation_batches(
                images[:batch], labels[:batch], num_classes=CLASSES, batch_size=batch
            ),
            steps_per_epoch=STEPS,
            config=config,
            runtime=runtime,
            folder=Path(folder),
            settings={},
            epochs=2,
            reporter=speed,
        )
    return batch * speed.steps_per_second


class Speed:
    """A reporter that keeps the speed of the second epoch, validation left out."""

    steps_per_second = 0.0

    def begin(self, plan: object) -> None:
        """Nothing to do."""

    def update(self, moment: Any) -> None:
        """The first epoch compiles and does not count."""
        if moment.epoch == 2:
            self.steps_per_second = moment.step / moment.seconds

    def epoch(self, row: object, *, best: bool) -> None:
        """Nothing to do."""

    def end(self, history: object) -> None:
        """Nothing to do."""


def plain_keras(name: str, size: int, batch: int) -> float:
    """`compile` and `fit` with nothing but the defaults."""
    import keras
    import tensorflow as tf

    # TensorFlow settles its choice of kernels with the first operation; ours comes too late.
    tf.nn.conv2d(tf.zeros((1, 4, 4, 1)), tf.zeros((3, 3, 1, 1)), 1, "SAME")
    from kerasapps import models

    images, labels = pictures(size, batch)
    model = models.find_image_model(name).build(input_shape=(size, size, 3), num_classes=CLASSES)
    model.compile(
        "adamw", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
    )
    inputs = images.astype("float32")
    model.fit(inputs, labels, batch_size=batch, epochs=1, verbose=0)
    started = time.perf_counter()
    model.fit(inputs, labels, batch_size=batch, epochs=1, verbose=0)
    return len(images) / (time.perf_counter() - started)


def pictures(size: int, batch: int) -> tuple[Any, Any]:
    """Random uint8 pictures for `STEPS` batches, and labels."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (STEPS * batch, size, size, 3), dtype=np.uint8)
    return images, random.integers(0, CLASSES, STEPS * batch)


if __name__ == "__main__":
    main()
