"""The twin that says where logits are from."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps import models
from kerasapps.errors import ConfigError
from kerasapps.export.network import mirror_averaged
from kerasapps.models.class_activation import class_activation

SHAPE = (24, 24, 3)


def test_the_mean_of_a_map_is_the_logit_but_for_the_bias() -> None:
    network = models.cnn(input_shape=SHAPE, num_classes=3, width=0.25, depth=0.5)
    bias = np.array([0.5, -1, 2], np.float32)
    head = network.get_layer("logits")
    head.set_weights([head.get_weights()[0], bias])
    pictures = np.random.default_rng(0).integers(0, 256, (2, *SHAPE)).astype(np.float32)
    given = class_activation(network)(pictures)
    maps = keras.ops.convert_to_numpy(given["maps"])
    np.testing.assert_allclose(maps.mean(axis=(1, 2)) + bias, given["logits"], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(given["logits"], network(pictures), rtol=1e-5)
    assert maps.ndim == 4 and maps.std() > 0


@pytest.mark.parametrize("name", ["mlp", "alexnet", "mirrored"])
def test_other_heads_are_refused(name: str) -> None:
    build = models.cnn if name == "mirrored" else getattr(models, name)
    network = build(input_shape=SHAPE, num_classes=3, width=0.1)
    network = mirror_averaged(network) if name == "mirrored" else network
    with pytest.raises(ConfigError, match=r"one dense layer, and .* does not"):
        class_activation(network)
