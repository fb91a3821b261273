"""Every builder learns, with its own hints."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.models import IMAGE_MODELS, adapt


@pytest.mark.parametrize("name", sorted(IMAGE_MODELS))
def test_learns_which_way_stripes_run(name: str) -> None:
    keras.utils.set_random_seed(1)
    pictures, labels = _stripes(64)
    model = IMAGE_MODELS[name].build(
        input_shape=(16, 16, 1), num_classes=2, width=0.25, depth=0.25, dropout=0.0
    )
    adapt(model, pictures)
    rate = IMAGE_MODELS[name].learning_rate or 1e-3
    model.compile(
        keras.optimizers.AdamW(rate),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=False,
    )
    before = [np.array(weight) for weight in model.trainable_weights]
    for step in range(50):
        half = slice(32, None) if step % 2 else slice(32)
        model.train_on_batch(pictures[half], labels[half])
    new_pictures, new_labels = _stripes(64, seed=1)
    predicted = model.predict(new_pictures, verbose=0).argmax(-1)
    assert (predicted == new_labels).mean() > 0.9
    stuck = [
        weight.path
        for old, weight in zip(before, model.trainable_weights, strict=True)
        if np.array_equal(old, weight)
    ]
    assert stuck == []


def _stripes(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Noisy stripes across (0) and down (1), at random phases."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, count)
    phase = rng.integers(0, 4, count)
    wave = (np.arange(16)[None] + phase[:, None]) // 2 % 2 * 150.0
    pictures = np.where(labels[:, None, None] == 0, wave[:, :, None], wave[:, None, :])
    noisy = pictures + 50 + rng.normal(0, 15, pictures.shape)
    return np.clip(noisy, 0, 255).astype(np.float32)[..., None], labels
