from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from kerasapps.layers import OpinionPool
from tests.layers.check_layer import check_config, check_saving, check_tflite

LOGITS = np.random.default_rng(0).normal(size=(2, 4, 3)).astype(np.float32)


def test_two_judges_answer_together_and_one_learns_alone() -> None:
    layer = OpinionPool()
    solved, learning = LOGITS
    np.testing.assert_allclose(layer([solved, learning]), (solved + learning) / 2, atol=1e-6)
    np.testing.assert_array_equal(layer([solved, learning], training=True), learning)
    assert layer.compute_output_shape([(None, 3), (None, 3)]) == (None, 3)
    check_config(layer)


def test_is_saved_and_converts(tmp_path: Path) -> None:
    inputs = keras.Input((3,))
    doubled = keras.layers.Rescaling(2.0)(inputs)
    model = keras.Model(inputs, OpinionPool()([inputs, doubled]))
    check_saving(model, LOGITS[0], tmp_path)
    check_tflite(model, LOGITS[0], tmp_path, 1e-5)
