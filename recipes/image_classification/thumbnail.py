"""Pictures small enough to sit inside a report."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kerasapps.errors import DataError


def png_thumbnail(image: NDArray[np.uint8], *, side: int = 160) -> bytes:
    """A picture as PNG bytes whose longer side is at most `side` pixels.

    A picture smaller than half of that, such as digits of 8 by 8, is enlarged by a whole factor
    without smoothing, so that its pixels can be seen.

    Args:
        image: uint8, `(height, width, channels)` with 1 or 3 channels, or `(height, width)`.
        side: pixels.

    Raises:
        DataError: if the array is of another type or shape.
    """
    picture = _picture(np.asarray(image))
    longer = max(picture.size)
    if longer > side:
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    elif longer <= side // 2:
        factor = side // longer
        size = (picture.width * factor, picture.height * factor)
        picture = picture.resize(size, Image.Resampling.NEAREST)
    encoded = io.BytesIO()
    picture.save(encoded, "PNG", optimize=True)
    return encoded.getvalue()


def _picture(image: NDArray[Any]) -> Image.Image:
    fits = image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (1, 3))
    if image.dtype != np.uint8 or not fits or not image.size:
        raise DataError(
            f"A thumbnail needs uint8 (height, width, 1 or 3), got {image.dtype} {image.shape}."
        )
    return Image.fromarray(image[:, :, 0] if image.ndim == 3 and image.shape[2] == 1 else image)
