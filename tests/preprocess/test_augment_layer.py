from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.errors import ConfigError, DataError
from kerasapps.preprocess import Augment, Augmentation, augment

PICTURES = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)


def test_pictures_are_changed_in_training_as_by_the_function_and_else_pass() -> None:
    layer = Augment(Augmentation(flip=True, translate=0.2), seed=3)
    draw = keras.random.SeedGenerator(3).next()
    expected, _ = augment(
        PICTURES, np.zeros((4, 1)), seed=draw, augmentation=Augmentation(flip=True, translate=0.2)
    )
    first = layer(PICTURES, training=True)
    np.testing.assert_array_equal(first, expected)
    assert (np.asarray(first) != PICTURES).any()
    assert (np.asarray(layer(PICTURES, training=True)) != np.asarray(first)).any()
    np.testing.assert_array_equal(layer(PICTURES), PICTURES)


def test_a_model_with_the_layer_is_saved_and_loaded(tmp_path) -> None:
    model = keras.Sequential([keras.Input((8, 8, 3)), Augment("light", seed=3)])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.layers[0].augmentation == model.layers[0].augmentation
    assert loaded.layers[0].get_config() == model.layers[0].get_config()


def test_what_needs_targets_is_refused() -> None:
    with pytest.raises(ConfigError, match="augment_batches"):
        Augment(Augmentation(mixup=0.2))
    with pytest.raises(ConfigError, match="none, light, strong"):
        Augment("mild")


def test_a_single_picture_is_refused() -> None:
    with pytest.raises(DataError, match=r"shape \(8, 8, 3\): a batch"):
        Augment("light")(PICTURES[0], training=True)
    with pytest.raises(DataError, match=r"shape \(None, 8, 3\): a batch"):
        Augment("light")(keras.Input((8, 3)))
