"""The battery that every tagger goes through."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from kerasapps.models.tagger_common import TaggerShape, crf_of

LENGTH, WORD = 5, 6
TAGS = ("O", "B-LOC", "B-PER", "I-LOC", "I-PER")
SHAPE = TaggerShape(words=50, characters=20, tags=TAGS, word_length=WORD, width=0.25)
EXPORT = dataclasses.replace(SHAPE, length=LENGTH, for_export=True)

Builder = Callable[[TaggerShape], keras.Model]
Inputs = Mapping[str, np.ndarray]


def sentences(count: int = LENGTH) -> dict[str, np.ndarray]:
    """Words padded to `LENGTH`, of every number from 1 on, over and over."""
    rng = np.random.default_rng(0)
    words = rng.integers(1, SHAPE.words, (count, LENGTH), dtype=np.int32)
    characters = rng.integers(1, SHAPE.characters, (count, LENGTH, WORD), dtype=np.int32)
    sizes = rng.integers(1, WORD + 1, (count, LENGTH, 1))
    real = np.arange(LENGTH) < 1 + np.arange(count)[:, None] % LENGTH
    inside = (np.arange(WORD) < sizes) & real[..., None]
    return {"words": np.where(real, words, 0), "characters": np.where(inside, characters, 0)}


def lively(model: keras.Model) -> keras.Model:
    """With weights as large as training makes them, so that differences are seen."""
    rng = np.random.default_rng(1)
    for weight in model.trainable_weights:
        table = "table/" in weight.path or "embedding/" in weight.path
        scale = 1.0 if table else 2.0 / max(weight.shape) ** 0.5
        weight.assign(rng.normal(scale=scale, size=weight.shape))
    return model


def check_padding(build: Builder) -> None:
    """Neither padding nor the rest of the batch changes a word's scores; both inputs do."""
    model, inputs = lively(build(SHAPE)), sentences()
    together = np.asarray(model(inputs))
    assert together.shape == (LENGTH, LENGTH, 5) and together.dtype == np.float32
    assert np.ptp(together, axis=(0, 1)).min() > 0.1
    assert model.name == build.__name__ and model.output_shape == (None, None, 5)
    for length in range(1, LENGTH + 1):
        alone = {name: each[length - 1 : length, :length] for name, each in inputs.items()}
        np.testing.assert_allclose(together[length - 1, :length], model(alone)[0], atol=1e-4)
    for name, each in inputs.items():
        other = inputs | {name: np.where(each == 0, 0, 1 + each % 19)}
        assert np.abs(model(other) - together).max() > 0.1, f"{name} have no say"
    empty = {name: np.zeros_like(each) for name, each in inputs.items()}
    assert np.isfinite(np.asarray(model(empty))).all()


def check_export(build: Builder, folder: Path) -> None:
    """The twin for export has the same weights, and its TFLite file agrees at every length."""
    model, twin = lively(build(SHAPE)), build(EXPORT)
    assert [weight.path for weight in twin.weights] == [weight.path for weight in model.weights]
    twin.set_weights(model.get_weights())
    signature = {
        each.name: tf.TensorSpec((1, *each.shape[1:]), each.dtype, name=each.name)
        for each in twin.inputs
    }
    twin.export(folder, format="tf_saved_model", input_signature=[signature], verbose=False)
    inputs, real = sentences(), sentences()["words"] != 0
    expected = np.asarray(model(inputs))
    actual = run_tflite(_convert(folder), inputs)
    np.testing.assert_allclose(actual[real], expected[real], atol=1e-4)
    # 8 bits for weights and activations: near enough for the ranking of any clear case.
    small = run_tflite(_convert(folder, sentences(40)), inputs)
    assert np.corrcoef(small[real].ravel(), expected[real].ravel())[0, 1] > 0.98


