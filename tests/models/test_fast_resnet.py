from __future__ import annotations

import numpy as np

from kerasapps.models import adapt, fast_resnet
from kerasapps.models.fast_resnet import PartialIdentity


def test_partial_identity_passes_the_first_channels_on() -> None:
    kernel = np.asarray(PartialIdentity(seed=0)((3, 3, 4, 6), dtype="float32"))
    np.testing.assert_array_equal(kernel[1, 1, :, :4], np.eye(4))
    assert np.count_nonzero(kernel[..., :4]) == 4
    rest = kernel[..., 4:]
    # PyTorch's default: uniform in plus or minus 1 / sqrt(inputs of a unit).
    assert 0.8 / 6 < np.abs(rest).max() <= 1 / 6


def test_partial_identity_with_fewer_filters_than_channels() -> None:
    kernel = np.asarray(PartialIdentity()((3, 3, 6, 4), dtype="float32"))
    np.testing.assert_array_equal(kernel[1, 1], np.eye(6, 4))


def test_adapt_whitens_what_the_layer_sees() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (300, 32, 32, 3), np.uint8)
    model = fast_resnet(input_shape=(32, 32, 3), num_classes=10, width=0.25)
    layer = model.get_layer("whiten")
    before = np.array(layer.kernel)
    adapt(model, pictures)
    assert not np.allclose(before, layer.kernel)
    scaled = (pictures.astype(np.float32) - 127.5) / 64
    outputs = np.asarray(layer(scaled)).reshape(-1, 24)[:, :12]
    np.testing.assert_allclose(outputs.T @ outputs / len(outputs), np.eye(12), atol=0.02)


def test_whitening_kernel_is_frozen() -> None:
    model = fast_resnet(input_shape=(32, 32, 3), num_classes=10, width=0.25)
    trainable = {weight.path for weight in model.trainable_weights}
    assert "whiten/bias" in trainable and "whiten/kernel" not in trainable


def test_follows_the_reference_at_32() -> None:
    model = fast_resnet(input_shape=(32, 32, 3), num_classes=10)
    kernels = {w.path: tuple(w.shape) for w in model.weights if w.path.endswith("kernel")}
    assert kernels == {
        "whiten/kernel": (2, 2, 3, 24),
        "stage1_1_conv/kernel": (3, 3, 24, 64),
        "stage1_2_conv/kernel": (3, 3, 64, 64),
        "stage2_1_conv/kernel": (3, 3, 64, 256),
        "stage2_2_conv/kernel": (3, 3, 256, 256),
        "stage3_1_conv/kernel": (3, 3, 256, 256),
        "stage3_2_conv/kernel": (3, 3, 256, 256),
        "logits/kernel": (256, 10),
    }
    assert model.get_layer("stage3_2_gelu").output.shape == (None, 3, 3, 256)
    assert model.get_layer("scale").scale == 1 / 9


def test_large_pictures_pass_a_stem() -> None:
    names = {layer.name for layer in fast_resnet(input_shape=(224, 224, 1), num_classes=2).layers}
    assert "stem1_conv" in names and "stem2_conv" not in names
