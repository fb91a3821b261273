"""Every builder: saved, and converted to float32 and int8 TFLite."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from kerasapps.models import IMAGE_MODELS, adapt
from tests.layers import tflite

# The same operators as at full size, in a fraction of the time; benchmarks/all_models.py
# takes all of them at full size.
_SIZE = {"width": 0.25, "depth": 0.25}


@pytest.mark.parametrize("name", sorted(IMAGE_MODELS))
def test_saves_and_converts(name: str, tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    pictures = _gradients(48)
    model = IMAGE_MODELS[name].build(input_shape=(32, 32, 3), num_classes=4, **_SIZE)
    adapt(model, pictures)
    _settle(model, pictures)
    expected = np.asarray(model(pictures))

    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded(pictures), expected, rtol=1e-4, atol=1e-4)

    saved = tflite.export(model, tmp_path / "saved")
    outputs = tflite.run(tflite.convert(saved), pictures[:8])
    np.testing.assert_allclose(outputs, expected[:8], rtol=1e-2, atol=1e-3)

    int8 = tflite.convert(saved, calibration=pictures)
    assert tflite.float_tensors(int8) == []
    error = tflite.run(int8, pictures) - expected
    spread = expected - expected.mean(0)
    assert np.sqrt((error**2).mean()) < 0.2 * np.sqrt((spread**2).mean())


def _gradients(count: int) -> np.ndarray:
    """Colour gradients of random direction, with noise: pictures that differ in content."""
    rng = np.random.default_rng(0)
    ramp = np.linspace(0, 1, 32)
    slope = rng.uniform(-1, 1, (count, 2, 1, 1, 3))
    pictures = slope[:, 0] * ramp[:, None, None] + slope[:, 1] * ramp[None, :, None]
    pictures += rng.uniform(0, 1, (count, 1, 1, 3)) + rng.normal(0, 0.1, pictures.shape)
    return np.clip(pictures * 127 + 64, 0, 255).astype(np.float32)


def _settle(model: keras.Model, pictures: np.ndarray) -> None:
    """Lets batch normalization see the pictures, as training would."""
    for _ in range(25):
        model(pictures, training=True)
