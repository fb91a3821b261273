"""The battery for models of table rows, which take numbers and ids."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from kerasapps.layers.bins import PiecewiseNumbers
from kerasapps.models.tabular_common import TabularShape

SHAPE = TabularShape(numbers=3, categories=(4, 7), outputs=2, width=0.5, bins=6)
ROWS = 64

Builder = Callable[[TabularShape], keras.Model]


def rows(count: int = ROWS) -> dict[str, np.ndarray]:
    """Numbers of about size 1, and ids of every value."""
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(count, 3)).astype(np.float32)
    categories = np.stack([np.arange(count) % 4, np.arange(count) % 7], axis=1).astype(np.int32)
    return {"numbers": numbers, "categories": categories}


def lively(model: keras.Model) -> keras.Model:
    """With bins and weights as training has them, so that differences are seen."""
    rng = np.random.default_rng(1)
    for layer in model.layers:
        if isinstance(layer, PiecewiseNumbers):
            layer.adapt(rows(500)["numbers"])
    for weight in model.trainable_weights:
        if len(weight.shape) > 1:
            weight.assign(rng.normal(scale=1 / weight.shape[-2] ** 0.5, size=weight.shape))
    return model


def check_inputs(build: Builder) -> None:
    """Every column counts, a row of one kind of columns has one input, rows do not mix."""
    model, inputs = lively(build(SHAPE)), rows()
    outputs = np.asarray(model(inputs))
    assert outputs.shape == (ROWS, 2) and outputs.dtype == np.float32
    assert set(model.input) == {"numbers", "categories"} and model.name == build.__name__
    alone = np.asarray(model({name: each[5:6] for name, each in inputs.items()}))
    np.testing.assert_allclose(alone[0], outputs[5], atol=1e-5)
    for name, places in (("numbers", 3), ("categories", 2)):
        for place in range(places):
            other = {key: each.copy() for key, each in inputs.items()}
            other[name][:, place] = 1 if name == "numbers" else (other[name][:, place] + 1) % 4
            assert np.abs(np.asarray(model(other)) - outputs).max() > 1e-2, (name, place)
    for part in ({"numbers": 0}, {"categories": ()}):
        single = build(dataclasses.replace(SHAPE, outputs=1, **part))
        (name,) = set(inputs) - set(part)
        assert set(single.input) == {name}
        assert np.asarray(single({name: inputs[name]})).shape == (ROWS, 1)


def check_options(build: Builder, *, depth: bool = True, bins: bool = True) -> None:
    """Width, depth, bins and dropout do what they say."""

    def size(**options: Any) -> int:
        return int(build(dataclasses.replace(SHAPE, **options)).count_params())

    assert (size(width=1.0) > size()) is depth
    assert (size(depth=2.0) > size()) is depth
    assert (size(bins=12) > size()) is bins
    assert np.isfinite(np.asarray(build(dataclasses.replace(SHAPE, bins=0))(rows()))).all()
    inputs = rows()
    for dropout in (0.0, 0.6):
        model = lively(build(dataclasses.replace(SHAPE, dropout=dropout)))
        first, second = (np.asarray(model(inputs, training=True)) for _ in range(2))
        assert bool(np.abs(first - second).max() > 1e-3) is (dropout > 0)


def check_saving(build: Builder, folder: Path) -> None:
    """A `.keras` file gives the same outputs; under mixed precision they are float32."""
    model = lively(build(SHAPE))
    model.save(folder / "model.keras")
    loaded = keras.models.load_model(folder / "model.keras")
    np.testing.assert_allclose(loaded(rows()), model(rows()), atol=1e-5)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        mixed = build(SHAPE)
        outputs = mixed(rows(), training=True)
    finally:
        keras.config.set_dtype_policy(before)
    assert outputs.dtype == "float32" and np.isfinite(outputs).all()
    build(SHAPE).set_weights(mixed.get_weights())


def check_learning(build: Builder, *, together: bool = True) -> None:
    """It learns a step of a number, and where `together` what only two columns say."""
    inputs = rows(1000)
    numbers, categories = inputs["numbers"], inputs["categories"]
    sign = np.where(categories[:, 0] < 2, 1, -1) if together else 1
    truth = (sign * (np.abs(numbers[:, 0]) - 0.7) > 0 if together else numbers[:, 0] > 0.3) * 1
    keras.utils.set_random_seed(0)
    model = build(dataclasses.replace(SHAPE, dropout=0.0, depth=0.5))
    for layer in model.layers:
        if isinstance(layer, PiecewiseNumbers):
            layer.adapt(numbers)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(5e-3 if together else 5e-2), loss, jit_compile=False)
    batches = tf.data.Dataset.from_tensor_slices((inputs, truth)).batch(50)
    model.fit(batches, epochs=10, verbose=0)
    assert (np.asarray(model(inputs)).argmax(-1) == truth).mean() > 0.92


def check_export(build: Builder, folder: Path) -> None:
    """TFLite files of builtin operations agree: float32 nearly exactly, int8 well enough."""
    model, inputs = lively(build(dataclasses.replace(SHAPE, depth=0.5))), rows()
    expected = np.asarray(model(inputs))
    saved = _export(model, folder / "saved")
    np.testing.assert_allclose(_run(_convert(saved), inputs), expected, atol=1e-4)
    small = _run(_convert(saved, integer=True), inputs)
    assert np.corrcoef(small.ravel(), expected.ravel())[0, 1] > 0.98


def _export(model: keras.Model, folder: Path) -> Path:
    """`folder` with a SavedModel of `model` at batch 1."""
    signature = [
        {
            name: tf.TensorSpec((1, *each.shape[1:]), each.dtype, name=name)
            for name, each in model.input.items()
        }
    ]
    model.export(folder, format="tf_saved_model", input_signature=signature, verbose=False)
    return folder


def _convert(saved: Path, *, integer: bool = False) -> bytes:
    converter = tf.lite.TFLiteConverter.from_saved_model(str(saved))
    if integer:
        examples = rows(200)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: (
            {name: each[row : row + 1] for name, each in examples.items()} for row in range(200)
        )
        converter.target_spec.supported_ops = [
            tf.lite.OpsSet.TFLITE_BUILTINS_INT8,
            tf.lite.OpsSet.TFLITE_BUILTINS,
        ]
    return bytes(converter.convert())


def _run(flatbuffer: bytes, inputs: dict[str, np.ndarray]) -> np.ndarray:
    """What it makes of each row; the interpreter has builtin operations only."""
    interpreter = Interpreter(model_content=flatbuffer)
    interpreter.allocate_tensors()
    places = {
        name: details["index"]
        for details in interpreter.get_input_details()
        for name in inputs
        if name in details["name"]
    }
    (output,) = interpreter.get_output_details()
    outputs = []
    for row in range(ROWS):
        for name, place in places.items():
            interpreter.set_tensor(place, inputs[name][row : row + 1])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(output["index"])[0])
    return np.stack(outputs)
