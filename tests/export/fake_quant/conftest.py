"""Small networks that hold what int8 treats each in its own way."""

from __future__ import annotations

import keras
import numpy as np
import pytest

SIDE, CLASSES, TOKENS, LENGTH = 8, 4, 31, 6


@pytest.fixture(scope="package")
def convolutions() -> keras.Model:
    """Convolution, batch normalization and ReLU in one; a sum; pooling; a dense layer."""
    keras.utils.set_random_seed(1)
    taken = keras.Input((SIDE, SIDE, 3), name="image")
    x = keras.layers.Rescaling(1 / 255)(taken)
    x = keras.layers.Conv2D(8, 3, padding="same", use_bias=False, name="first")(x)
    norm = keras.layers.BatchNormalization(name="norm")
    way = keras.layers.ReLU(name="clipped")(norm(x))
    x = keras.layers.DepthwiseConv2D(3, padding="same", name="depth")(way)
    x = keras.layers.add([x, way], name="sum")
    x = keras.layers.GlobalAveragePooling2D(name="mean")(keras.layers.MaxPooling2D()(x))
    model = keras.Model(taken, keras.layers.Dense(CLASSES, name="logits")(x), name="convolutions")
    rng = np.random.default_rng(0)
    ends = ((0.5, 2.0), (-1.0, 1.0), (-1.0, 1.0), (0.1, 1.0))
    norm.set_weights([rng.uniform(low, high, 8) for low, high in ends])
    return model


@pytest.fixture(scope="package")
def attention() -> keras.Model:
    """Rows of a table, products of products, a softmax, and weights with many axes."""
    keras.utils.set_random_seed(1)
    taken = keras.Input((LENGTH,), dtype="int32", name="ids")
    x = keras.layers.Embedding(TOKENS, 16)(taken)
    x = keras.layers.LayerNormalization()(x + keras.layers.MultiHeadAttention(2, 8)(x, x))
    x = keras.layers.GlobalMaxPooling1D()(keras.layers.Dropout(0.5)(x))
    return keras.Model(taken, keras.layers.Dense(CLASSES)(x), name="attention")


@pytest.fixture(scope="package")
def pictures() -> np.ndarray:
    """uint8 `(16, 8, 8, 3)`."""
    shape = (16, SIDE, SIDE, 3)
    return np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
