"""`(images, labels)` in memory, and scikit-learn's digits, become picture files."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.examples import Listing
from kerasapps.data.materialise import PictureWriter, find_pictures
from kerasapps.data.pixels import PixelScale, check_picture_shape
from kerasapps.errors import DataError


def list_arrays(images: Any, labels: Any, *, work_dir: Path) -> Listing:
    """Write pictures in memory as PNG files, once, and list them.

    Args:
        images: `(n, h, w)` grey or `(n, h, w, c)`, or a sequence of pictures of different sizes;
            uint8, uint16, other integers in 0..255, or floats in 0..1 or 0..255 (see `PixelScale`).
        labels: n whole numbers or strings; a number becomes the class named by its digits.
        work_dir: where the files go.

    Raises:
        DataError: if shapes, types or ranges do not fit.
    """
    names = label_names(labels)
    pictures = _pictures(images)
    if len(pictures) != len(names):
        raise DataError(f"there are {len(pictures)} pictures but {len(names)} labels")
    key = f"arrays:{_content(pictures, names)}"
    listing = find_pictures(work_dir, key)
    if listing is not None:
        return listing
    scale = PixelScale()
    for picture in pictures if isinstance(pictures, list) else [pictures]:
        scale.fit(picture)
    with PictureWriter(work_dir) as writer:
        for number, (picture, name) in enumerate(zip(pictures, names, strict=True)):
            what = f"picture {number}"
            check_picture_shape(picture.shape, what=what)
            writer.add(scale.to_uint8(picture, what=what), name, None)
        return writer.finish(key=key)


def list_digits(*, work_dir: Path) -> Listing:
    """The 1,797 handwritten digits (8 by 8, grey) that scikit-learn ships, from 0..16 to 0..255."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = np.rint(digits.images * (255 / 16)).astype(np.uint8)
    return list_arrays(images, digits.target, work_dir=work_dir)


def label_names(labels: Any) -> list[str]:
    """Class names of whole numbers, strings or bytes, `(n,)` or `(n, 1)`.

    Raises:
        DataError: for one-hot or fractional labels, or empty names.
    """
    values = np.asarray(labels)
    if values.ndim == 2 and values.shape[1] == 1:  # as keras.datasets.cifar10 has them
        values = values[:, 0]
    if values.ndim != 1:
        hint = "; take numpy.argmax(labels, axis=1) of one-hot labels" if values.ndim == 2 else ""
        raise DataError(f"labels have shape {values.shape}: expected one label a picture{hint}")
    if values.dtype.kind not in "iubUSOT":
        raise DataError(f"labels have dtype {values.dtype}: expected whole numbers or strings")
    return [label_name(value) for value in values.tolist()]


def label_name(value: object) -> str:
    """The class name of one label.

    Raises:
        DataError: if it is neither a whole number nor text, or empty.
    """
    if isinstance(value, bytes):
        value = value.decode("utf-8", "strict")
    if isinstance(value, np.bool_):
        value = bool(value)  # True, as tables write it
    if not isinstance(value, (int, np.integer, str)):
        raise DataError(f"label {value!r} is neither a whole number nor text")
    name = str(value).strip()
    if not name or "\n" in name:
        raise DataError(f"label {value!r} is empty or has a line break")
    return name


def _pictures(images: Any) -> np.ndarray | list[np.ndarray]:
    if isinstance(images, np.ndarray) and images.dtype != object:
        if images.ndim not in (3, 4):
            raise DataError(
                f"images have shape {images.shape}: expected (n, height, width) or (n, "
                "height, width, channels)"
            )
        return images
    if not isinstance(images, (Sequence, np.ndarray)):
        return _pictures(np.asarray(images))
    return [np.asarray(picture) for picture in images]


def _content(pictures: np.ndarray | list[np.ndarray], names: list[str]) -> str:
    digest = hashlib.sha256("\0".join(names).encode())
    for picture in pictures:
        digest.update(f"{picture.shape}{picture.dtype}".encode())
        digest.update(np.ascontiguousarray(picture).data)
    return digest.hexdigest()
