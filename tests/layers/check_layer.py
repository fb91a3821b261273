"""The battery that every layer of kerasapps goes through; layers of texts also its masks."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tests.layers import tflite


def check_layer(
    layer: keras.layers.Layer,
    input_shape: tuple[int, ...],
    *,
    output_shape: tuple[int, ...],
    tolerance: float = 1e-4,
) -> None:
    """Shapes, gradients, configuration, saving, mixed precision and TFLite conversion.

    Args:
        layer: not yet built.
        input_shape: with the batch.
        output_shape: expected, with the batch.
        tolerance: of TFLite's outputs against Keras's, absolute, for outputs of about size 1.
    """
    inputs = np.random.default_rng(0).normal(size=input_shape).astype(np.float32)
    check_shapes(layer, inputs, output_shape)
    check_gradients(layer, inputs)
    check_config(layer)
    check_mixed_precision(layer, inputs)
    with TemporaryDirectory() as folder:
        model = keras.Sequential([keras.Input(input_shape[1:]), layer])
        check_saving(model, inputs, Path(folder))
        check_tflite(model, inputs, Path(folder), tolerance)


def check_shapes(layer: keras.layers.Layer, inputs: np.ndarray, expected: tuple[int, ...]) -> None:
    """The eager, the computed and the symbolic output have the expected shape."""
    assert tuple(layer(inputs).shape) == expected
    assert tuple(layer.compute_output_shape(inputs.shape)) == expected
    assert tuple(layer.compute_output_shape((None, *inputs.shape[1:]))) == (None, *expected[1:])
    assert tuple(layer(keras.Input(batch_shape=inputs.shape)).shape) == expected


def check_gradients(layer: keras.layers.Layer, inputs: np.ndarray) -> None:
    """In training every trainable weight and the input get a gradient that is not zero."""
    source = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(source)
        outputs = _train(layer, source)
        # A fixed random direction: the plain sum is invariant under normalizations.
        direction = np.random.default_rng(1).normal(size=outputs.shape)
        loss = tf.reduce_sum(tf.cast(outputs, tf.float32) * direction.astype(np.float32))
    variables = {v.path: v.value for v in layer.trainable_weights} | {"inputs": source}
    for path, gradient in tape.gradient(loss, variables).items():
        assert gradient is not None, f"no gradient reaches {path}"
        # Sparse gradients would miss what optimizers do to all of a weight, such as clipping.
        assert isinstance(gradient, tf.Tensor), f"the gradient of {path} is sparse"
        assert np.isfinite(gradient).all(), f"the gradient of {path} is not finite"
        assert np.abs(gradient).max() > 0, f"the gradient of {path} is zero"


def check_config(layer: keras.layers.Layer) -> None:
    """`get_config` holds every argument: a copy made from it has the same one."""
    config = layer.get_config()
    assert type(layer).from_config(config).get_config() == config
    assert keras.saving.get_registered_name(type(layer)) == f"kerasapps>{type(layer).__name__}"


def check_mixed_precision(layer: keras.layers.Layer, inputs: np.ndarray) -> None:
    """Under mixed precision outputs are bfloat16, weights float32, and gradients finite."""
    config = layer.get_config() | {"dtype": "mixed_bfloat16"}
    twin = type(layer).from_config(config)
    twin.build(inputs.shape)
    assert _train(twin, tf.constant(inputs)).dtype == tf.bfloat16
    check_policies(twin)
    # By names of their own: a number that Keras counts would depend on what was made before.
    if not layer.built:
        layer.build(inputs.shape)
    assert part_names(twin) == part_names(layer)
    assert {keras.backend.standardize_dtype(w.dtype) for w in twin.weights} <= {"float32"}
    check_gradients(twin, inputs)


def part_names(layer: keras.layers.Layer) -> list[str]:
    """Of the layers within, and of the weights that they have."""
    parts = [part.name for part in layer._flatten_layers(include_self=False)]
    return parts + [weight.path.partition("/")[2] for weight in layer.weights]


def check_policies(layer: keras.layers.Layer) -> None:
    """All layers within compute as the whole does."""
    for part in layer._flatten_layers():
        assert part.dtype_policy.name == layer.dtype_policy.name, part.path


def check_saving(model: keras.Model, inputs: np.ndarray, folder: Path) -> None:
    """A `.keras` file gives the same outputs, with weights that are not the initial ones."""
    rng = np.random.default_rng(2)
    for weight in model.weights:
        if "seed" not in weight.path:
            # Variances too must stay positive.
            weight.assign(weight + np.abs(rng.normal(scale=0.02, size=weight.shape)))
    model.save(folder / "layer.keras")
    loaded = keras.models.load_model(folder / "layer.keras")
    np.testing.assert_allclose(loaded(inputs), model(inputs), rtol=1e-5, atol=1e-5)


def check_tflite(model: keras.Model, inputs: np.ndarray, folder: Path, tolerance: float) -> None:
    """The TFLite interpreter, with builtin operators only, agrees with Keras."""
    flatbuffer = tflite.convert(tflite.export(model, folder / "saved"))
    actual, expected = tflite.run(flatbuffer, inputs), np.asarray(model(inputs))
    np.testing.assert_allclose(actual, expected, rtol=1e-3, atol=tolerance)


def check_masking(
    layer: keras.layers.Layer, input_shape: tuple[int, ...], *, vocabulary: int | None = None
) -> None:
    """What stands behind a text, under a False mask, changes nothing: outputs or gradients.

    Call it with a layer that has no dropout, or the valid outputs differ for another reason.

    Args:
        layer: takes `mask`, bool, `(batch, length)`; gives one vector per token or per text.
        input_shape: `(batch, length, …)`, a batch of at least 2 and 4 tokens or more.
        vocabulary: the inputs are int32 ids below it; None for float32 inputs.
    """
    rows, length = input_shape[:2]
    inputs = _tokens(input_shape, vocabulary, seed=3)
    whole = np.ones((rows, length), bool)
    per_token = len(layer(inputs, mask=whole).shape) == 3
    for valid in (1, 2, length // 2, length - 1, length):
        mask = whole & (np.arange(length) < valid)
        expected = np.asarray(layer(inputs[:, :valid], mask=mask[:, :valid]))
        # Garbage far larger than the tokens: a leak is not lost in the tolerance.
        garbage = _tokens(input_shape, vocabulary, seed=valid, scale=30.0)
        garbage[:, :valid] = inputs[:, :valid]
        actual = np.asarray(layer(garbage, mask=mask))
        actual = actual[:, :valid] if per_token else actual
        message = f"{valid} of {length} tokens are valid"
        np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-5, err_msg=message)
    _check_mixed_lengths(layer, inputs, per_token)
    _check_empty_row(layer, inputs)


def _check_mixed_lengths(layer: keras.layers.Layer, inputs: np.ndarray, per_token: bool) -> None:
    """Each row of a batch is treated by its own mask."""
    rows, length = inputs.shape[:2]
    lengths = 1 + np.arange(rows) * (length - 1) // max(rows - 1, 1)
    together = np.asarray(layer(inputs, mask=np.arange(length) < lengths[:, None]))
    for row, valid in enumerate(lengths):
        alone = np.asarray(layer(inputs[row : row + 1, :valid], mask=np.ones((1, valid), bool)))
        actual = together[row : row + 1, :valid] if per_token else together[row : row + 1]
        np.testing.assert_allclose(actual, alone, rtol=1e-4, atol=1e-5, err_msg=f"row {row}")


def _check_empty_row(layer: keras.layers.Layer, inputs: np.ndarray) -> None:
    """A text without tokens gives finite outputs and, in training, finite gradients."""
    mask = np.ones(inputs.shape[:2], bool)
    mask[-1] = False
    assert np.isfinite(np.asarray(layer(inputs, mask=mask))).all()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.cast(_train(layer, tf.constant(inputs), mask=mask), tf.float32))
    variables = {v.path: v.value for v in layer.trainable_weights}
    for path, gradient in tape.gradient(loss, variables).items():
        assert gradient is None or np.isfinite(gradient).all(), f"{path}: not finite"


def _tokens(
    shape: tuple[int, ...], vocabulary: int | None, *, seed: int, scale: float = 1.0
) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if vocabulary is not None:
        return rng.integers(1, vocabulary, shape, dtype=np.int32)
    return (scale * rng.normal(size=shape)).astype(np.float32)


def _train(layer: keras.layers.Layer, inputs: Any, **arguments: Any) -> Any:
    """The layer's output in training; layers without a `training` argument have just one."""
    takes_training = "training" in layer._call_signature.parameters
    return layer(inputs, **arguments, **({"training": True} if takes_training else {}))
