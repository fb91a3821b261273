"""`(images, labels)` in memory, and scikit-learn's digits, become picture files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config.targets import TargetKind
from kerasapps.data.images.listing import PictureListing
from kerasapps.data.images.materialise import find_pictures, picture_writer
from kerasapps.data.images.pixels import PixelScale, check_picture_shape
from kerasapps.data.images.stream import read_picture
from kerasapps.data.images.values import FORMS, as_array, is_array, plain_picture
from kerasapps.data.sources.file_entries import EntryColumns
from kerasapps.data.sources.places import Place
from kerasapps.data.targets.arrays import read_targets
from kerasapps.errors import DataError
from kerasapps.process.training_stack import needing_training


def list_arrays(
    images: Any,
    labels: Any,
    *,
    work_dir: Path,
    kind: TargetKind | None = "class",
    columns: Sequence[str] = (),
) -> PictureListing:
    """Write pictures in memory as PNG files, once, and list them; files are listed where they lie.

    Args:
        images: `(n, h, w)` grey or `(n, h, w, c)`; or a sequence of pictures in any form that
            `plain_picture` takes. Pixels are uint8, bool, uint16, other integers in 0..255, or
            floats in 0..1 or 0..255 (see `PixelScale`).
        labels: n numbers or strings, of which a number becomes the class named by its digits; or
            what `read_targets` takes.
        work_dir: where the files go.
        kind: what the targets are; None: guessed.
        columns: see `find_form`.

    Raises:
        DataError: if shapes, types or ranges do not fit.
    """
    targets, form, warnings = read_targets(labels, noun="picture", kind=kind, columns=columns)
    listing = _list_named(images, targets, work_dir)
    return replace(
        listing, guesses=tuple(form.told), warnings=(*listing.warnings, *warnings), form=form
    )


def _list_named(images: Any, names: list[str], work_dir: Path) -> PictureListing:
    pictures = _pictures(images)
    if len(pictures) != len(names):
        raise DataError(f"there are {len(pictures)} pictures but {len(names)} labels")
    if not pictures:
        raise DataError("there are no pictures")
    files = [picture for picture in pictures if isinstance(picture, Path)]
    if files and len(files) == len(pictures):
        rows = enumerate(zip(files, names, strict=True))
        columns = EntryColumns()
        for number, (file, name) in rows:
            columns.add(file, name, number=number)
        return PictureListing(columns.finish())
    encoded = [_encoded(picture) for picture in pictures]
    key = f"arrays:{_content(encoded, names)}"
    listing = find_pictures(work_dir, key)
    if listing is not None:
        return listing
    with picture_writer(work_dir) as writer:
        for picture, name in zip(scaled(encoded), names, strict=True):
            writer.add(picture, name, None)
        return writer.finish(key=key)


def scaled(pictures: Sequence[np.ndarray | bytes]) -> Iterator[np.ndarray | bytes]:
    """The pictures of one source, pixels as uint8 by one rule for all of them.

    Raises:
        DataError: if a shape, a type or a range does not fit; it names the picture.
    """
    scale = PixelScale()
    for number, picture in enumerate(pictures):
        if isinstance(picture, np.ndarray):
            check_picture_shape(picture.shape, what=f"picture {number}")
            scale.fit(picture, what=f"picture {number}")
    scale.check()
    for number, picture in enumerate(pictures):
        if isinstance(picture, np.ndarray):
            yield scale.to_uint8(picture, what=f"picture {number}")
        else:
            yield picture


def list_digits(*, work_dir: Path) -> PictureListing:
    """The 1,797 handwritten digits (8 by 8, grey) that scikit-learn ships, from 0..16 to 0..255."""
    with needing_training("builtin:digits"):
        from sklearn.datasets import load_digits

    digits = load_digits()
    images = np.rint(digits.images * (255 / 16)).astype(np.uint8)
    return list_arrays(images, digits.target, work_dir=work_dir)


def _pictures(images: Any) -> list[np.ndarray | bytes | Place]:
    if is_array(images):
        pixels = as_array(images, what="the pictures")
        if pixels.dtype.kind in "OUS":
            return _pictures(pixels.tolist())
        if pixels.ndim not in (3, 4):
            raise DataError(
                f"images have shape {pixels.shape}: expected (n, height, width) or (n, "
                "height, width, channels)"
            )
        return list(pixels)
    if isinstance(images, str | bytes | bytearray) or not isinstance(images, Iterable):
        raise DataError(f"images are a {type(images).__name__}: expected a sequence of {FORMS}")
    return [plain_picture(each, what=f"picture {i}") for i, each in enumerate(images)]


def _encoded(picture: np.ndarray | bytes | Place) -> np.ndarray | bytes:
    return read_picture(picture) if isinstance(picture, Place) else picture


def _content(pictures: Sequence[np.ndarray | bytes], names: list[str]) -> str:
    digest = hashlib.sha256("\0".join(names).encode())
    for picture in pictures:
        if isinstance(picture, bytes):
            digest.update(f"bytes {len(picture)}".encode() + picture)
            continue
        digest.update(f"{picture.shape}{picture.dtype}".encode())
        digest.update(picture.tobytes())  # of any type: which there may be is checked later
    return digest.hexdigest()
