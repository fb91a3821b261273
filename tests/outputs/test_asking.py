"""What a report says of pictures: its lines read one as the bundle does."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kerasapps.outputs.asking import ask_picture
from kerasapps.preprocess.image import ImageSpec, load_image

LEVELS = 2  # of 255, by which two ways to reduce a picture may differ


@pytest.mark.parametrize(
    ("spec", "channels"),
    [
        (ImageSpec(24, 16, 3), 3),
        (ImageSpec(24, 16, 3, "crop"), 3),
        (ImageSpec(24, 16, 1, "crop"), 3),
        (ImageSpec(24, 16, 1, "pad"), 1),
    ],
    ids=["stretch", "crop", "grey", "own grey"],
)
def test_its_lines_read_a_picture_as_the_bundle_does(
    spec: ImageSpec, channels: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ramp = np.linspace(0, 255, 64 * 48).reshape(64, 48).astype(np.uint8)
    Image.fromarray(np.stack([ramp, 255 - ramp, ramp // 2], axis=-1)).save("photo.jpg", quality=95)
    asked = ask_picture(spec, channels=channels)
    names: dict[str, Any] = {"np": np, "takes": {"dtype": np.uint8}}
    exec(asked.imports, names)
    value = eval(asked.value, names)
    assert value.shape == (1, 24, 16, channels) and value.dtype == np.uint8
    colours = dataclasses.replace(spec, channels=channels)
    assert np.abs(value[0].astype(int) - load_image("photo.jpg", colours)).max() <= LEVELS
    assert f"[1, 24, 16, {channels}]" in asked.takes
