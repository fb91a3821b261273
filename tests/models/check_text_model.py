"""The battery that every text model goes through."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from kerasapps.models.text_common import TextShape
from tests.layers import tflite

LENGTH = 5  # odd, so that a halved mask has a last window of one token
SHAPE = TextShape(vocabulary_size=50, num_classes=3, width=0.25)
EXPORT = dataclasses.replace(SHAPE, length=LENGTH, for_export=True)

Builder = Callable[[TextShape], keras.Model]


def texts(count: int = LENGTH) -> np.ndarray:
    """Ids padded to `LENGTH`, of every length from 1 on, over and over."""
    ids = np.random.default_rng(0).integers(1, 50, (count, LENGTH), dtype=np.int32)
    return np.where(np.arange(LENGTH) < 1 + np.arange(count)[:, None] % LENGTH, ids, 0)


def lively(model: keras.Model) -> keras.Model:
    """With weights as large as training makes them, so that differences are seen."""
    rng = np.random.default_rng(1)
    for weight in model.weights:
        if not (weight.trainable or "votes/" in weight.path):
            continue  # such as the state of a random number generator
        table = any(name in weight.path for name in ("embedding/", "votes"))
        scale = 1.0 if table else 2.0 / max(weight.shape) ** 0.5
        weight.assign(rng.normal(scale=scale, size=weight.shape))
    return model


def check_padding(build: Builder) -> None:
    """Neither padding nor the rest of the batch changes a text's logits."""
    model, ids = lively(build(SHAPE)), texts()
    together = np.asarray(model(ids))
    assert together.shape == (LENGTH, 3) and together.dtype == np.float32
    assert np.ptp(together, axis=0).min() > 0.1
    assert model.name == build.__name__ and model.input_shape == (None, None)
    for length in range(1, LENGTH + 1):
        alone = np.asarray(model(ids[length - 1 : length, :length]))
        np.testing.assert_allclose(together[length - 1], alone[0], atol=1e-5)
    assert np.isfinite(np.asarray(model(np.zeros((2, 4), np.int32)))).all()


def check_export(build: Builder, folder: Path) -> None:
    """The twin for export has the same weights, and its TFLite files agree at every length."""
    model, twin = lively(build(SHAPE)), build(EXPORT)
    assert [weight.path for weight in twin.weights] == [weight.path for weight in model.weights]
    twin.set_weights(model.get_weights())
    expected, saved = np.asarray(model(texts())), tflite.export(twin, folder)
    actual = tflite.run(tflite.convert(saved), texts())
    np.testing.assert_allclose(actual, expected, atol=1e-4)
    # 8 bits for weights and activations: near enough for the ranking of any clear case.
    small = tflite.run(tflite.convert(saved, calibration=texts(200)), texts(90))
    assert np.corrcoef(small.ravel(), np.asarray(model(texts(90))).ravel())[0, 1] > 0.98


def check_options(build: Builder) -> None:
    """Width, depth and both dropouts do what they say."""
    sizes = [
        build(dataclasses.replace(SHAPE, width=width, depth=depth)).count_params()
        for width, depth in ((0.25, 1), (0.5, 1), (0.25, 2))
    ]
    assert sizes[0] < sizes[1] and sizes[0] < sizes[2]
    off = build(dataclasses.replace(SHAPE, dropout=0.0, word_dropout=0.0))
    assert not {"head_dropout", "word_dropout"} & {layer.name for layer in off.layers}
    on = build(dataclasses.replace(SHAPE, dropout=0.37, word_dropout=0.21, unknown_id=7))
    assert on.get_layer("head_dropout").rate == 0.37
    hidden = on.get_layer("word_dropout")
    assert (hidden.rate, hidden.unknown_id) == (0.21, 7)


def check_saving(build: Builder, folder: Path) -> None:
    """A `.keras` file gives the same logits."""
    model = lively(build(SHAPE))
    model.save(folder / "model.keras")
    loaded = keras.models.load_model(folder / "model.keras")
    np.testing.assert_allclose(loaded(texts()), model(texts()), atol=1e-5)


def check_mixed_precision(build: Builder) -> None:
    """Logits are float32 under mixed precision, and the weights fit the float32 model."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        mixed = build(SHAPE)
        outputs = mixed(texts(), training=True)
    finally:
        keras.config.set_dtype_policy(before)
    assert outputs.dtype == "float32" and np.isfinite(outputs).all()
    build(SHAPE).set_weights(mixed.get_weights())
