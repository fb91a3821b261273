"""Photos get a pretrained backbone, tiny pictures a network from scratch."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config import ImageConfig
from kerasapps.data.splits import Target
from kerasapps.recipes.image_classification.choosing import suitable_models

BOTH = ("efficientnet_lite0", "mobile_cnn")


def splits_of(side: float, count: int = 200) -> Any:
    """As much of splits as the rule looks at: so many pictures whose shorter side is so long."""
    sizes = SimpleNamespace(short_side=(1, side, 9999))
    return SimpleNamespace(audit={"sizes": sizes}, train=range(count), target=Target())


@pytest.mark.parametrize(
    ("side", "size", "model"),
    [
        (8, None, "mobile_cnn"),
        (64, None, "mobile_cnn"),
        (65, None, "efficientnet_lite0"),
        (500, None, "efficientnet_lite0"),
        (500, 48, "mobile_cnn"),  # as small as they are asked for
        (500, "96x48", "mobile_cnn"),
        (500, 128, "efficientnet_lite0"),
        (32, 224, "mobile_cnn"),  # enlarging adds nothing
    ],
)
def test_the_shorter_side_decides(side: float, size: Any, model: str) -> None:
    options = {"image": ImageConfig(image_size=size)}
    suitable = suitable_models(splits_of(side), options, BOTH, left_out={})
    assert suitable.names == (model,)
    assert ("tiny" in suitable.reason) == (model == "mobile_cnn")
    assert "64" in suitable.reason and "not here" not in suitable.reason


@pytest.mark.parametrize(("side", "model"), [(500, "mobile_cnn"), (8, "efficientnet_lite0")])
def test_what_can_take_the_options_goes_before_what_suits(side: float, model: str) -> None:
    (other,) = {*BOTH} - {model}
    why = {"vit": "vit, too.", other: "it takes no sizes."} if side > 64 else {other: "so it is."}
    for left_out, words in ((why, why[other]), ({}, "there is none.")):
        options = {"image": ImageConfig()}
        suitable = suitable_models(splits_of(side), options, (model,), left_out=left_out)
        assert suitable.names == (model,)
        assert suitable.reason.endswith(f" suits, but not here: {words}")


@pytest.mark.parametrize(
    ("side", "count", "size", "model"),
    [
        (32, 10_000, None, "fast_resnet"),
        (32, 9_999, None, "mobile_cnn"),
        (64, 50_000, None, "fast_resnet"),
        (65, 50_000, None, "efficientnet_lite0"),
        (16, 50_000, None, "fast_resnet"),
        (15, 50_000, None, "mobile_cnn"),  # less than the network for many takes
        (32, 50_000, 8, "mobile_cnn"),
    ],
)
def test_many_tiny_pictures_have_a_network_of_their_own(
    side: float, count: int, size: Any, model: str
) -> None:
    options = {"image": ImageConfig(image_size=size)}
    able = (*BOTH, "fast_resnet")
    suitable = suitable_models(splits_of(side, count), options, able, left_out={})
    assert suitable.names == (model,)
    assert (f"{count:,} pictures" in suitable.reason) == (model != "efficientnet_lite0")


def test_a_model_that_is_left_alone_is_taken_however_many_there_are() -> None:
    options = {"image": ImageConfig()}
    for count, name in ((50_000, "mobile_cnn"), (200, "fast_resnet")):
        suitable = suitable_models(splits_of(32, count), options, (name,), left_out={})
        assert suitable.names == (name,)
