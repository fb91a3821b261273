"""Pictures that are not files yet are written out once, as PNG or as they are encoded."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image

from kerasapps.data.images.listing import PictureListing
from kerasapps.data.sources.file_entries import FileEntries
from kerasapps.data.sources.file_store import FileWriter, StoredKind, find_files
from kerasapps.data.sources.picture_formats import guess_suffix

PictureWriter: TypeAlias = FileWriter[np.ndarray | bytes, FileEntries]


def picture_writer(work_dir: Path) -> PictureWriter:
    """A writer of pictures: uint8 `(h, w)`, `(h, w, 1)`, `(h, w, 3)` or `(h, w, 4)`, stored as PNG.

    Encoded bytes are stored as they are.

    Args:
        work_dir: the folder to write into; made if missing.
    """
    return FileWriter(work_dir, kind=_PICTURES)


def find_pictures(work_dir: Path, key: str) -> PictureListing | None:
    """The pictures that an earlier run wrote for the same source, when they are all there."""
    return find_files(work_dir, key, kind=_PICTURES)


def _encoded(picture: np.ndarray | bytes) -> tuple[bytes, str]:
    encoded = picture if isinstance(picture, bytes) else _png(picture)
    return encoded, guess_suffix(encoded) or ".jpg"  # the audit will say that it is no picture


def _png(pixels: np.ndarray) -> bytes:
    if pixels.ndim == 3 and pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


_PICTURES: StoredKind[np.ndarray | bytes, FileEntries] = StoredKind(
    "picture", _encoded, lambda entries: entries
)
