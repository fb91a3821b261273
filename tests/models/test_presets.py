"""Pretrained backbones, from presets and files that the tests write."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import keras
import keras_hub
import numpy as np
import pytest

from kerasapps.errors import ConfigError
from kerasapps.models import (
    backbone,
    cnn,
    preset,
    preset_image_size,
    presets,
    text_presets,
)
from tests.layers import tflite

LITE = {
    "stackwise_width_coefficients": [1.0] * 2,
    "stackwise_depth_coefficients": [1.0] * 2,
    "stackwise_kernel_sizes": [3, 3],
    "stackwise_num_repeats": [1, 1],
    "stackwise_input_filters": [8, 8],
    "stackwise_output_filters": [8, 16],
    "stackwise_expansion_ratios": [1, 4],
    "stackwise_squeeze_and_excite_ratios": [0, 0],
    "stackwise_strides": [1, 2],
    "stackwise_block_types": ["v1", "v1"],
    "stackwise_force_input_filters": [0, 0],
    "activation": "relu6",
    "dropout": 0,
}


def _pictures(channels: int = 3, size: int = 32) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.uniform(0, 255, (4, size, size, channels)).astype(np.float32)


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small EfficientNet-Lite preset folder without an image converter."""
    folder = tmp_path_factory.mktemp("preset")
    keras.utils.set_random_seed(0)
    keras_hub.models.EfficientNetBackbone(**LITE).save_to_preset(str(folder))
    return folder


