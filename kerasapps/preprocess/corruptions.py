"""Pictures as bad cameras, light and compression make them, in five strengths each.

Strengths are those of CIFAR-10-C for pictures of up to 64 pixels, else those of ImageNet-C.

Reference: Hendrycks and Dietterich 2019, "Benchmarking Neural Network Robustness to Common
Corruptions and Perturbations", section 4 and appendix.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

STRENGTHS: Final = (1, 2, 3, 4, 5)
_SMALL: Final = 64  # pixels of the longer side
_HIGHEST: Final = 255.0

Pixels = NDArray[np.uint8]
_Corrupt = Callable[[Pixels, float, np.random.Generator], NDArray[Any]]


def _noise(picture: Pixels, deviation: float, generator: np.random.Generator) -> NDArray[Any]:
    """Gaussian noise, of a deviation that is a share of the range."""
    return picture + generator.normal(scale=deviation * _HIGHEST, size=picture.shape)


def _blur(picture: Pixels, deviation: float, _: np.random.Generator) -> NDArray[Any]:
    """A Gaussian blur, of a deviation in pixels."""
    return np.asarray(_image(picture).filter(ImageFilter.GaussianBlur(deviation)))


def _jpeg(picture: Pixels, quality: float, _: np.random.Generator) -> NDArray[Any]:
    """Written as a JPEG and read again."""
    file = io.BytesIO()
    _image(picture).save(file, "JPEG", quality=int(quality))
    return np.asarray(Image.open(file))


def _brightness(picture: Pixels, more: float, _: np.random.Generator) -> NDArray[Any]:
    """A higher value of hue, saturation and value, by a share of the range."""
    value = picture.max(axis=-1, keepdims=True).astype(np.float64)
    brighter = np.minimum(value + more * _HIGHEST, _HIGHEST)
    return np.where(value > 0, picture * (brighter / np.maximum(value, 1.0)), brighter)


_KINDS: Final[Mapping[str, tuple[_Corrupt, tuple[float, ...], tuple[float, ...]]]] = (
    MappingProxyType(
        {
            "noise": (_noise, (0.04, 0.06, 0.08, 0.09, 0.10), (0.08, 0.12, 0.18, 0.26, 0.38)),
            "blur": (_blur, (0.4, 0.6, 0.7, 0.8, 1.0), (1, 2, 3, 4, 6)),
            "jpeg": (_jpeg, (80, 65, 58, 50, 40), (25, 18, 15, 10, 7)),
            "brightness": (_brightness, (0.05, 0.1, 0.15, 0.2, 0.3), (0.1, 0.2, 0.3, 0.4, 0.5)),
        }
    )
)
CORRUPTIONS: Final = tuple(_KINDS)
"""What pictures suffer."""


def corrupted(pictures: Pixels, kind: str, strength: int, *, seed: int = 0) -> Pixels:
    """Pictures after a corruption.

    Args:
        pictures: uint8 `(n, height, width, channels)`, of one channel or three.
        kind: one of `CORRUPTIONS`.
        strength: 1 to 5.
        seed: of the noise.

    Returns:
        Of the same shape and type.

    Examples:
        >>> from kerasapps.preprocess.corruptions import corrupted
        >>> grey = np.full((1, 4, 4, 3), 100, np.uint8)
        >>> corrupted(grey, "brightness", 1)[0, 0, 0]
        array([112, 112, 112], dtype=uint8)
    """
    corrupt, small, large = _KINDS[kind]
    amount = (small if max(pictures.shape[1:3]) <= _SMALL else large)[strength - 1]
    generator = np.random.default_rng(seed)
    changed = np.empty_like(pictures)
    for place, picture in enumerate(pictures):
        values = corrupt(picture, amount, generator)
        changed[place] = np.clip(values, 0, _HIGHEST).reshape(picture.shape)
    return changed


def _image(picture: Pixels) -> Image.Image:
    return Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture)
