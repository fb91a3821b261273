"""Which form of int8 file a network on token ids gets: the most integer one that answers alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils

from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.export.fake_quant.places import Learnt
from kerasapps.export.integer import RowTrial, integer_file
from kerasapps.outputs.classes.integer import keeps_scores

LENGTH, TOKENS, CLASSES, DIMENSIONS = 6, 31, 3, 32

Step = Callable[[Any], Any]


def nothing(x: Any) -> Any:
    """What int8 activations bear."""
    return x


def far_from_zero(x: Any) -> Any:
    """The identity by way of numbers between which int8 has few steps."""
    # The maximum keeps the converter from folding the -5000 into the next layer.
    return keras.ops.maximum(keras.ops.abs(x + 5000.0) - 5000.0, -100.0)


def uneven(x: Any) -> Any:
    """Texts of one class become 1,000 times larger: no range suits all texts."""
    return x * (1.0 + 1000.0 * keras.ops.cast(x[:, :1] > 0, x.dtype))


def unit_length(x: Any) -> Any:
    """Removes what `uneven` did."""
    return x / keras.ops.sqrt(keras.ops.sum(keras.ops.square(x), axis=-1, keepdims=True))


def network(before: Step, after: Step) -> keras.Model:
    """Mean of the tokens' vectors, a dense layer between the two steps, and a softmax."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((LENGTH,), dtype="int32")
    tokens = keras.layers.Embedding(TOKENS, DIMENSIONS)
    x = before(keras.ops.mean(tokens(inputs), axis=1))
    x = after(keras.layers.Dense(40, use_bias=False)(x))
    head = keras.layers.Dense(CLASSES, activation="softmax")
    model = keras.Model(inputs, head(x))
    tokens.embeddings.assign(clusters())
    # Clear answers: of one text of each class, the logit of its own class is 6, the others' are 0.
    features = np.asarray(keras.Model(inputs, x)(texts(CLASSES)))
    head.kernel.assign(np.linalg.pinv(features) * 6.0)
    return model


def clusters() -> np.ndarray:
    """Vectors of tokens: those of one class lie close together, far from the others."""
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(CLASSES, DIMENSIONS))
    centres[:, 0] = [1.0, -1.0, -1.0]
    noise = 0.05 * rng.normal(size=(TOKENS, DIMENSIONS))
    return np.asarray(centres[np.arange(TOKENS) % CLASSES] + noise, np.float32)


def texts(count: int = 200) -> np.ndarray:
    """Token ids, each text made of the tokens of one class."""
    rng = np.random.default_rng(0)
    numbers = rng.integers(0, TOKENS // CLASSES, (count, LENGTH)) * CLASSES
    return (numbers + np.arange(count)[:, None] % CLASSES).astype(np.int32)


def integer_products(content: bytes) -> set[bool]:
    """Of each large matrix product with int8 weights, whether its input is int8 too."""
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    graph, code = model.subgraphs[0], schema.BuiltinOperator.FULLY_CONNECTED
    products = [
        [graph.tensors[index].type for index in operator.inputs[:2]]
        for operator in graph.operators
        if model.operatorCodes[operator.opcodeIndex].builtinCode == code
        and np.prod(graph.tensors[operator.inputs[1]].shape) >= 1024
    ]
    assert products and all(weights == schema.TensorType.INT8 for _, weights in products)
    return {values == schema.TensorType.INT8 for values, _ in products}


def scales_of_products(content: bytes) -> set[int]:
    """How many scales the weights of matrix products have: one a row."""
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    graph, code = model.subgraphs[0], schema.BuiltinOperator.FULLY_CONNECTED
    return {
        len(graph.tensors[operator.inputs[1]].quantization.scale)
        for operator in graph.operators
        if model.operatorCodes[operator.opcodeIndex].builtinCode == code
    }


def types_into(content: bytes, name: str) -> set[int]:
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    graph, code = model.subgraphs[0], getattr(schema.BuiltinOperator, name)
    return {
        graph.tensors[operator.inputs[0]].type
        for operator in graph.operators
        if model.operatorCodes[operator.opcodeIndex].builtinCode == code
    }


def made(model: keras.Model, ids: np.ndarray, folder: Path, learnt: Learnt | None = None) -> bytes:
    """The int8 file of a network on texts."""
    signature = [tf.TensorSpec((1, LENGTH), tf.int32, name="input")]
    path = str(folder / "saved_model")
    model.export(path, format="tf_saved_model", input_signature=signature, verbose=False)
    converter = tf.lite.TFLiteConverter.from_saved_model(path)
    names = tf.saved_model.load(path).signatures["serving_default"]._arg_keywords
    trial = RowTrial(dict.fromkeys(names, "int32"), ids, keeps_scores)
    return integer_file(converter, trial, folder=folder, learnt=learnt)


@pytest.mark.parametrize(
    ("before", "after", "integer_input", "softmax"),
    [
        (nothing, nothing, True, schema.TensorType.INT8),
        (far_from_zero, nothing, True, schema.TensorType.FLOAT32),
        (uneven, unit_length, False, schema.TensorType.FLOAT32),
    ],
)
def test_the_most_integer_form_that_answers_alike(
    before: Step, after: Step, integer_input: bool, softmax: int, tmp_path: Path
) -> None:
    model, ids = network(before, after), texts()
    content = made(model, ids, tmp_path)

    assert integer_products(content) == {integer_input}
    assert types_into(content, "SOFTMAX") == {softmax}
    (tmp_path / "model.tflite").write_bytes(content)
    runner = TFLiteModel(tmp_path / "model.tflite")
    assert set(runner.input_dtypes.values()) == {np.dtype(np.int32)}
    assert runner.score_dtype == np.float32
    if integer_input:
        assert scales_of_products(content) == {40, CLASSES}
    scores = np.stack([runner.scores(row) for row in ids])
    assert scores.dtype == np.float32
    assert keeps_scores(scores, model(ids).numpy())


def test_ranges_that_were_learnt_are_kept_though_the_float_network_answers_otherwise(
    tmp_path: Path,
) -> None:
    # It was trained as the first form computes, which of this network answers nothing right.
    learnt = Learnt({"input": texts(1)}, [], np.zeros((0, 2), np.float32))
    content = made(network(uneven, unit_length), texts(), tmp_path, learnt)
    assert integer_products(content) == {True}
    assert types_into(content, "SOFTMAX") == {schema.TensorType.INT8}


def test_calibration_gets_what_the_network_takes() -> None:
    pictures = np.full((2, 3, 3, 1), 7, np.uint8)
    first, _ = RowTrial({"image": "float32"}, pictures, keeps_scores).examples()
    np.testing.assert_array_equal(first["image"], np.full((1, 3, 3, 1), 7.0))
    assert first["image"].dtype == np.float32
