"""Training speed: our loop and runtime policy against plain Keras with its defaults.

    python benchmarks/train_throughput.py

Both sides train the same architecture on the same random pictures, each in a process of its own,
in turn, so that a change of the machine's speed meets both. Plain Keras is `compile` and `fit` as a
Keras user writes them, in a process that never imports kerasapps' settings: `jit_compile` is left
alone, and so is TensorFlow's choice of kernels. The first epoch, which compiles, does not count.
"""

from __future__ import annotations

import argparse
import functools
import time
from typing import Any

import numpy as np
from paired import in_turn, our_steps_per_second

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
    options = ["--model", model, "--size", arguments.size, "--batch", arguments.batch]
    found = in_turn(__file__, options, rounds=arguments.rounds)
    return {
        "model": model,
        "pictures": f"{arguments.size}×{arguments.size}, batch {arguments.batch}",
        "ours": f"{found.ours:.0f} images/s",
        "plain Keras": f"{found.keras:.0f} images/s",
        "ratio": f"{found.ratio:.2f}×",
        "n": f"{arguments.rounds} rounds of {STEPS} steps",
        "seed": 0,
    }


def ours(name: str, size: int, batch: int) -> float:
    """The recipe's way: its batches, its runtime, its loop."""
    import kerasapps  # noqa: F401  (before TensorFlow, whose settings it makes)
    from kerasapps.config import ModelConfig, TrainConfig
    from kerasapps.preprocess.augmentation import Augmentation, augment
    from kerasapps.preprocess.pipeline import evaluation_batches, training_batches
    from kerasapps.recipes.image_classification.architectures import (
        ARCHITECTURES,
        build_classifier,
    )
    from kerasapps.training import choose_runtime

    images, labels = pictures(size, batch)
    runtime = choose_runtime(ARCHITECTURES.find(name).family, TrainConfig())
    with runtime.scope():
        model = build_classifier(
            ModelConfig(model=name), input_shape=(size, size, 3), num_classes=CLASSES
        )
    speed = our_steps_per_second(
        model,
        runtime,
        batches=lambda start: training_batches(
            images,
            labels,
            num_classes=CLASSES,
            batch_size=batch,
            seed=0,
            start=start,
            transform=functools.partial(augment, augmentation=Augmentation()),
        ),
        validation=evaluation_batches(
            images[:batch], labels[:batch], num_classes=CLASSES, batch_size=batch
        ),
        steps=STEPS,
    )
    return batch * speed


def plain_keras(name: str, size: int, batch: int) -> float:
    """`compile` and `fit` with nothing but the defaults."""
    import keras
    import tensorflow as tf

    # TensorFlow settles its choice of kernels with the first operation; ours comes too late.
    tf.nn.conv2d(tf.zeros((1, 4, 4, 1)), tf.zeros((3, 3, 1, 1)), 1, "SAME")
    from kerasapps.recipes.image_classification.architectures import ARCHITECTURES

    images, labels = pictures(size, batch)
    model = ARCHITECTURES.find(name).build(input_shape=(size, size, 3), num_classes=CLASSES)
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