def _convert(folder: Path, calibration: Inputs | None = None) -> bytes:
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder))
    if calibration is not None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: (
            {name: each[row : row + 1] for name, each in calibration.items()}
            for row in range(len(calibration["words"]))
        )
        converter.target_spec.supported_ops = [
            tf.lite.OpsSet.TFLITE_BUILTINS_INT8,
            tf.lite.OpsSet.TFLITE_BUILTINS,
        ]
    return bytes(converter.convert())


def run_tflite(flatbuffer: bytes, inputs: Inputs) -> np.ndarray:
    """What a file answers to each sentence, builtin operators only."""
    runner = Interpreter(model_content=flatbuffer).get_signature_runner("serving_default")
    count = len(next(iter(inputs.values())))
    rows = [{name: each[row : row + 1] for name, each in inputs.items()} for row in range(count)]
    return np.concatenate([next(iter(runner(**row).values())) for row in rows])


def check_options(build: Builder) -> None:
    """Width, depth and both dropouts do what they say; what IOB2 forbids is known."""
    sizes = [
        build(dataclasses.replace(SHAPE, width=width, depth=depth)).count_params()
        for width, depth in ((0.25, 1), (0.5, 1), (0.25, 2))
    ]
    assert sizes[0] < sizes[1] and sizes[0] < sizes[2]
    off = build(dataclasses.replace(SHAPE, dropout=0.0, word_dropout=0.0))
    assert not {"head_dropout", "word_dropout"} & {layer.name for layer in off.layers}
    on = build(dataclasses.replace(SHAPE, dropout=0.37, word_dropout=0.21, unknown_id=7))
    assert on.get_layer("head_dropout").rate == 0.37
    hidden = on.get_layer("word_dropout")
    assert (hidden.rate, hidden.unknown_id, hidden.kept_ids) == (0.21, 7, [])
    chain = crf_of(on)
    assert chain is not None and chain.no_start == [3, 4] and [0, 3] in chain.no_move


def check_training(build: Builder) -> None:
    """Every weight gets a gradient of the sentences' likelihood, also in a graph of any lengths."""
    keras.utils.set_random_seed(0)
    model = build(SHAPE)
    chain = crf_of(model)
    assert chain is not None
    weights = [weight.value for weight in model.trainable_weights]

    @tf.function(autograph=False, reduce_retracing=True)
    def slopes(inputs: Mapping[str, tf.Tensor], tags: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            emissions = model(inputs, training=True)
            mask = tf.not_equal(inputs["words"], 0)
            loss = -tf.reduce_mean(chain.log_likelihood(emissions, tags, mask))
        return [tf.convert_to_tensor(each) for each in tape.gradient(loss, weights)]

    inputs = {name: tf.constant(each) for name, each in sentences(40).items()}
    tags = tf.constant(np.random.default_rng(0).integers(0, 3, (40, LENGTH)))
    for weight, slope in zip(model.trainable_weights, slopes(inputs, tags), strict=True):
        values = slope.numpy()
        assert np.isfinite(values).all() and np.abs(values).max() > 0, weight.path


def check_saving(build: Builder, folder: Path) -> None:
    """A `.keras` file gives the same scores, and the moves between tags."""
    model = lively(build(SHAPE))
    model.save(folder / "model.keras")
    loaded = keras.models.load_model(folder / "model.keras")
    np.testing.assert_allclose(loaded(sentences()), model(sentences()), atol=1e-5)
    before, after = crf_of(model), crf_of(loaded)
    assert before is not None and after is not None
    for one, other in zip(before.scores(), after.scores(), strict=True):
        np.testing.assert_array_equal(one, other)


def check_mixed_precision(build: Builder) -> None:
    """Scores are float32 under mixed precision, and the weights fit the float32 model."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        mixed = build(SHAPE)
        outputs = mixed(sentences(), training=True)
    finally:
        keras.config.set_dtype_policy(before)
    assert outputs.dtype == "float32" and np.isfinite(outputs).all()
    build(SHAPE).set_weights(mixed.get_weights())
