from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from kerasapps.errors import ConfigError, DataError
from kerasapps.export import export_tflite, verify_tflite

MODEL = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
X = np.zeros((3, 4), np.float32)
FILE = Path(__file__).parents[1] / "deploy" / "first_bundle" / "model_int8.tflite"


def test_what_cannot_be_verified_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none.tflite cannot be read: No such file"):
        verify_tflite(tmp_path / "none.tflite", MODEL, X)
    (tmp_path / "other").write_bytes(b"no such thing")
    with pytest.raises(DataError, match="other is no TFLite file"):
        verify_tflite(tmp_path / "other", MODEL, X)
    with pytest.raises(DataError, match=r"takes \(n, 4\)"):
        verify_tflite(FILE, MODEL, X[:, :3])


def test_one_mode_is_named_and_the_place_is_tried_before(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="int8 needs calibration"):
        export_tflite(MODEL, tmp_path, modes="int8")
    with pytest.raises(DataError, match=r"calibration has \(n, 3\)"):
        export_tflite(MODEL, tmp_path, modes="int8", calibration=X[:, :3])
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"folder is .*/file/new, and"):
        export_tflite(MODEL, tmp_path / "file" / "new")
