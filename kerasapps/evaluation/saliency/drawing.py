"""A map over a picture, in colours whose steps look equally large."""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from kerasapps.errors import ConfigError
from kerasapps.files.paths import user_path
from kerasapps.files.whole import replaced

_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
STRENGTH = 0.75  # how much the colour of the strongest pixel hides the picture
_LIGHTNESS = (0.32, 0.93)  # of OKLab, from weak to strong
_HUES = (285.0, 460.0)  # degrees: violet, red, yellow
_CHROMA = 0.16
_TO_CONES = np.array([[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728],
                      [1, -0.0894841775, -1.2914855480]])  # fmt: skip
_TO_RGB = np.array([[4.0767416621, -3.3077115913, 0.2309699292],
                    [-1.2684380046, 2.6097574011, -0.3413193965],
                    [-0.0041960863, -0.7034186147, 1.7076147010]])  # fmt: skip


@functools.cache
def palette() -> NDArray[np.uint8]:
    """256 colours from a dark violet to a light yellow, `(256, 3)`.

    Lightness and hue go in equal steps through OKLab, so that a step of the map looks as large
    everywhere, in grey too, and to people who see fewer colours.

    Reference: Ottosson 2020, "A perceptual color space for image processing".
    """
    steps = np.linspace(0, 1, 256)
    light = _LIGHTNESS[0] + steps * (_LIGHTNESS[1] - _LIGHTNESS[0])
    hue = np.radians(_HUES[0] + steps * (_HUES[1] - _HUES[0]))
    lab = np.stack([light, _CHROMA * np.cos(hue), _CHROMA * np.sin(hue)], axis=1)
    linear = np.clip((lab @ _TO_CONES.T) ** 3 @ _TO_RGB.T, 0, 1)
    gamma = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)
    return np.rint(255 * gamma).astype(np.uint8)


def coloured(values: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """A map from 0 to 1 in colours, `(height, width, 3)`."""
    return palette()[np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)]


def overlay(picture: Image.Image, values: NDArray[np.floating[Any]]) -> Image.Image:
    """A picture, grey, under the colours of a map, which are the denser the stronger it is.

    Args:
        picture: of any mode.
        values: from 0 to 1, `(height, width)` of the picture.

    Returns:
        A picture of mode RGB, as large.
    """
    grey = np.asarray(picture.convert("L").convert("RGB"), np.float32)
    share = STRENGTH * np.clip(values, 0, 1)[..., None] ** 0.8
    mixed = grey + share * (coloured(values).astype(np.float32) - grey)
    return Image.fromarray(np.rint(mixed).astype(np.uint8))


def tiles(
    pictures: Sequence[NDArray[np.uint8]], *, side: int = 96, gap: int = 4, width: int = 1200
) -> Image.Image:
    """Small pictures in rows, numbered from 0 as they come.

    Args:
        pictures: uint8 `(height, width)` or `(height, width, 3)`, of one size.
        side: pixels that the longer side of each becomes, without smoothing.
        gap: pixels between them.
        width: of the whole, at most.
    """
    height, across = pictures[0].shape[:2]
    scale = side / max(height, across)
    size = max(1, round(across * scale)), max(1, round(height * scale))
    columns = max(1, min(len(pictures), (width + gap) // (size[0] + gap)))
    rows = -(-len(pictures) // columns)
    sheet = Image.new(
        "RGB", (columns * (size[0] + gap) - gap, rows * (size[1] + gap) - gap), (255, 255, 255)
    )
    pen = ImageDraw.Draw(sheet)
    for number, each in enumerate(pictures):
        row, column = divmod(number, columns)
        place = column * (size[0] + gap), row * (size[1] + gap)
        sheet.paste(
            Image.fromarray(each).convert("RGB").resize(size, Image.Resampling.NEAREST), place
        )
        pen.text((place[0] + 2, place[1] + 1), str(number), fill="white", stroke_width=1,
                 stroke_fill="black")  # fmt: skip
    return sheet


def picture_place(path: Path | str, *, what: str) -> Path:
    """Where a picture will be written, tried before any work is done.

    Args:
        path: as a user wrote it.
        what: names the option or argument in messages.

    Raises:
        ConfigError: if its name does not end in .png, .jpg or .jpeg, or its folder is none.
    """
    place = user_path(path, what=what)
    if place.suffix.lower() not in _FORMATS:
        raise ConfigError(f"{place} must end in {', '.join(_FORMATS)} ({what}).")
    if not place.parent.is_dir():
        raise ConfigError(f"{place.parent} is no folder: make it first ({what}).")
    if place.is_dir():
        raise ConfigError(f"{place} is a folder: give the name of a file ({what}).")
    return place


def save_picture(picture: Image.Image, path: Path | str) -> Path:
    """Writes a picture, whole or not at all; PNG or JPEG by the name's end.

    Raises:
        ConfigError: see `picture_place`; also if it cannot be written.
    """
    place = picture_place(path, what="path")
    try:
        with replaced(place) as file:
            picture.save(file, _FORMATS[place.suffix.lower()], quality=92)
    except PermissionError as error:
        raise ConfigError(f"{place} cannot be written ({error.strerror}).") from error
    return place


def png_bytes(picture: Image.Image) -> bytes:
    """A picture as an encoded file."""
    encoded = io.BytesIO()
    picture.save(encoded, "PNG", optimize=True)
    return encoded.getvalue()
