"""The battery that every network on sounds goes through."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kerasapps.models.adapt import adapt
from kerasapps.models.sound_common import SOUND, SoundShape
from kerasapps.models.streaming import stream_clip, streaming_model
from kerasapps.weights import give_weights
from tests.layers import tflite

# Of 22 frames: no multiple of the strides of 4 that a network may have.
SHAPE = SoundShape(samples=1760, rate=8000, num_classes=3, width=0.25, mels=10)

Builder = Callable[[SoundShape], keras.Model]


def sounds(count: int = 5, samples: int = SHAPE.samples) -> np.ndarray:
    """Noise of several loudnesses that starts somewhere; float32 `(count, samples)`."""
    rng = np.random.default_rng(0)
    loud = 10 ** rng.uniform(-2.5, -0.5, (count, 1))
    starts = np.arange(samples) > rng.integers(0, samples // 2, (count, 1))
    return (rng.normal(size=(count, samples)) * loud * starts).astype(np.float32)


def lively(model: keras.Model) -> keras.Model:
    """With weights as training makes them, and normalized."""
    rng = np.random.default_rng(1)
    for weight in model.trainable_weights:
        if len(weight.shape) > 1:
            weight.assign(weight * 1.5)
        weight.assign(weight + np.abs(rng.normal(scale=0.03, size=weight.shape)))
    adapt(model, sounds(20, int(model.input_shape[1])))
    return model


def check_logits(build: Builder) -> None:
    """Float32 logits that differ by the sound and are the same alone and in a batch."""
    model = lively(build(SHAPE))
    together = np.asarray(model(sounds()))
    assert together.shape == (5, 3) and together.dtype == np.float32
    assert np.ptp(together, axis=0).min() > 0.01
    assert model.input_shape == (None, SHAPE.samples) and model.inputs[0].name == SOUND
    np.testing.assert_allclose(model(sounds()[:1])[0], together[0], rtol=1e-3, atol=1e-4)
    assert np.isfinite(np.asarray(model(np.zeros((1, SHAPE.samples), np.float32)))).all()


def check_export(build: Builder, folder: Path) -> None:
    """The TFLite file, of builtin operations, agrees; its twin for export has the same weights."""
    model = lively(build(SHAPE))
    twin = build(dataclasses.replace(SHAPE, for_export=True))
    assert [weight.path for weight in twin.weights] == [weight.path for weight in model.weights]
    give_weights(twin, model.get_weights())
    actual = tflite.run(tflite.convert(tflite.export(twin, folder)), sounds())
    np.testing.assert_allclose(actual, model(sounds()), rtol=1e-3, atol=1e-3)


def check_options(build: Builder) -> None:
    """Width, depth, dropout, features and stripes do what they say."""
    sizes = [
        build(dataclasses.replace(SHAPE, width=width, depth=depth)).count_params()
        for width, depth in ((0.25, 1), (1.0, 1), (0.25, 3))
    ]
    assert sizes[0] < sizes[1] and sizes[0] < sizes[2]
    plain = build(dataclasses.replace(SHAPE, dropout=0.0))
    assert not {"head_dropout", "specaugment", "pcen"} & {layer.name for layer in plain.layers}
    rich = build(dataclasses.replace(SHAPE, dropout=0.37, features="pcen", specaugment=2))
    assert rich.get_layer("head_dropout").rate == 0.37
    assert {"specaugment", "pcen"} <= {layer.name for layer in rich.layers}
    assert np.isfinite(np.asarray(rich(sounds(), training=True))).all()


def check_saving(build: Builder, folder: Path) -> None:
    """A `.keras` file gives the same logits."""
    model = lively(build(SHAPE))
    model.save(folder / "model.keras")
    loaded = keras.models.load_model(folder / "model.keras")
    np.testing.assert_allclose(loaded(sounds()), model(sounds()), atol=1e-4)


def check_mixed_precision(build: Builder) -> None:
    """Logits are float32 under mixed precision, and the weights fit the float32 network."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        mixed = build(SHAPE)
        outputs = mixed(sounds(), training=True)
    finally:
        keras.config.set_dtype_policy(before)
    assert outputs.dtype == "float32" and np.isfinite(outputs).all()
    build(SHAPE).set_weights(mixed.get_weights())


def check_stream(build: Builder, folder: Path, *, chunk: int) -> None:
    """Chunk by chunk, in Keras and in its TFLite file, the answer is that to the whole clip."""
    shape = dataclasses.replace(SHAPE, samples=4 * chunk + SHAPE.samples // chunk * chunk)
    shape = dataclasses.replace(shape, causal=True, features="pcen")
    model = lively(build(shape))
    heard = sounds(samples=shape.samples)
    expected = np.asarray(model(heard))
    twin = streaming_model(build, shape, model, chunk)
    assert np.allclose([*stream_clip(twin, heard)][-1], expected, rtol=1e-3, atol=1e-3)
    content = convert_stream(twin, folder)
    np.testing.assert_allclose(run_stream(content, heard[:2]), expected[:2], rtol=1e-3, atol=1e-3)


def convert_stream(twin: keras.Model, folder: Path) -> bytes:
    """A flatbuffer of builtin operations, at batch 1, with every state as an input and output."""
    signature = {
        name: tf.TensorSpec((1, *tensor.shape[1:]), tf.float32, name=name)
        for name, tensor in twin.input.items()
    }
    archive = keras.export.ExportArchive()
    archive.track(twin)
    archive.add_endpoint(
        "serve", lambda inputs: twin(inputs, training=False), input_signature=[signature]
    )
    archive.write_out(str(folder / "stream"), verbose=False)
    return tflite.convert(folder / "stream")


def run_stream(content: bytes, heard: np.ndarray) -> np.ndarray:
    """The last logits that the real interpreter gives, `(n, num_classes)`."""
    runner = tflite.Interpreter(model_content=content).get_signature_runner()
    details, answers = runner.get_input_details(), []
    for sound in heard:
        states = {
            name: np.zeros(each["shape"], np.float32)
            for name, each in details.items()
            if name != SOUND
        }
        chunk = int(details[SOUND]["shape"][1])
        for start in range(0, len(sound), chunk):
            given = runner(**{SOUND: sound[None, start : start + chunk]}, **states)
            states = {name: given[name] for name in states}
        answers.append(given["logits"][0])
    return np.stack(answers)
