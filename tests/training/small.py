"""A classifier, its data and its training, small enough for tests of the training package."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.start import Start
from kerasapps.training import Course, EpochRow, History, Moment, Runtime, seed_everything
from kerasapps.training.in_phases import fit_in_phases
from kerasapps.training.length import Length

COUNT = 3
SIZE = 8
BATCH = 16
STEPS = 6
TWO_EPOCHS = Length(usual=2, most=2, patience=2)
CPU = Runtime("float32", False, "test", "CPU")


def make_examples(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Noisy pictures with a bright band that tells the class, and one-hot labels."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, COUNT, count)
    images = random.normal(100, 30, (count, SIZE, SIZE, 3)).astype(np.float32)
    for label in range(COUNT):
        images[labels == label, 2 * label : 2 * label + 3] += 60
    return images, np.eye(COUNT, dtype=np.float32)[labels]


def training_batches(start: Start) -> tf.data.Dataset:
    """Endless batches; the order of an epoch depends on its number alone."""
    images, labels = make_examples(BATCH * STEPS, seed=0)

    def epoch(number: Any) -> tf.data.Dataset:
        order = tf.random.experimental.stateless_shuffle(tf.range(BATCH * STEPS), [1, number])
        pairs = (tf.gather(images, order), tf.gather(labels, order))
        return tf.data.Dataset.from_tensor_slices(pairs).batch(BATCH, drop_remainder=True)

    whole = tf.data.Dataset.range(start.epoch, 10**9).flat_map(epoch).skip(start.step)
    first, end = start.share.bounds(BATCH)
    return whole.map(lambda x, y: (x[first:end], y[first:end]))


def validation_batches() -> tf.data.Dataset:
    """Two batches."""
    return tf.data.Dataset.from_tensor_slices(make_examples(2 * BATCH, seed=1)).batch(BATCH)


def make_backbone() -> keras.Model:
    """Two convolutions and a batch norm, as a model.

    Names are counted afresh: operations are ordered by name, and sums must come out equal to the
    last bit when a test trains the same model twice.
    """
    keras.utils.clear_session(free_memory=False)
    inputs = keras.Input((SIZE, SIZE, 3))
    x = keras.layers.Conv2D(8, 3, name="first")(inputs)
    x = keras.layers.BatchNormalization(name="norm")(x)
    x = keras.layers.ReLU()(x)
    x = keras.layers.Conv2D(8, 3, name="second")(x)
    return keras.Model(inputs, x, name="backbone")


def make_model(backbone: keras.Model | None = None, *, training: bool | None = None) -> keras.Model:
    """Rescaling, a backbone, dropout and the logits."""
    inputs = keras.Input((SIZE, SIZE, 3))
    x = keras.layers.Rescaling(1 / 64, -2)(inputs)
    x = (backbone or make_backbone())(x, training=training)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dropout(0.2)(x)
    return keras.Model(inputs, keras.layers.Dense(COUNT, name="logits", dtype="float32")(x))


class Silent:
    """A reporter that keeps what it hears, and stops the training after an epoch if asked to."""

    def __init__(self, *, interrupt_after: int = 0) -> None:
        self.interrupt_after = interrupt_after
        self.rows: list[EpochRow] = []
        self.ended = False

    def begin(self, course: Course) -> None:
        self.course = course

    def update(self, moment: Moment) -> None:
        pass

    def epoch(self, row: EpochRow, *, best: bool) -> None:
        self.rows.append(row)
        if row.epoch == self.interrupt_after:
            raise KeyboardInterrupt

    def end(self, history: History) -> None:
        self.ended = True


def train(
    folder: Path, config: TrainConfig, *, model: keras.Model | None = None, **changes: Any
) -> tuple[keras.Model, History]:
    """Train the small model, or `model`, in `folder`; `changes` go to `fit_in_phases`."""
    if model is None:
        seed_everything(config)
        model = make_model()
    arguments: Mapping[str, Any] = {
        "batches": training_batches,
        "validation": validation_batches(),
        "steps_per_epoch": STEPS,
        "config": config,
        "runtime": CPU,
        "folder": folder,
        "settings": {"seed": config.seed},
        "length": TWO_EPOCHS,
        "answer": CLASSES,
        "criterion": CLASS_CRITERION,
        "reporter": Silent(),
        **changes,
    }
    return model, fit_in_phases(model, **arguments)
