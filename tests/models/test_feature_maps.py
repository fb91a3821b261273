"""Where networks of pictures look, and what their layers make of one."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps import models
from kerasapps.errors import ConfigError
from kerasapps.export.network import mirror_averaged
from kerasapps.models.feature_maps import class_maps, feature_maps, filters_of, map_layers

SHAPE = (24, 32, 3)


@pytest.fixture(scope="module")
def network() -> keras.Model:
    keras.utils.set_random_seed(3)
    return models.cnn(input_shape=SHAPE, num_classes=4, width=0.25, depth=0.5)


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (2, *SHAPE), dtype=np.uint8)


def test_grad_cam_of_a_pooled_network_is_its_head_at_each_place(
    network: keras.Model, pictures: np.ndarray
) -> None:
    """Selvaraju et al. 2017, section 3.1: with mean pooling it is the class activation map."""
    maps = class_maps(network, pictures, [2, 0])
    name = map_layers(network, SHAPE)[-1].layer.name
    kernel, _ = network.get_layer("logits").get_weights()
    assert maps.any(axis=(1, 2)).all()
    for picture, column, found in zip(pictures, (2, 0), maps, strict=True):
        features = feature_maps(network, picture, name)
        cam = np.maximum(features @ kernel[:, column], 0)
        np.testing.assert_allclose(found * features.shape[0] * features.shape[1], cam, rtol=1e-3)
        assert found.shape == features.shape[:2]


def test_a_network_in_a_network_is_looked_into_and_mirrored_views_are_turned_back(
    network: keras.Model, pictures: np.ndarray
) -> None:
    both = class_maps(mirror_averaged(network), pictures, [1, 1])
    mirrored = class_maps(network, pictures[:, :, ::-1], [1, 1])[:, :, ::-1]
    plain = class_maps(network, pictures, [1, 1])
    # Each view counts half, in an answer that is the mean of both.
    np.testing.assert_allclose(both, (plain + mirrored) / 4, rtol=1e-3, atol=1e-7)
    assert all("call" not in layer.__dict__ for layer in network._flatten_layers())


def test_with_random_weights_the_map_is_another(network: keras.Model, pictures: np.ndarray) -> None:
    """Adebayo et al. 2018: a map that stays the same does not show what the network learnt."""
    other = models.cnn(input_shape=SHAPE, num_classes=4, width=0.25, depth=0.5)
    every = np.repeat(pictures[:1], 4, axis=0)
    mine, others = (class_maps(each, every, range(4)).ravel() for each in (network, other))
    assert mine.std() > 0 < others.std()
    assert abs(np.corrcoef(mine, others)[0, 1]) < 0.7


def test_networks_without_a_map_are_refused(pictures: np.ndarray) -> None:
    flat = models.mlp(input_shape=SHAPE, num_classes=2, width=0.1)
    with pytest.raises(ConfigError, match=r"no convolutional feature map.*rise"):
        class_maps(flat, pictures, [0, 0])
    inputs = keras.Input(SHAPE)
    patches = keras.layers.Conv2D(4, 8, 8)(inputs)
    rows = keras.layers.Reshape((12, 4))(patches)
    mixed = keras.layers.MultiHeadAttention(1, 4)(rows, rows)
    outputs = keras.layers.Dense(2)(keras.layers.GlobalAveragePooling1D()(mixed))
    with pytest.raises(ConfigError, match="mixes all places"):
        class_maps(keras.Model(inputs, outputs), pictures, [0, 0])


def test_an_answer_that_the_last_map_has_no_part_in_is_refused(pictures: np.ndarray) -> None:
    inputs = keras.Input(SHAPE)
    early = keras.layers.Conv2D(2, 3)(inputs)
    late = keras.layers.Conv2D(2, 3)(early)
    pooled = [keras.layers.GlobalAveragePooling2D()(each) for each in (early, late)]
    both = keras.layers.Concatenate()(pooled)
    network = keras.Model(inputs, both)
    assert class_maps(network, pictures, [2, 0]).shape == (2, SHAPE[0] - 4, SHAPE[1] - 4)
    with pytest.raises(ConfigError, match=r"does not depend on its last feature map.*rise"):
        class_maps(network, pictures, [0, 1])
    with pytest.raises(ConfigError, match="does not depend"):
        class_maps(keras.Model(inputs, keras.ops.stop_gradient(both)), pictures, [2, 3])


def test_layers_are_shown_by_name_and_listed_where_the_name_is_wrong(
    network: keras.Model, pictures: np.ndarray
) -> None:
    name = map_layers(network, SHAPE)[0].layer.name
    assert feature_maps(network, pictures[0], name).shape == map_layers(network, SHAPE)[0].shape
    height, width, inputs, count = filters_of(network, SHAPE, name).shape
    assert (height, width, inputs) == (3, 3, 3) and count == 8
    for look in (feature_maps, lambda n, p, name: filters_of(n, p.shape, name)):
        with pytest.raises(ConfigError, match=rf"layer 'stage9' is not known\..*{name}"):
            look(network, pictures[0], "stage9")
