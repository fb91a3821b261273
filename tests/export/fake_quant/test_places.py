"""A network on sounds is rounded behind its front end alone, as its int8 file is."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.export.fake_quant.network import FakeQuantized, fingerprints, start_ranges
from kerasapps.export.fake_quant.places import FloatFile
from kerasapps.export.fake_quant.traced import TracedNetwork
from kerasapps.export.integer import quantize
from kerasapps.export.integer_sounds import front_end
from kerasapps.export.tflite import write_static_batch

SAMPLES = 64


def sounds() -> keras.Model:
    """Powers of some tones, their logarithm, and a dense layer on it."""
    keras.utils.set_random_seed(3)
    taken = keras.Input((SAMPLES,), name="sound")
    tones = keras.layers.Dense(16, use_bias=False, name="tones")(taken)
    levels = keras.ops.log(keras.ops.square(tones) + 1e-4)
    x = keras.layers.Dense(8, activation="relu", name="hidden")(levels)
    return keras.Model(taken, keras.layers.Dense(3, name="logits")(x), name="sounds")


def test_what_leads_to_the_last_logarithm_is_not_rounded(tmp_path: Path) -> None:
    network = sounds()
    # Soft sounds and a loud one: in 256 steps of the loudest nothing would be left of the others.
    loudness = np.geomspace(1e-4, 1, 64)[:, None]
    played = (np.random.default_rng(0).normal(size=(64, SAMPLES)) * loudness).astype(np.float32)
    write_static_batch(network, tmp_path / "saved")

    def converter() -> tf.lite.TFLiteConverter:
        return tf.lite.TFLiteConverter.from_saved_model(str(tmp_path / "saved"))

    content = bytes(converter().convert())
    floats = front_end(content)
    file = FloatFile(content, {"input": played[:3]}, played[:3], floats)
    traced = TracedNetwork(network)
    values = fingerprints(traced, played[:3])
    names = file.rounded(values, traced.values)
    assert [traced.values[name] for name in names] == ["Log", "Relu", "BiasAdd"]
    alone = traced.leading_to(file.on_float32(values))
    products = {each.name for each in traced.operations if each.type == "MatMul"}
    assert [name for name in products if name in alone] == ["sounds_1/tones_1/MatMul"]

    start = start_ranges(traced, names, [played])
    rounded = FakeQuantized(traced, names, start, floats=alone)
    calibrating = converter()
    calibrating.optimizations = [tf.lite.Optimize.DEFAULT]
    calibrating.representative_dataset = lambda: ([each[None]] for each in played)
    calibrating._experimental_calibrate_only = True
    path = tmp_path / "int8.tflite"
    path.write_bytes(quantize(calibrating.convert(), but=floats))
    model = TFLiteModel(path)
    served = np.stack([model.scores(each) for each in played])
    answers = np.array(rounded(played, training=False))
    plain = np.array(network(played))
    assert np.abs(answers - plain).max() < 0.05 * np.abs(plain).max()
    assert np.abs(served - answers).max() < 0.05 * np.abs(plain).max()
    everything = FakeQuantized(traced, names, start)
    assert np.abs(np.array(everything(played, training=False)) - answers).max() > 0
