"""Photos get a pretrained backbone, tiny pictures a network from scratch."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config import ImageConfig
from kerasapps.recipes.image_classification.choosing import suitable_models

BOTH = ("efficientnet_lite0", "mobile_cnn")


def splits_of(side: float) -> Any:
    """As much of splits as the rule looks at: pictures whose shorter side is so long."""
    return SimpleNamespace(audit={"sizes": SimpleNamespace(short_side=(1, side, 9999))})


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
    suitable = suitable_models(splits_of(side), options, BOTH)
    assert suitable.names == (model,)
    assert ("tiny" in suitable.reason) == (model == "mobile_cnn")
    assert "64" in suitable.reason and "none" not in suitable.reason


@pytest.mark.parametrize(("side", "model"), [(500, "mobile_cnn"), (8, "efficientnet_lite0")])
def test_what_can_take_the_options_goes_before_what_suits(side: float, model: str) -> None:
    suitable = suitable_models(splits_of(side), {"image": ImageConfig()}, (model,))
    assert suitable.names == (model,) and "none" in suitable.reason
