"""EfficientNet-Lite from PyTorch's tensors: the same features, at any size of the family."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from kerasapps.config import PRETRAINED_PICTURES
from kerasapps.errors import ConfigError
from kerasapps.models.presets import preset, preset_image_size
from kerasapps.models.pretrained.efficientnet_lite import convert, preset_folder
from tests.models.pretrained.streams import write

# (kernel, expansion, channels out) of each block: two in the third stage, tiny throughout
BLOCKS = [
    (3, 1, 8), (3, 2, 16), (5, 2, 24), (5, 2, 24), (3, 2, 32), (5, 2, 40), (5, 2, 48), (3, 2, 56)
]  # fmt: skip


def tensors(blocks: Any = BLOCKS, *, seed: int = 0) -> dict[str, np.ndarray]:
    """A `state_dict` of a tiny network of the family."""
    random = np.random.default_rng(seed)
    arrays: dict[str, np.ndarray] = {}

    def conv(name: str, *shape: int) -> None:
        values = random.normal(scale=(shape[1] * shape[2] * shape[3]) ** -0.5, size=shape)
        arrays[f"{name}.weight"] = values.astype("float32")

    def norm(name: str, size: int) -> None:
        for part in ("weight", "bias", "running_mean", "running_var"):
            arrays[f"{name}.{part}"] = random.uniform(0.5, 1.5, size).astype("float32")
        arrays[f"{name}.num_batches_tracked"] = np.array(1, "int64")

    conv("_conv_stem", 8, 3, 3, 3)
    norm("_bn0", 8)
    width = 8
    for number, (kernel, expansion, outputs) in enumerate(blocks):
        name, inner = f"_blocks.{number}.", width * expansion
        if expansion != 1:
            conv(f"{name}_expand_conv", inner, width, 1, 1)
            norm(f"{name}_bn0", inner)
        conv(f"{name}_depthwise_conv", inner, 1, kernel, kernel)
        norm(f"{name}_bn1", inner)
        conv(f"{name}_project_conv", outputs, inner, 1, 1)
        norm(f"{name}_bn2", outputs)
        width = outputs
    conv("_conv_head", 1280, width, 1, 1)
    norm("_bn1", 1280)
    arrays["_fc.weight"] = np.zeros((1000, 1280), "float32")
    arrays["_fc.bias"] = np.zeros(1000, "float32")
    return arrays


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KERASAPPS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def reference(arrays: dict[str, np.ndarray], pictures: np.ndarray) -> np.ndarray:
    """The network spelt out with TensorFlow's own operations (padding SAME, as its authors had)."""
    import tensorflow as tf

    def norm(x: Any, name: str) -> Any:
        gamma, beta, mean, variance = (
            arrays[f"{name}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
        )
        return (x - mean) / np.sqrt(variance + 1e-3) * gamma + beta

    def conv(x: Any, name: str, stride: int = 1) -> Any:
        return tf.nn.conv2d(x, arrays[f"{name}.weight"].transpose(2, 3, 1, 0), stride, "SAME")

    def depthwise(x: Any, name: str, stride: int) -> Any:
        kernel = arrays[f"{name}.weight"].transpose(2, 3, 0, 1)
        return tf.nn.depthwise_conv2d(x, kernel, [1, stride, stride, 1], "SAME")

    x = tf.nn.relu6(norm(conv(pictures, "_conv_stem", 2), "_bn0"))
    for number, stride in enumerate([1, 2, 2, 1, 2, 1, 2, 1]):
        name, inner = f"_blocks.{number}.", x
        if number > 0:
            inner = tf.nn.relu6(norm(conv(inner, f"{name}_expand_conv"), f"{name}_bn0"))
        inner = tf.nn.relu6(norm(depthwise(inner, f"{name}_depthwise_conv", stride), f"{name}_bn1"))
        inner = norm(conv(inner, f"{name}_project_conv"), f"{name}_bn2")
        x = x + inner if inner.shape == x.shape else inner
    return np.asarray(tf.nn.relu6(norm(conv(x, "_conv_head"), "_bn1")))


def test_features_are_those_of_the_network_spelt_out() -> None:
    arrays = tensors()
    network = convert(arrays, name="net.pth")
    for height, width in ((64, 96), (65, 82)):  # halved to odd sizes, too
        pictures = np.random.default_rng(1).normal(size=(2, height, width, 3)).astype("float32")
        features = network(pictures)
        assert features.shape == (2, -(-height // 32), -(-width // 32), 1280)
        np.testing.assert_allclose(features, reference(arrays, pictures), atol=1e-4)


def test_a_preset_is_made_and_takes_pixels(tmp_path: Path, cache: Path) -> None:
    arrays = tensors()
    folder = preset_folder(write(tmp_path / "tiny-lite.pth", arrays), size=96)
    assert folder.is_relative_to(cache) and folder.name.startswith("tiny-lite-")
    assert preset_image_size(str(folder)) == 96
    model = preset(str(folder), input_shape=(64, 64, 3), num_classes=2)
    pictures = np.random.default_rng(2).integers(0, 256, (2, 64, 64, 3)).astype("float32")
    features = keras.Model(model.input, model.get_layer("pool").output)(pictures)
    expected = reference(arrays, (pictures - 127) / 128).mean((1, 2))
    np.testing.assert_allclose(features, expected, atol=1e-4)
    assert preset_folder(tmp_path / "tiny-lite.pth", size=96) == folder
    assert preset_folder(tmp_path / "tiny-lite.pth", size=64) != folder


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"_conv_stem.weight": None}, r"it lacks '_conv_stem\.weight'"),
        ({"_blocks.3._depthwise_conv.weight": None}, "it lacks '_blocks.3._depthwise_conv.weight'"),
        ({"_blocks.1._bn1.running_var": None}, "it lacks '_blocks.1._bn1.running_var'"),
        ({"_bn0.weight": np.zeros(9, "float32")}, "shape"),
        (
            {"_blocks.2._project_conv.weight": np.zeros((32, 32, 1, 1), "float32")},
            "8 stages, not 7",
        ),
        ({"_blocks.0._depthwise_conv.weight": np.zeros(8, "float32")}, "not enough values"),
        ({"_blocks.1._expand_conv.weight": np.zeros(8, "float32")}, "out of range"),
    ],
)
def test_other_tensors_are_refused(change: dict[str, Any], words: str) -> None:
    arrays = {name: each for name, each in {**tensors(), **change}.items() if each is not None}
    with pytest.raises(ConfigError, match=rf"net\.pth holds no EfficientNet-Lite: .*{words}"):
        convert(arrays, name="net.pth")