@pytest.fixture(scope="module")
def resnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small ResNet preset folder with an image converter."""
    folder = tmp_path_factory.mktemp("resnet")
    keras.utils.set_random_seed(0)
    keras_hub.models.ResNetBackbone(
        input_conv_filters=[64],
        input_conv_kernel_sizes=[3],
        stackwise_num_filters=[64, 16],
        stackwise_num_blocks=[1, 1],
        stackwise_num_strides=[1, 2],
        block_type="basic_block",
    ).save_to_preset(str(folder))
    keras_hub.layers.ResNetImageConverter(
        image_size=(48, 48), scale=[0.01, 0.02, 0.03], offset=[-1.0, -2.0, -3.0]
    ).save_to_preset(str(folder))
    return folder


def test_efficientnet_lite_is_given_the_pixels_it_wants(lite: Path) -> None:
    model = preset(str(lite), input_shape=(32, 32, 3), num_classes=5)
    original = keras_hub.models.Backbone.from_preset(str(lite))
    expected = np.asarray(original((_pictures() - 127) / 128)).mean((1, 2))
    features = keras.Model(model.input, model.get_layer("pool").output)
    np.testing.assert_allclose(features(_pictures()), expected, rtol=1e-3, atol=1e-5)
    assert np.abs(expected).max() > 1e-3
    assert preset_image_size(str(lite)) == 224


def test_image_converter_of_a_preset_is_used(resnet: Path) -> None:
    model = preset(str(resnet), input_shape=(32, 32, 3), num_classes=5)
    original = keras_hub.models.Backbone.from_preset(str(resnet))
    scaled = _pictures() * np.float32([0.01, 0.02, 0.03]) + np.float32([-1, -2, -3])
    expected = np.asarray(original(scaled)).mean((1, 2))
    features = keras.Model(model.input, model.get_layer("pool").output)
    np.testing.assert_allclose(features(_pictures()), expected, rtol=1e-3, atol=1e-5)
    assert preset_image_size(str(resnet)) == 48


def test_unknown_pixel_scaling_is_refused(tmp_path: Path) -> None:
    config = LITE | {"activation": "swish"}
    keras_hub.models.EfficientNetBackbone(**config).save_to_preset(str(tmp_path))
    with pytest.raises(ConfigError, match=r"image_converter\.json"):
        preset(str(tmp_path), input_shape=(32, 32, 3), num_classes=5)


def test_backbone_stays_in_inference_mode_while_it_trains(lite: Path) -> None:
    model = preset(str(lite), input_shape=(32, 32, 3), num_classes=3, dropout=0.0)
    layer = backbone(model)
    assert layer is not None and layer.trainable
    norms = {w.path: np.array(w) for w in layer.non_trainable_weights}
    kernels = {w.path: np.array(w) for w in layer.trainable_weights if "conv" in w.path}
    model.compile(keras.optimizers.SGD(1.0), "mse", jit_compile=False)
    model.fit(_pictures(), np.eye(3)[[0, 1, 2, 0]], verbose=0)
    assert norms and all(np.array_equal(norms[w.path], w) for w in layer.non_trainable_weights)
    after = {w.path: np.array(w) for w in layer.trainable_weights}
    assert any(not np.array_equal(kernel, after[path]) for path, kernel in kernels.items())
    np.testing.assert_allclose(
        model(_pictures(), training=True), model(_pictures(), training=False), atol=1e-5
    )


def test_grey_pictures_are_repeated(lite: Path) -> None:
    grey = preset(str(lite), input_shape=(32, 32, 1), num_classes=5)
    color = preset(str(lite), input_shape=(32, 32, 3), num_classes=5)
    color.set_weights(grey.get_weights())
    pictures = _pictures(1)
    np.testing.assert_allclose(grey(pictures), color(pictures.repeat(3, -1)), rtol=1e-4, atol=1e-5)


def test_saves_and_converts(lite: Path, tmp_path: Path) -> None:
    model = preset(str(lite), input_shape=(32, 32, 3), num_classes=5)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded(_pictures()), model(_pictures()), rtol=1e-4, atol=1e-5)
    layer = backbone(loaded)
    assert isinstance(layer, keras.Model)
    np.testing.assert_allclose(
        layer(_pictures(), training=True), layer(_pictures(), training=False), atol=1e-5
    )
    saved = tflite.export(loaded, tmp_path / "saved")
    np.testing.assert_allclose(
        tflite.run(tflite.convert(saved), _pictures()), model(_pictures()), rtol=1e-2, atol=1e-3
    )
    assert tflite.float_tensors(tflite.convert(saved, calibration=_pictures())) == []


def test_our_own_file_loses_its_head(tmp_path: Path) -> None:
    old = cnn(input_shape=(32, 32, 3), num_classes=10, width=0.25)
    old.save(tmp_path / "old.keras")
    path = str(tmp_path / "old.keras")
    new = preset(path, input_shape=(32, 32, 3), num_classes=4)
    assert new.output_shape == (None, 4)
    layer = backbone(new)
    assert layer is not None
    pooled = keras.Model(old.input, old.get_layer("pool").output)
    np.testing.assert_allclose(layer(_pictures()), pooled(_pictures()), rtol=1e-4, atol=1e-5)
    assert preset_image_size(path) == 32


def test_softmax_and_dense_tail_of_another_file_is_cut(tmp_path: Path) -> None:
    other = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(6, 3),
            keras.layers.GlobalMaxPooling2D(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(7),
            keras.layers.Softmax(),
        ]
    )
    other.save(tmp_path / "other.keras")
    new = preset(str(tmp_path / "other.keras"), input_shape=(32, 32, 3), num_classes=2)
    layer = backbone(new)
    assert layer is not None and layer.output.shape == (None, 6)


def test_headless_file_is_pooled(tmp_path: Path) -> None:
    keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(6, 3)]).save(
        tmp_path / "headless.keras"
    )
    path = str(tmp_path / "headless.keras")
    new = preset(path, input_shape=(20, 30, 3), num_classes=2)
    assert new.get_layer("pool").output.shape == (None, 6)
    assert preset_image_size(path) is None


def test_refusals_say_what_to_do(tmp_path: Path) -> None:
    cnn(input_shape=(32, 32, 1), num_classes=10, width=0.25).save(tmp_path / "grey.keras")
    grey = str(tmp_path / "grey.keras")
    with pytest.raises(ConfigError, match="image_size=32"):
        preset(grey, input_shape=(64, 64, 1), num_classes=4)
    cnn(input_shape=(32, 48, 3), num_classes=10, width=0.25).save(tmp_path / "wide.keras")
    with pytest.raises(ConfigError, match="image_size=32x48"):
        preset(str(tmp_path / "wide.keras"), input_shape=(32, 32, 3), num_classes=4)
    with pytest.raises(ConfigError, match="channels=1"):
        preset(grey, input_shape=(32, 32, 3), num_classes=4)
    with pytest.raises(ConfigError, match="no file"):
        preset(str(tmp_path / "missing.keras"), input_shape=(32, 32, 3), num_classes=4)
    (tmp_path / "broken.keras").write_bytes(b"not a zip")
    with pytest.raises(ConfigError, match="does not load as a Keras model"):
        preset(str(tmp_path / "broken.keras"), input_shape=(32, 32, 3), num_classes=4)
    with pytest.raises(ConfigError, match="does not load"):
        preset(str(tmp_path), input_shape=(32, 32, 3), num_classes=4)


def test_class_token_of_a_vision_transformer_is_the_feature(tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    original = keras_hub.models.ViTBackbone(
        image_shape=(32, 32, 3), patch_size=16, num_layers=1, num_heads=2, hidden_dim=8, mlp_dim=16
    )
    original.save_to_preset(str(tmp_path))
    keras_hub.layers.ViTImageConverter(image_size=(32, 32)).save_to_preset(str(tmp_path))
    model = preset(str(tmp_path), input_shape=(32, 32, 3), num_classes=3)
    layer = backbone(model)
    assert layer is not None
    token = np.asarray(original(_pictures()))[:, 0]
    np.testing.assert_allclose(layer(_pictures()), token, rtol=1e-3, atol=1e-4)
    with pytest.raises(ConfigError, match="image_size=32"):
        preset(str(tmp_path), input_shape=(64, 64, 3), num_classes=3)


def test_a_download_that_finds_the_disk_full_is_no_fault_of_the_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "model.weights.h5")

    monkeypatch.setattr(keras_hub.models.Backbone, "from_preset", full)
    for load in (presets._open_preset, text_presets.pretrained_encoder):
        with pytest.raises(OSError, match="No space left"):
            load("resnet_18_imagenet", weights=True)
