"""Maps of a model's input lie over what they are of in the picture."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from PIL import Image

from kerasapps.config import ResizePolicy
from kerasapps.preprocess.image import ImageSpec, fit_image
from kerasapps.preprocess.placed_back import over_original


@pytest.mark.parametrize("policy", get_args(ResizePolicy))
@pytest.mark.parametrize("size", [(120, 80), (80, 121), (40, 40)])
def test_a_bright_spot_comes_back_to_its_place(policy: ResizePolicy, size: tuple[int, int]) -> None:
    spec = ImageSpec(height=32, width=48, channels=1, resize=policy)
    picture = Image.new("L", size)
    x, y = size[0] * 2 // 5, size[1] * 3 // 5
    picture.paste(255, (x - 4, y - 4, x + 4, y + 4))
    back = over_original(fit_image(picture, spec)[..., 0] / 255.0, spec, size)
    assert back.shape == (size[1], size[0]) and back.dtype == np.float32
    rows, columns = np.nonzero(back > 0.5 * back.max())
    assert rows.mean() == pytest.approx(y - 0.5, abs=1.5)
    assert columns.mean() == pytest.approx(x - 0.5, abs=1.5)


def test_what_a_crop_left_out_is_nothing() -> None:
    spec = ImageSpec(height=10, width=10, channels=3, resize="crop")
    back = over_original(np.ones((10, 10)), spec, (30, 10))
    assert back[:, 10:20].min() == 1 and not back[:, :10].any() and not back[:, 20:].any()
