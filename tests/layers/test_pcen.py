from __future__ import annotations

import numpy as np
import tensorflow as tf

from kerasapps.layers import Pcen, pcen
from kerasapps.spectra import FLOOR
from tests.layers import plain
from tests.layers.check_layer import check_config, check_gradients, check_shapes
from tests.values import defaults_of


def energies() -> np.ndarray:
    return np.abs(plain.random(2, 7, 3)) ** 2


def test_pcen() -> None:
    # A normal input may be below 0; its mean then has no logarithm.
    layer = Pcen()
    check_shapes(layer, energies(), (2, 7, 3))
    check_gradients(layer, energies())
    check_config(layer)


def test_values_are_those_of_the_recurrence() -> None:
    layer, given = Pcen(smoothing=0.3, gain=0.8, bias=2.0, power=0.4), energies()
    sums, heard, expected = np.zeros((2, 3)), 0.0, []
    for frame in given.transpose(1, 0, 2):
        sums, heard = 0.7 * sums + 0.3 * frame, 0.7 * heard + 0.3
        expected.append((frame / (FLOOR + sums / heard) ** 0.8 + 2) ** 0.4 - 2**0.4)
    np.testing.assert_allclose(layer(given), np.stack(expected, axis=1), rtol=1e-4, atol=1e-5)


def test_a_stream_goes_on_from_its_state() -> None:
    layer, given = Pcen(smoothing=0.2), energies()
    whole, state = np.asarray(layer(given)), np.zeros((2, 4), np.float32)
    parts = []
    for start, end in ((0, 1), (1, 3), (3, 7)):
        part, state = layer(given[:, start:end], state)
        parts.append(part)
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, rtol=1e-4, atol=1e-5)


def test_a_long_clip_forgets_what_no_longer_counts() -> None:
    layer = Pcen(smoothing=0.2)
    given = np.random.default_rng(0).uniform(0.1, 1.0, (1, 400, 2)).astype(np.float32)
    given[:, :100] *= 5  # which a stream still knows of, a little
    heard, _ = layer(given, np.zeros((1, 3), np.float32))
    np.testing.assert_allclose(layer(given), heard, rtol=1e-3)
    graph = tf.function(layer).get_concrete_function(tf.TensorSpec((1, 6000, 2))).graph
    constants = [each for each in graph.get_operations() if each.type == "Const"]
    assert max(np.prod(each.outputs[0].shape) for each in constants) <= 6000
    kernels = [each for each in constants if len(each.outputs[0].shape) == 4]
    assert [each.outputs[0].shape[0] for each in kernels] == [42]  # 0.8^42 < 1e-4


def test_loudness_falls_out() -> None:
    layer, given = Pcen(gain=1.0), energies()
    np.testing.assert_allclose(layer(given * 100), layer(given), rtol=1e-3)


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(pcen) == {
        "Pcen": {"smoothing": 0.04, "gain": 0.9, "bias": 1.0, "power": 0.5}
    }