def test_no_tensors_at_all_are_refused(tmp_path: Path, cache: Path) -> None:
    with pytest.raises(ConfigError, match=r"holds no EfficientNet-Lite: it has 0 stages, not 7\."):
        preset_folder(write(tmp_path / "net.pth", {}), size=64)
    (tmp_path / "net.pth").write_bytes(b"PK")
    with pytest.raises(ConfigError, match="is not a whole file of tensors"):
        preset_folder(tmp_path / "net.pth", size=64)
    assert not [path for path in (cache / "pretrained").iterdir() if path.is_dir()]


@pytest.mark.slow  # builds and loads whole networks
def test_the_package_holds_what_the_shared_preset_does(tmp_path: Path) -> None:
    import keras_hub

    shared = Path(__file__).parents[3] / ".." / "shared" / "pretrained" / "efficientnet_lite0"
    if not shared.is_dir():
        pytest.skip("no preset to compare with")
    made = PRETRAINED_PICTURES["efficientnet_lite0"].open()
    networks = [keras_hub.models.Backbone.from_preset(str(each)) for each in (made, shared)]
    configs = [{**each.get_config(), "name": None} for each in networks]
    assert configs[0] == configs[1]
    for ours, theirs in zip(*(each.get_weights() for each in networks), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert networks[0].output_shape == networks[1].output_shape


@pytest.mark.parametrize("name", PRETRAINED_PICTURES)
def test_every_known_one_has_a_block_structure(name: str) -> None:
    from kerasapps.models.pretrained.efficientnet_lite import _stages
    from kerasapps.models.pretrained.torch_stream import read_tensors

    path = PRETRAINED_PICTURES[name].find()
    assert path is not None
    repeats = [len(stage) for stage in _stages(read_tensors(path))]
    few, many = [1, 2, 2, 3, 3, 4, 1], [1, 3, 3, 4, 4, 5, 1]
    assert repeats == (few if name.endswith("lite0") else many)
