"""Every builder, at small and large pictures, colour and grey."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.errors import ConfigError
from kerasapps.recipes.image_classification.architectures import ARCHITECTURES
from tests.models.describe import check_architecture

NAMES = sorted(ARCHITECTURES.names)


def _pictures(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 255, shape).astype(np.float32)


@pytest.mark.parametrize("name", NAMES)
def test_forward_at_32_in_grey(name: str) -> None:
    keras.utils.clear_session(free_memory=False)
    model = ARCHITECTURES.known[name].build(input_shape=(32, 32, 1), num_classes=3, width=0.5)
    check_architecture(f"{name} 32", model)
    outputs = np.asarray(model(_pictures((2, 32, 32, 1))))
    assert outputs.shape == (2, 3) and outputs.dtype == np.float32
    assert np.isfinite(outputs).all() and np.ptp(outputs, axis=0).max() > 0
    assert model.layers[-1].name == "logits" and model.name == name
    assert isinstance(model.layers[-1], keras.layers.Dense)


@pytest.mark.parametrize("name", NAMES)
def test_forward_at_224(name: str) -> None:
    keras.utils.clear_session(free_memory=False)
    model = ARCHITECTURES.known[name].build(input_shape=(224, 224, 3), num_classes=5)
    check_architecture(f"{name} 224", model)
    assert np.asarray(model(_pictures((1, 224, 224, 3)))).shape == (1, 5)
    maps = [layer.output.shape for layer in model.layers if len(layer.output.shape) == 4]
    # What is pooled or flattened at the end must be coarse, or head and features do not scale.
    assert name == "mlp" or max(maps[-1][1:3]) <= 14
    assert model.count_params() < 10_000_000


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "shape",
    [
        (16, 16, 1),
        (47, 33, 3),
        # Sizes between the smallest, the odd ones, and those of the tests above.
        pytest.param((64, 96, 3), marks=pytest.mark.slow),
        pytest.param((30, 200, 1), marks=pytest.mark.slow),
    ],
)
def test_odd_sizes_build_for_a_number_too(name: str, shape: tuple[int, int, int]) -> None:
    model = ARCHITECTURES.known[name].build(input_shape=shape, num_classes=1, width=0.25, depth=0.5)
    assert model.output_shape == (None, 1)


@pytest.mark.parametrize("name", NAMES)
def test_width_depth_and_dropout_change_the_model(name: str) -> None:
    def build(**options: float) -> keras.Model:
        return ARCHITECTURES.known[name].build(input_shape=(32, 32, 3), num_classes=4, **options)

    small = build(width=0.5, depth=0.5, dropout=0.0)
    wide = build(width=1, depth=0.5, dropout=0.37)
    deep = build(width=0.5, depth=2, dropout=0.0)
    assert small.count_params() < wide.count_params()
    assert small.count_params() < deep.count_params()
    assert 0.37 in [layer.rate for layer in wide.layers if _drops(layer)]
    assert not [1 for layer in small.layers if _drops(layer)]


def _drops(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, keras.layers.Dropout)


@pytest.mark.parametrize("name", NAMES)
def test_refuses_impossible_sizes(name: str) -> None:
    build = ARCHITECTURES.known[name].build
    with pytest.raises(ConfigError, match="input_shape"):
        build(input_shape=(4, 32, 3), num_classes=10)
    with pytest.raises(ConfigError, match="1 or 3 channels"):
        build(input_shape=(32, 32, 4), num_classes=10)
    with pytest.raises(ConfigError, match="num_classes"):
        build(input_shape=(32, 32, 3), num_classes=0)


@pytest.mark.parametrize("name", ["mobile_cnn", "vit", "fast_resnet"])
def test_logits_are_float32_under_mixed_precision(name: str) -> None:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = ARCHITECTURES.known[name].build(input_shape=(32, 32, 3), num_classes=3, width=0.25)
        outputs = model(_pictures((2, 32, 32, 3)), training=True)
    finally:
        keras.config.set_dtype_policy(before)
    assert outputs.dtype == "float32" and np.isfinite(outputs).all()
    assert model.get_layer("rescale").compute_dtype == "float32"
    policies = {layer.compute_dtype for layer in model.layers}
    assert "bfloat16" in policies


@pytest.mark.parametrize("name", NAMES)
def test_layer_names_and_weights_do_not_depend_on_what_was_built_before(name: str) -> None:
    def paths() -> list[str]:
        model = ARCHITECTURES.known[name].build(input_shape=(32, 32, 3), num_classes=3, width=0.25)
        return [weight.path for weight in model.weights]

    first = paths()
    assert first == paths(), "a checkpoint finds its weights by path"
    assert len(set(first)) == len(first)
