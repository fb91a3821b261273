"""The ways in which apps and libraries bring a picture to a size; numpy and Pillow only.

Training's own way is antialiased: what a reduction leaves out is averaged into what stays. Phones
read the four pixels around each place and no other, so that fine patterns of a large picture come
out as coarse ones. A model that has seen both is unmoved by either.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
from PIL import Image

Box: TypeAlias = tuple[float, float, float, float]
CUBIC = -0.75  # OpenCV's and Android's; Pillow has -0.5
# Values summed together: what is made of more is given back to the system, and costs its pages.
_BLOCK = 1 << 14


class Resample(Protocol):
    """Brings a picture, or the part of it in a box, to `(width, height)`."""

    def __call__(
        self, picture: Image.Image, size: tuple[int, int], box: Box | None = None
    ) -> Image.Image:
        """The box is left, top, right and bottom in pixels; None for all of the picture."""


class _Taps(NamedTuple):
    """Which pixels of one axis make each new one.

    Attributes:
        places: int `(size, taps)`.
        weights: float32 `(size, taps)`; of each row, they sum to 1.
    """

    places: np.ndarray
    weights: np.ndarray


Axis: TypeAlias = Callable[[int, int], _Taps]
"""Pixels that there are, pixels that are wanted → what each is made of."""


def antialiased(
    picture: Image.Image,
    size: tuple[int, int],
    box: Box | None = None,
    *,
    kernel: Image.Resampling = Image.Resampling.BILINEAR,
) -> Image.Image:
    """Pillow's: the filter's support grows with the reduction.

    Rows first, then columns. Pillow 13 has the columns first where that is quicker, which rounds
    otherwise: here the pixels are those of every version, and of the apps that `targets` writes.
    """
    left, top, right, bottom = box or (0, 0, *picture.size)
    width, height = size[0], picture.height
    rows = picture.resize((width, height), kernel, box=(left, 0, right, height))
    return rows.resize(size, kernel, box=(0, top, width, bottom))


def _separable(
    picture: Image.Image, size: tuple[int, int], box: Box | None = None, *, axis: Axis
) -> Image.Image:
    """Rows, then columns; a box is taken to whole pixels, as apps cut pictures."""
    if box is not None:
        picture = picture.crop(_whole(box))
    pixels = np.asarray(picture)
    height, width = pixels.shape[:2]
    rows = pixels.reshape(height, -1)  # all values of a row, whatever its channels
    channels = rows.shape[1] // width
    values = _by_columns(_by_rows(rows, axis(height, size[1])), axis(width, size[0]), channels)
    values += 0.5
    rounded = np.clip(values, 0, 255, out=values).astype(np.uint8)
    return Image.fromarray(rounded.reshape(size[1], size[0], *pixels.shape[2:]))


def _whole(box: Box) -> tuple[int, int, int, int]:
    left, top = math.floor(box[0] + 0.5), math.floor(box[1] + 0.5)
    right, bottom = math.floor(box[2] + 0.5), math.floor(box[3] + 0.5)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _by_rows(values: np.ndarray, taps: _Taps) -> np.ndarray:
    """Weighted sums of rows, float32 `(size, n)`."""
    size, width = len(taps.places), values.shape[1]
    total = np.empty((size, width), np.float32)
    step = max(1, _BLOCK // width)
    for start in range(0, size, step):
        block = slice(start, start + step)
        parts = zip(taps.places[block].T, taps.weights[block].T[..., np.newaxis], strict=True)
        _sum(((np.take(values, places, axis=0), by) for places, by in parts), total[block])
    return total


def _by_columns(values: np.ndarray, taps: _Taps, channels: int) -> np.ndarray:
    """Weighted sums of columns of so many values each, float32 `(n, size * channels)`."""
    # Single values are taken much quicker than runs of three.
    first = taps.places.T[..., np.newaxis] * channels
    places = (first + np.arange(channels)).reshape(len(first), -1)
    weights = np.repeat(taps.weights.T, channels, axis=1)
    total = np.empty((len(values), places.shape[1]), np.float32)
    step = max(1, _BLOCK // total.shape[1])
    for start in range(0, len(values), step):
        block = slice(start, start + step)
        parts = zip(places, weights, strict=True)
        _sum(((np.take(values[block], each, axis=1), by) for each, by in parts), total[block])
    return total


def _sum(parts: Iterator[tuple[np.ndarray, np.ndarray]], total: np.ndarray) -> None:
    """Writes the sum of values times weights, one after the other, float32."""
    values, weights = next(parts)
    np.multiply(values.astype(np.float32, copy=False), weights, out=total)
    for values, weights in parts:
        product = values.astype(np.float32, copy=False)
        product *= weights
        total += product


def _centres(have: int, want: int, *, corners: bool) -> np.ndarray:
    """Where each new pixel lies among the old ones, float64 `(want,)`.

    Args:
        have: pixels that there are.
        want: pixels that are wanted.
        corners: whether the outermost pixels lie on each other; else the pictures' edges do.
    """
    if corners and want > 1:
        return np.arange(want) * ((have - 1) / (want - 1))
    return np.asarray((np.arange(want) + 0.5) * (have / want) - 0.5)


def _points(
    have: int,
    want: int,
    *,
    kernel: Callable[[np.ndarray], np.ndarray],
    reach: int,
    corners: bool = False,
) -> _Taps:
    """The nearest pixels alone, `reach` to each side; those at the border are repeated."""
    centres = _centres(have, want, corners=corners)
    places = np.floor(centres).astype(np.intp)[:, np.newaxis] + np.arange(1 - reach, 1 + reach)
    weights = kernel(np.abs(centres[:, np.newaxis] - places))
    return _Taps(np.clip(places, 0, have - 1), weights.astype(np.float32))


def _linear(distance: np.ndarray) -> np.ndarray:
    return np.maximum(0.0, 1 - distance)


def _cubic(distance: np.ndarray) -> np.ndarray:
    """Keys 1981, "Cubic Convolution Interpolation for Digital Image Processing"."""
    near = ((CUBIC + 2) * distance - (CUBIC + 3)) * distance**2 + 1
    far = ((distance - 5) * distance + 8) * distance * CUBIC - 4 * CUBIC
    return np.where(distance <= 1, near, np.where(distance < 2, far, 0.0))


def _area(have: int, want: int) -> _Taps:
    """Each new pixel is the mean of what it covers; what is enlarged is bilinear."""
    if have <= want:
        return _points(have, want, kernel=_linear, reach=1)
    start = np.arange(want)[:, np.newaxis] * (have / want)
    end = start + have / want
    places = np.floor(start).astype(np.intp) + np.arange(math.ceil(have / want) + 1)
    covered = np.clip(np.minimum(end, places + 1) - np.maximum(start, places), 0, None)
    weights = covered / covered.sum(axis=1, keepdims=True)
    return _Taps(np.minimum(places, have - 1), weights.astype(np.float32))


PHONE: Resample = partial(_separable, axis=partial(_points, kernel=_linear, reach=1))
"""Bilinear of half-pixel centres without antialiasing.

So do Android's `Bitmap.createScaledBitmap`, MediaPipe and OpenCV's INTER_LINEAR, and
`tf.image.resize` unless it is told to antialias.
"""

OTHER_WAYS: Mapping[str, Resample] = MappingProxyType(
    {
        "bilinear": PHONE,
        "bilinear, corners aligned": partial(
            _separable, axis=partial(_points, kernel=_linear, reach=1, corners=True)
        ),
        "bicubic": partial(_separable, axis=partial(_points, kernel=_cubic, reach=2)),
        "bicubic, corners aligned": partial(
            _separable, axis=partial(_points, kernel=_cubic, reach=2, corners=True)
        ),
        "area": partial(_separable, axis=_area),
        "bicubic, antialiased": partial(antialiased, kernel=Image.Resampling.BICUBIC),
    }
)
"""Ways other than training's own."""
