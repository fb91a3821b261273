"""Pictures that grow while a network trains."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps import models
from kerasapps.config import TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.training.growth import at_scale, scale_at, scales

from . import small


@keras.saving.register_keras_serializable(package="tests")
class Witness(keras.layers.Layer):
    """Passes pictures on and counts the training steps by the pictures' side."""

    def build(self, shape):
        self.steps = self.add_weight(
            shape=(small.SIZE + 1,), initializer="zeros", trainable=False, name="steps"
        )

    def call(self, x, training=False):
        if training:
            self.steps.assign_add(tf.one_hot(x.shape[1], small.SIZE + 1))
        return x

    def seen(self):
        counts = self.steps.numpy()
        return {side: int(counts[side]) for side in np.flatnonzero(counts)}


def convolutional_model():
    """Convolution, normalization and pooling: takes any size."""
    keras.utils.clear_session()
    inputs = keras.Input((small.SIZE, small.SIZE, 3))
    x = Witness(name="witness")(inputs)
    x = keras.layers.Rescaling(1 / 64, -2)(x)
    x = keras.layers.Conv2D(8, 3, padding="same", name="conv")(x)
    x = keras.layers.ReLU()(keras.layers.BatchNormalization(name="norm")(x))
    x = keras.layers.GlobalMaxPooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(small.CLASSES, name="logits")(x))


def test_scales_grow_from_the_first_to_the_full_size():
    assert scales(0.5) == (0.5, 0.625, 0.75, 0.875, 1.0)
    assert scales(0.6) == (0.6, 0.625, 0.75, 0.875, 1.0)
    assert scales(1.0) == (1.0,)
    seen = [scale_at(step / 100, 0.5) for step in range(101)]
    assert seen == sorted(seen)
    assert sorted(set(seen)) == [0.5, 0.625, 0.75, 0.875, 1.0]
    assert set(seen[:20]) == {0.5}
    assert set(seen[70:]) == {1.0}
    assert {scale_at(step / 10, 1.0) for step in range(11)} == {1.0}


@pytest.mark.parametrize("name", ["cnn", "densenet", "inception", "mobile_cnn", "resnet", "vgg"])
def test_a_twin_takes_small_pictures_and_learns_the_same_weights(name):
    model = getattr(models, name)(input_shape=(32, 32, 3), num_classes=4, width=0.25)
    twin = at_scale(model, 0.5)
    assert [id(v) for v in twin.trainable_variables] == [id(v) for v in model.trainable_variables]
    assert twin(np.zeros((2, 16, 16, 3))).shape == (2, 4)
    assert model(np.zeros((2, 32, 32, 3))).shape == (2, 4)


def test_a_twin_computes_what_a_network_of_that_size_does_with_the_same_weights():
    model = models.fast_resnet(input_shape=(32, 32, 3), num_classes=4, width=0.25)
    twin = at_scale(model, 0.75)
    other = models.fast_resnet(input_shape=(24, 24, 3), num_classes=4, width=0.25)
    other.set_weights(model.get_weights())
    pictures = np.random.default_rng(0).uniform(0, 255, (2, 24, 24, 3)).astype(np.float32)
    assert np.allclose(twin(pictures), other(pictures), atol=1e-5)


@pytest.mark.parametrize("name", ["mlp", "alexnet", "vit"])
def test_a_network_of_one_size_is_refused_by_name(name):
    model = getattr(models, name)(input_shape=(32, 32, 3), num_classes=4, width=0.25)
    with pytest.raises(ConfigError, match=rf"start_scale 0.5 .*{name} does not take 16×16 .*32×32"):
        at_scale(model, 0.5)


@pytest.mark.parametrize("xla", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_training_begins_on_small_pictures_and_ends_on_full_ones(tmp_path, xla):
    model = convolutional_model()
    kernel = model.get_layer("conv").kernel.numpy()
    runtime = small.Runtime("float32", xla, "test", "CPU")
    config = TrainConfig(epochs=5, early_stopping=0)
    small.train(tmp_path, config, model=model, start_scale=0.75, runtime=runtime)
    # 30 steps, of which those after the best epoch are forgotten with its count.
    seen = model.get_layer("witness").seen()
    assert next(iter(seen)) == 6
    assert seen[6] >= 6
    assert set(seen) <= {6, 7, 8}
    assert not np.allclose(kernel, model.get_layer("conv").kernel.numpy())


def test_a_training_with_growing_pictures_goes_on_where_it_was_cut(tmp_path):
    config = TrainConfig(epochs=4, early_stopping=0, seed=1)
    keras.utils.set_random_seed(1)
    whole = convolutional_model()
    small.train(tmp_path / "whole", config, model=whole, start_scale=0.875)
    keras.utils.set_random_seed(1)
    reporter = small.Silent(interrupt_after=2)
    with pytest.raises(KeyboardInterrupt):
        small.train(
            tmp_path / "cut",
            config,
            model=convolutional_model(),
            start_scale=0.875,
            reporter=reporter,
        )
    resumed = convolutional_model()
    small.train(tmp_path / "cut", config, model=resumed, start_scale=0.875)
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        assert np.allclose(one, other, atol=1e-6)


def test_a_network_of_one_size_is_refused_before_it_trains(tmp_path):
    with pytest.raises(ConfigError, match="Leave the option out"):
        small.train(tmp_path, TrainConfig(epochs=1), start_scale=0.5)
    assert not list(tmp_path.iterdir())
