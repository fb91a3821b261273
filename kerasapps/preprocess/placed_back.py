"""What was found on a model's input, laid over the picture of its own size; numpy and Pillow."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kerasapps.preprocess.image import ImageSpec, centre_box, padded_size


def over_original(
    values: NDArray[np.floating[Any]], spec: ImageSpec, size: tuple[int, int]
) -> NDArray[np.float32]:
    """A map of a model's input as a map of the picture that the input was made of.

    What `crop` cut off was never seen: 0. What `pad` added is left out.

    Args:
        values: `(spec.height, spec.width)`.
        spec: how the picture became the input.
        size: `(width, height)` of the picture, upright.

    Returns:
        float32 `(height, width)`, smooth between the values.
    """
    taken = Image.fromarray(np.ascontiguousarray(values, np.float32))
    if spec.resize == "pad":
        inner = padded_size(size, (spec.width, spec.height))
        left, top = (spec.width - inner[0]) // 2, (spec.height - inner[1]) // 2
        return _resized(taken.crop((left, top, left + inner[0], top + inner[1])), size)
    if spec.resize == "stretch":
        return _resized(taken, size)
    box = centre_box(size, (spec.width, spec.height))
    left, top, right, bottom = (round(edge) for edge in box)
    placed = np.zeros((size[1], size[0]), np.float32)
    placed[top:bottom, left:right] = _resized(taken, (right - left, bottom - top))
    return placed


def _resized(values: Image.Image, size: tuple[int, int]) -> NDArray[np.float32]:
    return np.asarray(values.resize(size, Image.Resampling.BILINEAR), np.float32)
