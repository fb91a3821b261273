"""The picture network of MLPerf Tiny, held against the published one."""

from __future__ import annotations

import keras
import pytest

from kerasapps.models import resnet8


def kernels(model: keras.Model) -> list[tuple[int, ...]]:
    return [tuple(each.shape) for each in model.weights if each.path.endswith("kernel")]


def test_follows_the_reference_at_32() -> None:
    model = resnet8(input_shape=(32, 32, 3), num_classes=10)
    assert kernels(model) == [
        (3, 3, 3, 16),
        (3, 3, 16, 16),
        (3, 3, 16, 16),
        (3, 3, 16, 32),
        (3, 3, 32, 32),
        (1, 1, 16, 32),
        (3, 3, 32, 64),
        (3, 3, 64, 64),
        (1, 1, 32, 64),
        (64, 10),
    ]
    sides = [layer.output.shape[1] for layer in model.layers if "block" in layer.name]
    assert sides == [32, 16, 8]
    # 77,360 in the kernels, 10 in the bias; the reference has a bias for each of 346 channels.
    trained = sum(weight.value.shape.num_elements() for weight in model.trainable_weights)
    assert trained == 77_360 + 10 + 2 * (16 * 3 + 32 * 3 + 64 * 3)


@pytest.mark.parametrize(("side", "grid"), [(8, 8), (16, 8), (28, 7), (96, 12), (224, 14)])
def test_the_last_grid_is_as_coarse_at_other_sizes(side: int, grid: int) -> None:
    model = resnet8(input_shape=(side, side, 1), num_classes=2, width=0.5)
    assert model.get_layer("stage3_block1").output.shape == (None, grid, grid, 32)


def test_depth_multiplies_the_blocks() -> None:
    model = resnet8(input_shape=(32, 32, 3), num_classes=10, depth=2)
    assert len([1 for layer in model.layers if "block" in layer.name]) == 6
