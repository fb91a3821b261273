"""Sequences: a small model learns to copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.recipes.translation.criterion import TOKEN_CRITERION
from kerasapps.start import Start
from kerasapps.training import History, seed_everything
from kerasapps.training.in_phases import fit_in_phases
from tests.training.small import CPU, TWO_EPOCHS, Silent

START, END, VOCABULARY, WIDTH = 2, 3, 12, 32
LENGTHS = (4, 6)  # two shapes of batches
BATCH, STEPS = 32, 12


def make_pairs(length: int, seed: int) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """Random sources, the decoder's inputs and its targets, which repeat the source."""
    random = np.random.default_rng(seed)
    source = random.integers(4, VOCABULARY, (BATCH, length)).astype(np.int32)
    used = random.integers(1, length + 1, BATCH)
    source[np.arange(length) >= used[:, None]] = 0
    target = np.pad(source, ((0, 0), (0, 1)))
    target[np.arange(BATCH), used] = END
    start = np.full((BATCH, 1), START, np.int32)
    return (source, np.concatenate([start, target[:, :-1]], axis=1)), target


def dataset(batches: Any) -> tf.data.Dataset:
    rows = tf.TensorSpec((None, None), tf.int32)
    return tf.data.Dataset.from_generator(lambda: batches, output_signature=((rows, rows), rows))


def training_batches(start: Start) -> tf.data.Dataset:
    """Endless batches of both shapes in turn."""

    def batches() -> Any:
        step = start.number(STEPS)
        while True:
            yield make_pairs(LENGTHS[step % 2], seed=step)
            step += 1

    rows = tf.TensorSpec((None, None), tf.int32)
    return tf.data.Dataset.from_generator(batches, output_signature=((rows, rows), rows))


def validation_batches() -> tf.data.Dataset:
    return dataset([make_pairs(length, seed=10**6) for length in LENGTHS])


class Places(keras.layers.Embedding):
    """An embedding of positions instead of ids."""

    def call(self, inputs: Any) -> Any:
        steps = keras.ops.ones_like(inputs[:1]) * keras.ops.arange(keras.ops.shape(inputs)[1])
        return super().call(steps)


def make_model() -> keras.Model:
    """One layer of attention from target positions to source positions, learned positions."""
    keras.utils.clear_session(free_memory=False)
    source = keras.Input((None,), dtype="int32")
    before = keras.Input((None,), dtype="int32")
    words = keras.layers.Embedding(VOCABULARY, WIDTH, name="words")
    places = Places(max(LENGTHS) + 1, WIDTH, name="places")
    memory, query = words(source) + places(source), words(before) + places(before)
    attended = keras.layers.MultiHeadAttention(2, WIDTH // 2, name="look")(query, memory)
    x = keras.layers.Dropout(0.05)(keras.layers.Add()([query, attended]))
    x = keras.layers.Dense(64, activation="relu", name="think")(x)
    return keras.Model([source, before], keras.layers.Dense(VOCABULARY, name="logits")(x))


def train(folder: Path, config: TrainConfig, **changes: Any) -> tuple[keras.Model, History]:
    seed_everything(config)
    model = make_model()
    arguments: dict[str, Any] = {
        "batches": training_batches,
        "validation": validation_batches(),
        "steps_per_epoch": STEPS,
        "config": config,
        "runtime": CPU,
        "folder": folder,
        "settings": {"seed": config.seed},
        "length": TWO_EPOCHS,
        "reporter": Silent(),
        "answer": TRANSLATIONS,
        "criterion": TOKEN_CRITERION,
        **changes,
    }
    return model, fit_in_phases(model, **arguments)


def by_hand(model: keras.Model) -> tuple[float, float]:
    """Validation loss and accuracy per token, with Keras' own loss."""
    losses, right = [], []
    for x, y in validation_batches().as_numpy_iterator():
        logits = model(x, training=False)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
        losses.extend(np.asarray(loss(y, logits))[y != 0])
        right.extend((np.argmax(logits, -1) == y)[y != 0])
    return float(np.mean(losses)), float(np.mean(right))


ADAM = {
    "optimizer": "adam",
    "learning_rate": 0.01,
    "beta_2": 0.98,
    "schedule": "inverse_sqrt",
    "monitor": "accuracy",
}


def test_learns_to_copy(tmp_path):
    config = TrainConfig(epochs=20, clip_norm=1.0, average_checkpoints=2, **ADAM)
    model, history = train(tmp_path, config)
    assert history.rows[-1].loss < 0.1 < history.rows[0].loss
    assert history.best.val_loss < 0.05 and history.best.val_figure > 0.98
    assert by_hand(model) == pytest.approx(
        [history.best.val_loss, history.best.val_figure], rel=1e-4
    )
