"""A small float32 file with what the quantizer needs help for: a table, an inner output."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.export.ladder.engine import Call
from kerasapps.export.tflite import write_static_batch
from kerasapps.process.quiet import without_log

LENGTH = 8


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Token ids in; a state and logits that are made of it out."""
    keras.utils.set_random_seed(0)
    ids = keras.Input((LENGTH,), dtype="int32", name="ids")
    x = keras.layers.Embedding(256, 32, name="table")(ids)
    x = keras.layers.Dense(64, activation="relu", name="first")(x)
    state = keras.layers.GlobalAveragePooling1D(name="mean")(x)
    state = keras.layers.Dense(64, activation="tanh", name="second")(state)
    logits = keras.layers.Dense(4, name="logits")(state)
    model = keras.Model(ids, {"state": state, "logits": logits})
    model.get_layer("table").embeddings.assign(np.random.default_rng(0).normal(size=(256, 32)))
    saved = tmp_path_factory.mktemp("small") / "saved"
    write_static_batch(model, saved)
    with without_log():
        return bytes(tf.lite.TFLiteConverter.from_saved_model(str(saved)).convert())


@pytest.fixture(scope="session")
def calls() -> list[Call]:
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 256, (20, 1, LENGTH), dtype=np.int32)
    return [("serving_default", {"input": row}) for row in rows]
