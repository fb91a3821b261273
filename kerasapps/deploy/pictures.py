"""What `predict` is given as pictures, one or many, in any form; no TensorFlow is imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from kerasapps.data.images.pixels import PixelScale, check_picture_shape
from kerasapps.data.images.values import FORMS, as_array, is_array, plain_picture
from kerasapps.data.sources.places import Place, ShardPlace
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

_ONE = (str, bytes, bytearray, memoryview, Path, ShardPlace, Image.Image)


def split_pictures(inputs: Any) -> list[np.ndarray | bytes | Place]:
    """One picture or several as a list; pixels as uint8, by one scale for all of a call.

    Args:
        inputs: a picture in any form that `plain_picture` takes, or several of them. An array
            `(n, height, width, channels)` is a batch, and so is `(n, height, width)` of grey
            pictures.

    Raises:
        DataError: if they are something else, or an array could be two things; it says which.
    """
    if is_array(inputs):
        pixels = as_array(inputs, what="the input")
        if pixels.dtype.kind not in "OUS":
            return _scaled(_of_array(pixels))
        inputs = pixels.tolist()
    if isinstance(inputs, _ONE) or hasattr(inputs, "read"):
        picture = plain_picture(inputs)
        if isinstance(picture, Path) and picture.is_dir():
            raise DataError(
                f"{printable(picture)} is a folder: give the pictures in it, such as "
                f"sorted(Path(folder).rglob('*.jpg'))"
            )
        return [picture]
    if isinstance(inputs, Mapping) or not isinstance(inputs, Iterable):
        raise DataError(f"expected {FORMS}, or several of them; got {type(inputs).__name__}.")
    return _scaled([plain_picture(each, what=f"picture {i}") for i, each in enumerate(inputs)])


def _of_array(pixels: np.ndarray) -> list[np.ndarray]:
    """The single pictures of an array."""
    if pixels.ndim == 4:
        return list(pixels)
    if pixels.ndim != 3 or pixels.shape[-1] in (1, 3, 4):
        return [pixels]
    if pixels.shape[-1] == 2:
        raise DataError(
            f"an array of shape {pixels.shape} may be a picture of two channels, which none has "
            "here, or grey pictures that are two pixels wide: give pixels[..., 0] for the first "
            "channel alone, pixels[..., numpy.newaxis] for the latter"
        )
    if pixels.shape[0] in (3, 4):
        count = pixels.shape[0]
        raise DataError(
            f"an array of shape {pixels.shape} may be {count} grey pictures, or one whose channels "
            "come first: give pixels[..., numpy.newaxis] for the former, numpy.moveaxis(pixels, 0, "
            "-1) for the latter"
        )
    return list(pixels)


def _scaled(pictures: list[Any]) -> list[np.ndarray | bytes | Place]:
    scale = PixelScale()
    names = [f"picture {i}" if len(pictures) > 1 else "the picture" for i in range(len(pictures))]
    for picture, what in zip(pictures, names, strict=True):
        if isinstance(picture, np.ndarray):
            check_picture_shape(picture.shape, what=what)
            scale.fit(picture, what=what)
    scale.refuse_bits("every picture" if len(pictures) > 1 else "the picture")
    return [
        scale.to_uint8(picture, what=what) if isinstance(picture, np.ndarray) else picture
        for picture, what in zip(pictures, names, strict=True)
    ]
