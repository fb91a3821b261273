from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps import models
from kerasapps.export.network import (
    colours_taken,
    float32_copy,
    keeping_temperature,
    mirror_averaged,
    scoring_model,
    temperatures_of,
    with_temperature,
    without_temperature,
)


def build() -> keras.Model:
    return models.mlp(input_shape=(16, 16, 3), num_classes=3, width=0.1)


def test_a_mixed_precision_network_ships_as_float32() -> None:
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network = build()
    finally:
        keras.config.set_dtype_policy("float32")
    assert any("bfloat16" in layer.dtype_policy.name for layer in network.layers)
    copy = float32_copy(network, build)
    assert all(layer.dtype_policy.name == "float32" for layer in copy.layers)
    for one, other in zip(network.get_weights(), copy.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert keras.config.dtype_policy().name == "float32"


def test_a_float32_network_is_taken_as_it_is() -> None:
    network = build()
    assert float32_copy(network, build) is network


def test_a_network_of_several_devices_ships_as_one_of_one_device() -> None:
    with tf.distribute.MirroredStrategy(["/cpu:0"]).scope():
        network = build()
    copy = float32_copy(network, build)
    assert not any(isinstance(each.value, tf.distribute.DistributedValues) for each in copy.weights)
    for one, other in zip(network.get_weights(), copy.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_scores_sum_to_one() -> None:
    network = build()
    pictures = np.random.default_rng(0).uniform(0, 255, (4, 16, 16, 3)).astype(np.float32)
    scores = scoring_model(network)(pictures).numpy()
    np.testing.assert_allclose(scores.sum(1), 1, atol=1e-5)
    np.testing.assert_array_equal(scores.argmax(1), network(pictures).numpy().argmax(1))


PICTURES = np.random.default_rng(1).uniform(0, 255, (3, 16, 16, 3)).astype(np.float32)


def test_a_mirror_averaged_network_answers_with_the_mean_of_both(tmp_path: Path) -> None:
    network = build()
    averaged = mirror_averaged(network)
    straight, mirrored = network(PICTURES).numpy(), network(PICTURES[:, :, ::-1]).numpy()
    assert np.abs(straight - mirrored).max() > 0.01
    np.testing.assert_allclose(averaged(PICTURES), (straight + mirrored) / 2, atol=1e-5)
    averaged.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    np.testing.assert_allclose(loaded(PICTURES), averaged(PICTURES), atol=1e-5)


def test_a_mirror_averaged_network_takes_what_the_network_takes() -> None:
    network = build()
    averaged = mirror_averaged(network)
    (given,), (taken,) = network.inputs, averaged.inputs
    assert (taken.name, taken.shape, taken.dtype) == (given.name, given.shape, given.dtype)
    assert averaged.name == f"{network.name}_mirrored"


def test_a_network_of_grey_pictures_takes_colours() -> None:
    network = models.mlp(input_shape=(16, 16, 1), num_classes=3, width=0.1)
    taking = colours_taken(network)
    assert taking.input_shape == (None, 16, 16, 3) and taking.name == network.name
    grey = np.floor(PICTURES[..., :1])
    np.testing.assert_array_equal(taking(np.repeat(grey, 3, -1)), network(grey))
    assert colours_taken(build_again := build()) is build_again


def test_scores_are_float32_whatever_the_network_computes_in() -> None:
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        inputs = keras.Input((4,))
        scoring = scoring_model(keras.Model(inputs, keras.layers.Dense(2)(inputs)))
    finally:
        keras.config.set_dtype_policy("float32")
    assert scoring.output.dtype == "float32"
    assert scoring.name == "scoring" and scoring.layers[-1].name == "scores"


def test_the_policy_of_the_day_is_left_as_it_was() -> None:
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        copy = float32_copy(build(), build)
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
    finally:
        keras.config.set_dtype_policy("float32")
    assert all(layer.dtype_policy.name == "float32" for layer in copy.layers)


def test_a_temperature_divides_logits_and_goes_with_the_network(tmp_path: Path) -> None:
    network = build()
    cooler = with_temperature(network, (2.5,))
    logits = network(PICTURES).numpy()
    np.testing.assert_allclose(cooler(PICTURES).numpy(), logits / 2.5, rtol=1e-5)
    assert temperatures_of(cooler) == pytest.approx((2.5,))
    assert len(cooler.get_weights()) == len(network.get_weights())  # a training can go on
    cooler.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    assert temperatures_of(again) == pytest.approx((2.5,))
    np.testing.assert_allclose(without_temperature(again)(PICTURES).numpy(), logits, rtol=1e-5)
    rebuilt = keeping_temperature(again, lambda each: float32_copy(each, build))
    np.testing.assert_allclose(rebuilt(PICTURES).numpy(), logits / 2.5, rtol=1e-5)


def test_each_logit_may_have_its_own_temperature_and_1_is_none() -> None:
    network = build()
    each = with_temperature(network, (2.0, 2.0, 1.0))
    expected = network(PICTURES).numpy() / [2, 2, 1]
    np.testing.assert_allclose(each(PICTURES).numpy(), expected, rtol=1e-5)
    assert temperatures_of(each) == (2.0, 2.0, 1.0)
    assert with_temperature(network, (1.0, 1.0)) is network
    assert temperatures_of(network) == (1.0,)
    assert without_temperature(network) is network
