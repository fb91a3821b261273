"""One TFLite file in the interpreter, against the interpreter called by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from kerasapps.deploy import interpreter
from kerasapps.deploy.interpreter import TFLiteModel

FILE = Path(__file__).parent / "first_bundle" / "model_int8.tflite"


def by_hand(pictures: np.ndarray) -> np.ndarray:
    """Raw scores, uint8 `(n, 10)`."""
    one = Interpreter(model_path=str(FILE))
    one.allocate_tensors()
    found = []
    for picture in pictures:
        one.set_tensor(one.get_input_details()[0]["index"], picture[None])
        one.invoke()
        found.append(one.get_tensor(one.get_output_details()[0]["index"])[0])
    return np.stack(found)


def test_scores_are_those_of_the_file_on_its_own_scale() -> None:
    model = TFLiteModel(FILE)
    (name,) = model.input_shapes
    assert model.input_shapes == {name: (8, 8, 1)} and model.input_dtypes == {name: np.uint8}
    assert model.classes == 10
    assert model.score_dtype == np.uint8
    pictures = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 1), dtype=np.uint8)
    scores = np.stack([model.scores(picture) for picture in pictures])
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, by_hand(pictures) / 256, rtol=1e-6)
    # What was answered before is not touched by what is asked after.
    first = model.scores(pictures[0])
    kept = first.copy()
    model.scores(pictures[1])
    np.testing.assert_array_equal(first, kept)


def test_one_inference_uses_as_many_threads_as_were_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    pool = interpreter.pool_interpreters

    def watched(path: Path, prepare: Any, *, threads: int) -> Any:
        asked.append(threads)
        return pool(path, prepare, threads=threads)

    monkeypatch.setattr(interpreter, "pool_interpreters", watched)
    TFLiteModel(FILE)
    TFLiteModel(FILE, threads=2)
    assert asked == [1, 2]


def details(dtype: type, scale: float, zero: int) -> dict[str, object]:
    return {"dtype": dtype, "quantization": (scale, zero)}


@pytest.mark.parametrize(
    ("tensor", "given", "expected"),
    [
        (details(np.uint8, 1.0, 0), [0.0, 3.0, 255.0], [0, 3, 255]),
        (details(np.uint8, 1.000001, 0), [0.0, 255.0], [0, 255]),
        (details(np.float32, 0.0, 0), [0.5, 255.0], [0.5, 255.0]),
        (details(np.int8, 1.0, -128), [0.0, 128.0, 255.0, 300.0], [-128, 0, 127, 127]),
        (details(np.int8, 0.5, 3), [1.0, 1.2, -2.0, 200.0, -99.0], [5, 5, -1, 127, -128]),
        (details(np.uint8, 2.0, 0), [255.0, 7.2], [128, 4]),
        (details(np.uint8, 0.0, 7), [1.0], None),
    ],
)
def test_inputs_are_put_on_the_scale_of_the_tensor(
    tensor: dict[str, object], given: list[float], expected: list[float] | None
) -> None:
    quantize = interpreter._quantizer(tensor)
    if expected is None:
        with np.errstate(divide="ignore"):
            assert quantize(np.array(given))[0] == 255  # as far up as it goes
        return
    found = quantize(np.array(given, np.float64))
    assert found.dtype == tensor["dtype"] and found.tolist() == expected


@pytest.mark.parametrize(
    ("tensor", "given", "expected"),
    [
        (details(np.float32, 0.5, 9), [0.25, 0.75], [0.25, 0.75]),
        (details(np.uint8, 1 / 256, 0), [0, 64, 255], [0, 0.25, 255 / 256]),
        (details(np.int8, 1 / 256, -128), [-128, 0, 127], [0, 0.5, 255 / 256]),
    ],
)
def test_scores_are_taken_off_the_scale_of_the_tensor(
    tensor: dict[str, object], given: list[float], expected: list[float]
) -> None:
    found = interpreter._dequantizer(tensor)(np.array(given, tensor["dtype"]))  # type: ignore[call-overload]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_inputs_have_their_names_in_the_signature_or_else_their_own() -> None:
    class Runner:
        def get_input_details(self) -> dict[str, dict[str, object]]:
            return {"input_mask": {"index": 4}}

    class Bare:
        def get_signature_list(self) -> dict[str, object]:
            return {}

        def get_input_details(self) -> list[dict[str, object]]:
            return [{"name": "x:0", "index": 1}]

    class Signed(Bare):
        def get_signature_list(self) -> dict[str, object]:
            return {"serve": {}, "other": {}}

        def get_signature_runner(self, name: str) -> Runner:
            assert name == "serve"
            return Runner()

    assert interpreter._named_inputs(Bare()) == {"x:0": {"name": "x:0", "index": 1}}
    assert interpreter._named_inputs(Signed()) == {"input_mask": {"index": 4}}
