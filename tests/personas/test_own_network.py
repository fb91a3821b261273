"""A data scientist with data sets and a network of their own: from training to a loaded bundle."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import kerasapps
from kerasapps.export import GraphPreprocess, export_tflite, scan_tflite, verify_tflite
from kerasapps.training import History, QuietReporter, fit

STEPS, SIZE, EPOCHS = 6, 16, 4
LABELS = ("low", "middle", "high")


def examples(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points, float32 `(n, 6)`; which of the first three numbers is largest is the class."""
    x = np.random.default_rng(seed).normal(size=(count, 6)).astype(np.float32)
    return x, x[:, :3].argmax(axis=1)


TRAIN, VALIDATION, TEST = examples(STEPS * SIZE, 0), examples(64, 1), examples(64, 2)


def batches(first_epoch: int) -> tf.data.Dataset:
    """Endless batches, shuffled by the number of the epoch."""

    def epoch(number: tf.Tensor) -> tf.data.Dataset:
        order = tf.random.experimental.stateless_shuffle(tf.range(STEPS * SIZE), [5, number])
        rows = tuple(tf.gather(part, order) for part in TRAIN)
        return tf.data.Dataset.from_tensor_slices(rows).batch(SIZE)

    return tf.data.Dataset.range(first_epoch, 10**9).flat_map(epoch)


def network() -> keras.Model:
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


def train(folder: Path, source=batches) -> tuple[keras.Model, History]:
    model = network()
    validation = tf.data.Dataset.from_tensor_slices(VALIDATION).batch(32)
    history = fit(
        model,
        source,
        validation,
        config=kerasapps.TrainConfig(epochs=EPOCHS, learning_rate=0.05, ema=0.9),
        steps_per_epoch=STEPS,
        folder=folder,
        reporter=QuietReporter(),
    )
    return model, history


def from_text(text: tf.Tensor) -> tf.Tensor:
    """ "0.1,0.2,…" → the network's inputs."""
    return tf.strings.to_number(tf.strings.split(text, ",").to_tensor(shape=(None, 6)))


def test_trained_killed_and_resumed_exported_proven_bundled_and_loaded(tmp_path: Path) -> None:
    whole, expected = train(tmp_path / "whole")
    with pytest.raises(tf.errors.OutOfRangeError):  # the data end in the middle of an epoch
        train(tmp_path / "killed", lambda first: batches(first).take(2 * STEPS + 3))
    begun: list[int] = []
    model, history = train(tmp_path / "killed", lambda first: begun.append(first) or batches(first))
    assert set(begun) == {2}
    assert len(history.rows) == EPOCHS
    assert [row.val_loss for row in history.rows] == [row.val_loss for row in expected.rows]
    for resumed, uninterrupted in zip(model.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(resumed, uninterrupted)
    assert history.best.val_figure > 0.5

    modes = ("float32", "int8")
    files = export_tflite(model, tmp_path / "files", modes=modes, calibration=TRAIN[0])
    assert scan_tflite(files["int8"]) == ()
    proven = verify_tflite(files["int8"], model, TEST[0], targets=TEST[1], tolerance=5)
    assert proven.passed, proven.reason
    assert not verify_tflite(files["int8"], model, TEST[0], targets=2 - TEST[1]).metric > 0.5

    artifacts = kerasapps.export.write_bundle(
        model,
        tmp_path / "bundle",
        test=TEST,
        labels=LABELS,
        preprocess=GraphPreprocess(from_text, takes={"text": tf.string}),
        raw=[",".join(map(str, row)) for row in TEST[0]],
        export=kerasapps.ExportConfig(quantization=("float32",)),
        history=history,
    )
    assert [(each.name, each.passed) for each in artifacts] == [
        ("float32", True),
        ("saved_model", True),
    ]
    answers = model.predict(TEST[0], verbose=0)
    bundle = kerasapps.load_bundle(tmp_path / "bundle")
    predicted = bundle.predict(TEST[0])
    assert [each.label for each in predicted] == [LABELS[best] for best in answers.argmax(1)]
    assert predicted[0].score == pytest.approx(answers[0].max(), abs=1e-5)
    assert {"report.html", "history.csv", "model.keras", "saved_model"} <= {
        path.name for path in (tmp_path / "bundle").iterdir()
    }
