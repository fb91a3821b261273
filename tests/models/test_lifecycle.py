"""Every builder learns, is saved, and is converted to float32 and int8 TFLite."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from kerasapps.models import adapt
from kerasapps.recipes.image_classification.architectures import ARCHITECTURES
from tests.layers import tflite

# Each has a relative of the same operators and the same plan among the others.
_SLOW = {"alexnet", "vgg", "fast_resnet", "inception"}
_NAMES = [
    pytest.param(name, marks=[pytest.mark.slow] if name in _SLOW else [])
    for name in sorted(ARCHITECTURES.names)
]

# The same operators as at full size, in a fraction of the time; benchmarks/all_models.py
# takes all of them at full size.
_SIZE = {"width": 0.25, "depth": 0.25, "dropout": 0.0}


@pytest.fixture(scope="module", params=_NAMES)
def fitted(request: pytest.FixtureRequest) -> keras.Model:
    """A small model, trained on 64 pictures with the hints of the registry."""
    keras.utils.set_random_seed(1)
    entry = ARCHITECTURES.known[request.param]
    pictures, labels = _stripes(64)
    model = entry.build(input_shape=(32, 32, 3), num_classes=2, **_SIZE)
    adapt(model, pictures)
    model.initial_weights = [np.array(weight) for weight in model.trainable_weights]
    model.compile(
        keras.optimizers.AdamW(entry.training.get("learning_rate", 1e-3)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=False,
    )
    model.optimizer.build(model.trainable_variables)  # or the step would be traced twice
    for step in range(40):
        half = slice(32, None) if step % 2 else slice(32)
        model.train_on_batch(pictures[half], labels[half])
    return model


@pytest.fixture(scope="module")
def saved(fitted: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained model as a SavedModel."""
    return tflite.export(fitted, tmp_path_factory.mktemp("saved"))


def test_learns_and_trains_every_weight(fitted: keras.Model) -> None:
    pictures, labels = _stripes(64, seed=1)
    predicted = np.asarray(fitted(pictures)).argmax(-1)
    assert (predicted == labels).mean() > 0.9
    pairs = zip(fitted.initial_weights, fitted.trainable_weights, strict=True)
    assert [weight.path for old, weight in pairs if np.array_equal(old, weight)] == []


def test_is_saved(fitted: keras.Model, tmp_path: Path) -> None:
    pictures, _ = _stripes(4, seed=2)
    fitted.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded(pictures), fitted(pictures), rtol=1e-4, atol=1e-4)


def test_converts_to_float32(fitted: keras.Model, saved: Path) -> None:
    pictures, _ = _stripes(8, seed=2)
    outputs = tflite.run(tflite.convert(saved), pictures)
    np.testing.assert_allclose(outputs, fitted(pictures), rtol=1e-2, atol=1e-3)


def test_converts_to_full_int8(fitted: keras.Model, saved: Path) -> None:
    calibration, _ = _stripes(32)
    pictures, _ = _stripes(32, seed=2)
    flatbuffer = tflite.convert(saved, calibration=calibration)
    assert tflite.float_tensors(flatbuffer) == []
    outputs, expected = tflite.run(flatbuffer, pictures), np.asarray(fitted(pictures))
    assert (outputs.argmax(-1) == expected.argmax(-1)).mean() >= 0.95
    error = outputs - expected
    assert np.sqrt((error**2).mean()) < 0.2 * expected.std()


def _stripes(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Noisy stripes across (0) and down (1), at random phases and in random colours."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, count)
    phase = rng.integers(0, 8, count)
    wave = (np.arange(32)[None] + phase[:, None]) // 4 % 2 * 1.0
    stripes = np.where(labels[:, None, None] == 0, wave[:, :, None], wave[:, None, :])
    pictures = 50 + stripes[..., None] * rng.uniform(80, 180, (count, 1, 1, 3))
    noisy = pictures + rng.normal(0, 15, pictures.shape)
    return np.clip(noisy, 0, 255).astype(np.float32), labels
