"""Every network becomes an ONNX file that answers as Keras does; what cannot is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnxruntime
import pytest
import tensorflow as tf

from kerasapps.errors import ExportError
from kerasapps.export.network import scoring_model
from kerasapps.export.onnx_convert import onnx_files
from kerasapps.export.tflite import convert_network
from kerasapps.export.translator_files import export_translator_tflite
from kerasapps.model_inputs import tensors_of
from kerasapps.recipes.text_classification.architectures import ARCHITECTURES as TEXTS
from tests.models import check_text_model
from tests.models.describe import builds
from tests.tiny_translator import tiny_network, tiny_tokenizer

BUILDS = {
    **{title: build for title, build in builds().items() if title.endswith((" 32", " of rows"))},
    **{
        f"{name} of texts": lambda each=each: each.build(check_text_model.EXPORT)
        for name, each in TEXTS.known.items()
    },
}


def converted(
    folder: Path, function: Callable[..., Any], *takes: tf.TensorSpec
) -> onnxruntime.InferenceSession:
    """A session of the file of a function, which goes by a SavedModel."""
    module = tf.Module()
    module.called = tf.function(function, input_signature=takes)
    tf.saved_model.save(module, str(folder), signatures={"call": module.called})
    (content,) = onnx_files(folder, {"call": "model.onnx"}).values()
    return onnxruntime.InferenceSession(content)


def test_what_a_layer_keeps_beside_its_weights_is_in_the_file(tmp_path: Path) -> None:
    layer = keras.layers.Normalization(axis=-1)
    layer.adapt(np.array([[1.0, 5.0], [3.0, 9.0]]))
    session = converted(
        tmp_path / "kept", lambda x: {"y": layer(x)}, tf.TensorSpec((None, 2), name="x")
    )
    assert [each.name for each in session.get_inputs()] == ["x"]
    (given,) = session.run(None, {"x": np.array([[2.0, 9.0]], np.float32)})
    np.testing.assert_allclose(given, [[0.0, 1.0]], atol=1e-6)


def test_what_tf2onnx_leaves_out_is_made_and_a_batch_is_of_any_size(tmp_path: Path) -> None:
    def step(cache: tf.Tensor, place: tf.Tensor) -> dict[str, tf.Tensor]:
        row = 2 * cache[:, :1] + 1
        cache = keras.ops.slice_update(cache, [0, place, 0], row)
        return {"cache": cache, "gelu": tf.nn.gelu(cache)}

    takes = tf.TensorSpec((None, 3, 2), name="cache"), tf.TensorSpec((), tf.int32, name="place")
    session = converted(tmp_path / "step", step, *takes)
    names = [each.name for each in session.get_outputs()]
    assert sorted(names) == ["gelu", "next_cache"]
    assert all(each.shape == ["batch", 3, 2] for each in session.get_outputs())
    for count, place in ((1, 2), (4, 0)):
        cache = np.random.default_rng(0).normal(size=(count, 3, 2)).astype(np.float32)
        answer = session.run(None, {"cache": cache, "place": np.array(place, np.int32)})
        expected = step(tf.constant(cache), tf.constant(place))
        for values, name in zip(answer, names, strict=True):
            np.testing.assert_allclose(values, expected[name.removeprefix("next_")], atol=1e-6)


def test_an_operation_that_onnx_lacks_is_named(tmp_path: Path) -> None:
    takes = tf.TensorSpec((None, 4, 4), name="x")
    with pytest.raises(ExportError, match=r"^onnx: no onnxruntime runs Svd; replace the layer"):
        converted(tmp_path / "svd", lambda x: {"y": tf.linalg.svd(x, compute_uv=False)}, takes)


@pytest.mark.slow
@pytest.mark.parametrize("title", BUILDS)
def test_every_architecture_answers_as_keras(title: str, tmp_path: Path) -> None:
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(0)
    model = scoring_model(BUILDS[title]())
    made = convert_network(model, folder=tmp_path, modes=("onnx",), calibration=None, integer="")
    session = onnxruntime.InferenceSession(str(made["onnx"]))
    rng = np.random.default_rng(0)
    values = {
        name: rng.integers(0, 3, (5, *tensor.shape[1:])).astype(tensor.dtype)
        for name, tensor in tensors_of(model).items()
    }
    given = values if len(values) > 1 else {"input": next(iter(values.values()))}
    (scores,) = session.run(None, given)
    expected = model(values if len(values) > 1 else given["input"]).numpy()
    np.testing.assert_allclose(scores, expected, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["transformer", "lstm_attention", "lstm_luong"])
def test_every_translator_answers_as_keras_for_several_sentences(
    model: str, tmp_path: Path
) -> None:
    tokenizer = tiny_tokenizer()
    network = tiny_network(tokenizer, model)
    pair = (np.array([4, 3], np.int32), np.array([5, 3], np.int32))
    made = export_translator_tflite(network, folder=tmp_path, modes=("onnx",), calibration=[pair])[
        "onnx"
    ]
    assert isinstance(made, Path), made
    encode, step = (
        onnxruntime.InferenceSession(str(made / f"{name}.onnx"))
        for name in ("encode", "decode_step")
    )
    source, target = np.zeros((2, 16), np.int32), np.array([[2, 5, 7], [2, 9, 6]], np.int32)
    source[:, :3] = [[5, 6, 3], [7, 3, 0]]
    expected = network((source, target)).numpy()
    names = [each.name for each in encode.get_outputs()]
    state = dict(zip(names, encode.run(None, {"source": source}), strict=True))
    for position in range(3):
        taken = {"token": target[:, position], "position": np.array(position, np.int32), **state}
        answer = dict(
            zip([each.name for each in step.get_outputs()], step.run(None, taken), strict=True)
        )
        np.testing.assert_allclose(answer["logits"], expected[:, position], atol=1e-4)
        state |= {
            name.removeprefix("next_"): value
            for name, value in answer.items()
            if name.startswith("next_")
        }
