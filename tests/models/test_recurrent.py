from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from kerasapps.errors import ConfigError
from kerasapps.models.recurrent import bilstm, cnn_lstm, gru, lstm, lstm_attention, rnn
from kerasapps.models.text_common import TextShape
from tests.layers import tflite

BUILDERS = [rnn, lstm, bilstm, gru, lstm_attention, cnn_lstm]
LENGTH = 9  # odd, so that the halved mask of cnn_lstm has a last window of one token
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
    for weight in model.trainable_weights:
        scale = 1.0 if "embedding" in weight.path else 2.0 / max(weight.shape) ** 0.5
        weight.assign(rng.normal(scale=scale, size=weight.shape))
    return model


@pytest.mark.parametrize("build", BUILDERS)
def test_padding_and_the_rest_of_the_batch_change_nothing(build: Builder) -> None:
    model, ids = lively(build(SHAPE)), texts()
    together = np.asarray(model(ids))
    assert together.shape == (LENGTH, 3) and together.dtype == np.float32
    assert np.ptp(together, axis=0).min() > 0.1
    assert model.layers[-1].name == "logits" and model.name == build.__name__
    for length in range(1, LENGTH + 1):
        alone = np.asarray(model(ids[length - 1 : length, :length]))
        np.testing.assert_allclose(together[length - 1], alone[0], atol=1e-5)
    assert np.isfinite(np.asarray(model(np.zeros((2, 4), np.int32)))).all()


@pytest.mark.parametrize("build", BUILDERS)
def test_the_exported_twin_agrees_at_every_length(build: Builder, tmp_path: Path) -> None:
    model, twin = lively(build(SHAPE)), build(EXPORT)
    assert [weight.path for weight in twin.weights] == [weight.path for weight in model.weights]
    twin.set_weights(model.get_weights())
    expected, saved = np.asarray(model(texts())), tflite.export(twin, tmp_path)
    actual = tflite.run(tflite.convert(saved), texts())
    np.testing.assert_allclose(actual, expected, atol=1e-4)
    # 8 bits for weights and activations: near enough for the ranking of any clear case.
    small = tflite.run(tflite.convert(saved, calibration=texts(200)), texts(90))
    assert np.corrcoef(small.ravel(), np.asarray(model(texts(90))).ravel())[0, 1] > 0.98


@pytest.mark.parametrize("build", BUILDERS)
def test_width_depth_and_dropout_change_the_model(build: Builder) -> None:
    sizes = [
        build(dataclasses.replace(SHAPE, width=width, depth=depth)).count_params()
        for width, depth in ((0.25, 1), (0.5, 1), (0.25, 2))
    ]
    assert sizes[0] < sizes[1] and sizes[0] < sizes[2]
    off = build(dataclasses.replace(SHAPE, dropout=0.0, word_dropout=0.0))
    assert not {"head_dropout", "word_dropout"} & {layer.name for layer in off.layers}
    assert build(dataclasses.replace(SHAPE, dropout=0.37)).get_layer("head_dropout").rate == 0.37


def test_an_export_without_a_length_is_refused() -> None:
    with pytest.raises(ConfigError, match="is exported for one number of tokens"):
        lstm(dataclasses.replace(EXPORT, length=None))
