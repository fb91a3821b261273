"""Of an ensemble each network is given the form that converts, and its temperature stays."""

from __future__ import annotations

import keras
import numpy as np

from kerasapps import models
from kerasapps.export.network import temperatures_of, with_temperature
from kerasapps.models.ensemble import averaged, members_of
from kerasapps.outputs.convertible import convertible

IDS = np.random.default_rng(0).integers(0, 20, (3, 6)).astype(np.int32)


class Rebuilding:
    """A reading whose networks are built anew, of static length, as recurrent ones are."""

    def __init__(self) -> None:
        self.built: list[keras.Model] = []

    def convertible(self, network: keras.Model) -> keras.Model:
        copy = text_network(length=6)
        copy.set_weights(network.get_weights())
        self.built.append(copy)
        return copy


def text_network(length: int | None = None) -> keras.Model:
    shape = models.TextShape(vocabulary_size=20, num_classes=2, width=0.1, length=length)
    network: keras.Model = models.lstm(shape)
    return network


def test_each_network_of_an_ensemble_is_built_anew() -> None:
    reading, together = Rebuilding(), averaged([text_network(), text_network()])
    made = convertible(reading, with_temperature(together, [2.0]))
    assert len(reading.built) == 2 and temperatures_of(made) == (2.0,)
    np.testing.assert_allclose(made(IDS), together(IDS) / 2, atol=1e-5)
    assert made.input_shape == (None, 6) and together.input_shape == (None, None)


def test_one_network_is_built_as_ever() -> None:
    reading, network = Rebuilding(), text_network()
    assert members_of(network) == ()
    assert convertible(reading, network) is reading.built[0]
