"""How the transformer of pictures follows its input."""

from __future__ import annotations

import keras
import pytest

from kerasapps.models.vit import vit
from tests.models.describe import check_architecture


@pytest.mark.parametrize(
    ("shape", "heads", "stems", "grid"),
    [
        ((8, 8, 1), 4, 0, (8, 8)),
        ((9, 9, 3), 4, 1, (5, 5)),
        ((16, 16, 3), 4, 1, (8, 8)),
        ((17, 17, 3), 4, 2, (5, 5)),
        ((32, 32, 3), 4, 2, (8, 8)),
        ((56, 56, 3), 4, 2, (14, 14)),
        ((57, 57, 3), 4, 3, (8, 8)),
        ((8, 60, 3), 4, 3, (1, 8)),
        ((111, 120, 3), 4, 4, (7, 8)),
        ((112, 112, 3), 6, 3, (14, 14)),
    ],
)
def test_heads_and_halvings(shape, heads: int, stems: int, grid: tuple[int, int]) -> None:
    model = vit(input_shape=shape, num_classes=2, depth=0.1)
    names = [layer.name for layer in model.layers if layer.name.startswith(("stem", "block"))]
    assert names == [*(f"stem{number}" for number in range(1, stems + 1)), "block1"]
    assert model.get_layer("embed").output.shape == (None, *grid, 32 * heads)


@pytest.mark.parametrize(("width", "heads"), [(0.1, 1), (0.5, 2), (0.6, 2), (0.7, 3), (2.0, 8)])
def test_width_is_of_heads(width: float, heads: int) -> None:
    model = vit(input_shape=(16, 16, 1), num_classes=2, width=width, depth=0.1)
    assert model.get_layer("embed").filters == 32 * heads
    assert model.get_layer("stem1").filters == min(32 * heads, 64)


def test_depth_and_dropout() -> None:
    model = vit(input_shape=(16, 16, 1), num_classes=2, width=0.25, depth=0.5, dropout=0.4)
    blocks = [layer for layer in model.layers if layer.name.startswith("block")]
    assert len(blocks) == 3 and {block.dropout for block in blocks} == {0.1}
    assert model.get_layer("head_dropout").rate == 0.4


def test_the_architecture_is_the_one_of_bundles() -> None:
    keras.utils.clear_session(free_memory=False)
    check_architecture("vit 224", vit(input_shape=(224, 224, 3), num_classes=5))
