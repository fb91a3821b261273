"""Short names in small files: what is saved, and that nothing else changes."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from ai_edge_litert.tools import flatbuffer_utils

from kerasapps.export import slim
from kerasapps.export.slim import with_short_names
from tests.layers import tflite


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    keras.utils.set_random_seed(0)
    inputs = keras.Input((8,), name="given")
    x = keras.layers.Dense(16, activation="relu", name="a_rather_long_name")(inputs)
    x = keras.layers.BatchNormalization(name="another_rather_long_name")(x)
    model = keras.Model(inputs, keras.layers.Dense(3)(x))
    folder = tflite.export(model, tmp_path_factory.mktemp("saved"))
    return tflite.convert(folder)


def answers(content: bytes) -> np.ndarray:
    runner = Interpreter(model_content=content).get_signature_runner()
    (name,) = runner.get_input_details()
    (answer,) = runner(**{name: np.linspace(-1, 1, 8, dtype=np.float32)[None]}).values()
    return answer


def names(content: bytes) -> list[str]:
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    return [tensor.name.decode() for graph in model.subgraphs for tensor in graph.tensors]


def test_joined_names_are_cut_and_answers_stay(content: bytes) -> None:
    shorter = with_short_names(content)
    assert any(";" in name for name in names(content))
    assert names(shorter) == [name.partition(";")[0] for name in names(content)]
    assert len(shorter) < len(content)
    np.testing.assert_array_equal(answers(shorter), answers(content))


def test_large_files_stay_as_they_are(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slim, "_LARGE", len(content))
    assert with_short_names(content) is content
    assert with_short_names(b"another kind") == b"another kind"
