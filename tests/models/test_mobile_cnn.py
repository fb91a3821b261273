"""How the default model follows its input."""

from __future__ import annotations

import keras
import pytest

from kerasapps.models.mobile_cnn import mobile_cnn
from tests.models.describe import check_architecture

SMALL = ["stem", "1/1", "2/1", "3/1", "3/2", "3/3", "4/1", "4/2", "last"]


@pytest.mark.parametrize(
    ("side", "small", "grid"),
    [(8, True, 4), (13, True, 7), (14, True, 4), (28, True, 4), (55, True, 7), (56, False, 4),
     (111, False, 7), (112, False, 4), (224, False, 7)],
)  # fmt: skip
def test_two_nets(side: int, small: bool, grid: int) -> None:
    model = mobile_cnn(input_shape=(side, side, 3), num_classes=2, width=0.25, depth=0.1)
    names = [
        layer.name for layer in model.layers if layer.name.startswith(("stage", "stem", "last"))
    ]
    stages = 4 if small else 5
    assert names == ["stem", *(f"stage{number}_block1" for number in range(1, stages + 1)), "last"]
    # As in the reference, a narrower net keeps the width of the last layer.
    assert model.get_layer("last").output.shape == (None, grid, grid, 512 if small else 960)


def test_blocks_and_widths_of_the_small_one() -> None:
    model = mobile_cnn(input_shape=(32, 32, 1), num_classes=2)
    weights = {
        layer.name.removeprefix("stage").replace("_block", "/"): layer.output.shape[1:]
        for layer in model.layers
        if layer.name.startswith(("stage", "stem", "last"))
    }
    sizes = [16, 32, 32, 64, 64, 64, 128, 128, 512]
    sides = [32, 16, 16, 8, 8, 8, 4, 4, 4]
    expected = [(side, side, size) for side, size in zip(sides, sizes, strict=True)]
    assert weights == dict(zip(SMALL, expected, strict=True))
    double = mobile_cnn(input_shape=(32, 32, 1), num_classes=2, width=2.0, depth=0.1)
    assert double.get_layer("last").output.shape[-1] == 1024


@pytest.mark.parametrize(
    ("title", "shape", "options"),
    [
        ("mobile_cnn 32", (32, 32, 1), {"num_classes": 3, "width": 0.5}),
        ("mobile_cnn 224", (224, 224, 3), {"num_classes": 5}),
    ],
)
def test_the_architecture_is_the_one_of_bundles(title, shape, options) -> None:
    keras.utils.clear_session(free_memory=False)
    check_architecture(title, mobile_cnn(input_shape=shape, **options))


@pytest.mark.parametrize(("ratio", "blocks"), [(0.0, 0), (0.25, 3)])
def test_squeeze_and_excite_is_in_every_inverted_residual(ratio: float, blocks: int) -> None:
    shape = {"input_shape": (32, 32, 3), "num_classes": 2}
    model = mobile_cnn(**shape, width=0.25, depth=0.1, squeeze_excite=ratio)
    ratios = [getattr(layer, "squeeze_excite", None) for layer in model.layers]
    assert sum(bool(each) for each in ratios) == blocks
    assert {each for each in ratios if each} == ({ratio} if ratio else set())
