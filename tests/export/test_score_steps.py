"""Scores of many classes: fine enough to rank them, whatever the network is sure of."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from ai_edge_litert.tools import flatbuffer_utils

from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.export.convert_worker import convert
from kerasapps.export.integer_pictures import PICTURE_NUMBERS, PICTURES
from kerasapps.export.network import scoring_model
from kerasapps.export.score_steps import float_scores, whole_scores_suffice
from kerasapps.export.tflite import write_static_batch
from kerasapps.outputs.classes.integer import SCORES
from kerasapps.outputs.numbers.scaling import Scaling

SIDE, LENGTH, TOKENS = 8, 6, 50


def test_up_to_25_classes_whole_scores_suffice() -> None:
    assert [whole_scores_suffice(classes) for classes in (2, 25, 26, 1000)] == [
        True,
        True,
        False,
        False,
    ]


def unsure(features: keras.KerasTensor, inputs: keras.KerasTensor, classes: int) -> keras.Model:
    """Scores that are all nearly 1 / classes, and differ from input to input."""
    logits = keras.layers.Dense(classes, name="logits")(features)
    return scoring_model(keras.Model(inputs, logits))


def pictures_network(classes: int) -> keras.Model:
    """With attention in its midst, whose softmax may stay on whole numbers."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((SIDE, SIDE, 3))
    x = keras.layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = keras.layers.Conv2D(16, 3, activation="relu")(x)
    x = keras.layers.Flatten()(x * keras.ops.softmax(x, axis=-1))
    return unsure(x, inputs, classes)


def texts_network(classes: int) -> keras.Model:
    keras.utils.set_random_seed(0)
    inputs = keras.Input((LENGTH,), dtype="int32", name="ids")
    x = keras.layers.Embedding(TOKENS, 32, embeddings_initializer="random_normal")(inputs)
    return unsure(keras.layers.Flatten()(x * 4.0), inputs, classes)


def pictures(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, SIDE, SIDE, 3), dtype=np.uint8)


def texts(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(1, TOKENS, (count, LENGTH), dtype=np.int32)


def converted(
    model: keras.Model, calibration: np.ndarray, folder: Path, *, integer: str = ""
) -> Path:
    """The int8 file, converted in this process."""
    write_static_batch(model, folder / "saved")
    np.save(folder / "calibration.npy", calibration)
    job = {
        "folder": str(folder),
        "saved_model": str(folder / "saved"),
        "inputs": {"input": model.input.dtype},
        "calibration": str(folder / "calibration.npy"),
        "integer": integer or (PICTURES if calibration.dtype == np.uint8 else SCORES),
        "outputs": model.output_shape[-1],
    }
    path = folder / "model_int8.tflite"
    path.write_bytes(convert(job, "int8"))
    return path


def softmaxes(path: Path) -> list[int]:
    """The type of what each softmax of a file gives."""
    model = flatbuffer_utils.read_model(str(path))
    graph, code = model.subgraphs[0], schema.BuiltinOperator.SOFTMAX
    return [
        graph.tensors[operator.outputs[0]].type
        for operator in graph.operators
        if model.operatorCodes[operator.opcodeIndex].builtinCode == code
    ]


@pytest.mark.parametrize("classes", [26, 5000])
def test_an_int8_file_ranks_pictures_that_the_network_is_unsure_of(
    classes: int, tmp_path: Path
) -> None:
    model, examples = pictures_network(classes), pictures(60)
    path = converted(model, examples, tmp_path)
    (taken,), (given,) = (
        Interpreter(str(path)).get_input_details(),
        Interpreter(str(path)).get_output_details(),
    )
    assert taken["dtype"] == np.uint8 and taken["quantization"] == (1, 0)
    assert given["dtype"] == np.float32
    assert softmaxes(path) == [schema.TensorType.INT8, schema.TensorType.FLOAT32]
    assert_ranks(path, model(examples.astype(np.float32)).numpy(), examples)


def test_an_int8_file_ranks_texts_that_the_network_is_unsure_of(tmp_path: Path) -> None:
    model, examples = texts_network(1000), texts(60)
    path = converted(model, examples, tmp_path)
    assert softmaxes(path) == [schema.TensorType.FLOAT32]
    assert_ranks(path, model(examples).numpy(), examples)


def assert_ranks(path: Path, expected: np.ndarray, examples: np.ndarray) -> None:
    """Scores sum to one, and the best is Keras' best or next to it."""
    assert expected.max() < 0.5
    runner = TFLiteModel(path)
    scores = np.stack([runner.scores(each) for each in examples])
    np.testing.assert_allclose(scores.sum(1), 1, atol=1e-3)
    found, best = scores.argmax(1), expected.argmax(1)
    assert len(set(best)) > 5 and np.mean(found == best) >= 0.9
    ranks = (expected > np.take_along_axis(expected, found[:, None], axis=1)).sum(1)
    assert ranks.max() <= 2


def test_few_classes_stay_whole(tmp_path: Path) -> None:
    path = converted(pictures_network(25), pictures(30), tmp_path)
    assert softmaxes(path) == [schema.TensorType.INT8] * 2
    (given,) = Interpreter(str(path)).get_output_details()
    assert given["dtype"] == np.uint8


def test_a_number_far_from_0_keeps_its_digits(tmp_path: Path) -> None:
    """Whose int8 range would reach from 0 to 2,000."""
    scaling, examples = Scaling(2000.0, 5.0), pictures(60)
    keras.utils.set_random_seed(0)
    inputs = keras.Input((SIDE, SIDE, 3))
    x = keras.layers.Conv2D(8, 3, activation="relu")(inputs / 127.5)
    number = keras.layers.Dense(1)(keras.layers.Flatten()(x))
    model = scaling.answering_model(keras.Model(inputs, number))
    path = converted(model, examples, tmp_path, integer=PICTURE_NUMBERS)
    runner = TFLiteModel(path)
    found = np.array([runner.scores(each)[0] for each in examples])
    expected = model(examples.astype(np.float32)).numpy()[:, 0]
    assert np.std(found - expected) < 0.05 * expected.std() < 2


def test_only_the_steps_at_the_end_are_looked_for() -> None:
    inputs = keras.Input((8,), batch_size=1)
    for step, classes, expected in (
        (keras.ops.softmax, 26, 1),
        (keras.ops.softmax, 25, 0),
        (keras.ops.sigmoid, 26, 0),
    ):
        x = step(keras.ops.softmax(keras.layers.Dense(classes)(inputs), axis=-1))
        content = tf.lite.TFLiteConverter.from_keras_model(keras.Model(inputs, x)).convert()
        assert len(float_scores(content)) == expected
        # Of several outputs each is looked at.
        model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
        model.subgraphs[0].outputs = [*model.subgraphs[0].outputs] * 2
        several = float_scores(flatbuffer_utils.convert_object_to_bytearray(model))
        assert several == 2 * float_scores(content)


@pytest.mark.parametrize("answers", [1, 3])
def test_a_number_is_a_float_from_the_product_on_that_gives_it(answers: int) -> None:
    """Else numbers beyond those of the calibration would be cut off."""
    inputs = keras.Input((8,), batch_size=1)
    number = keras.layers.Dense(answers)(inputs)[:, :1]
    network = Scaling(2000.0, 5.0).answering_model(keras.Model(inputs, number))
    content = tf.lite.TFLiteConverter.from_keras_model(network).convert()
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    assert len(float_scores(content)) == len(model.subgraphs[0].operators)
