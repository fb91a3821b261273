"""Maps in colours, and where they are written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kerasapps.errors import ConfigError
from kerasapps.evaluation.saliency.drawing import (
    coloured,
    overlay,
    palette,
    picture_place,
    save_picture,
    tiles,
)


def test_the_colours_become_lighter_in_equal_steps() -> None:
    light = palette() @ np.array([0.2126, 0.7152, 0.0722])
    assert palette().shape == (256, 3) and palette().dtype == np.uint8
    assert (np.diff(light[::8]) > 0).all()
    assert light[0] < 60 and light[-1] > 210
    values = np.array([[-1.0, 0.0, 0.4, 1.0, 9.0]])
    assert (coloured(values)[0] == palette()[[0, 0, 102, 255, 255]]).all()
    (red, green, blue), last = palette()[0].astype(int), palette()[-1].astype(int)
    assert blue > red > green and last[0] > last[1] > last[2] + 40  # violet, yellow


def test_where_nothing_counts_the_picture_is_as_it_is() -> None:
    picture = Image.new("L", (6, 4), 100)
    values = np.zeros((4, 6), np.float32)
    values[1, 2] = 1
    drawn = np.asarray(overlay(picture, values))
    assert drawn.shape == (4, 6, 3)
    assert (drawn[0] == 100).all()
    towards = np.abs(drawn[1, 2].astype(int) - palette()[255])
    assert (towards < np.abs(100 - palette()[255].astype(int))).all()


@pytest.mark.parametrize("name", ["why.png", "why.JPG"])
def test_a_picture_is_written_by_the_end_of_its_name(tmp_path: Path, name: str) -> None:
    save_picture(Image.new("RGB", (5, 3)), tmp_path / name)
    with Image.open(tmp_path / name) as written:
        assert written.size == (5, 3)
        assert written.format == {"png": "PNG", "jpg": "JPEG"}[name.lower()[-3:]]


def test_places_that_cannot_be_are_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    for path, message in (
        (tmp_path / "why.gif", r"why\.gif must end in \.png, \.jpg, \.jpeg \(--output\)"),
        (tmp_path / "no" / "why.png", "no is no folder"),
        (tmp_path / "a.png", "is a folder"),
    ):
        with pytest.raises(ConfigError, match=message):
            picture_place(path, what="--output")


def test_tiles_are_in_rows() -> None:
    sheet = tiles([np.full((4, 8), 9 * n, np.uint8) for n in range(5)], side=16, gap=2, width=40)
    assert sheet.size == (2 * 16 + 2, 3 * 8 + 2 * 2)
    assert sheet.getpixel((17, 4)) == (255, 255, 255)
    assert sheet.getpixel((30, 26)) == (255, 255, 255)
    assert sheet.getpixel((15, 25)) == (36, 36, 36)
