"""One picture in any form that a Python caller may have it in; needs numpy and Pillow only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from kerasapps.data.images.upright import upright_picture
from kerasapps.data.sources.places import Place, ShardPlace
from kerasapps.errors import DataError
from kerasapps.files.paths import is_url, user_path, without_scheme

FORMS = "a file, encoded bytes, an open binary file, a Pillow image or an array of pixels"


def plain_picture(value: Any, *, what: str = "the picture") -> np.ndarray | bytes | Place:
    """A picture as pixels, encoded bytes or a place, whatever form it came in.

    Args:
        value: a path, or a place within a shard; bytes, a bytearray or a memoryview; an open binary
            file (read from its start); a Pillow image of any mode (turned upright, of mode RGB); an
            array or a tensor of any library that numpy understands.
        what: names the picture in an error.

    Raises:
        DataError: for anything else, and for a URL.
    """
    if isinstance(value, np.ndarray | ShardPlace):
        return value
    if isinstance(value, Image.Image):
        return np.asarray(upright_picture(value, 3, what=what))
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, str | os.PathLike):
        return path_of(value)
    if hasattr(value, "read"):
        return _read(value, what)
    if is_array(value):
        return as_array(value, what=what)
    hint = ": make an array of it with numpy.asarray" if isinstance(value, list | tuple) else ""
    raise DataError(f"{what} is a {type(value).__name__}{hint}; expected {FORMS}")


def path_of(value: str | os.PathLike[str]) -> Path:
    """The path of a picture file.

    Raises:
        DataError: if it is a URL, or no path.
    """
    text = without_scheme(os.fsdecode(value))
    if is_url(text):
        raise DataError(f"{text} is a URL: download the picture and give its file")
    return user_path(text, what="the picture", error=DataError)


def is_array(value: Any) -> bool:
    """Whether numpy understands the value: an array or a tensor, of any library."""
    return hasattr(value, "__array__") and not isinstance(value, Image.Image | type)


def is_in_memory(value: Any) -> bool:
    """Whether a cell of a table is a picture itself, be it a broken one, rather than its name."""
    if isinstance(value, bytes | bytearray | memoryview):
        return len(value) > 0
    if isinstance(value, Image.Image) or hasattr(value, "read"):
        return True
    return is_array(value) and getattr(value, "ndim", len(getattr(value, "shape", ()))) > 0


def as_array(value: Any, *, what: str = "the picture") -> np.ndarray:
    """The pixels of an array or a tensor, wherever it lies.

    Raises:
        DataError: if its library cannot hand it over, as for one on another device.
    """
    try:
        return np.asarray(value)
    except Exception as error:  # every library has exceptions of its own
        raise DataError(f"{what} cannot be made a numpy array: {error}") from error


def _read(file: Any, what: str) -> bytes:
    try:
        if file.seekable():
            file.seek(0)
        content = file.read()
    except (OSError, ValueError, AttributeError) as error:
        raise DataError(f"{what} cannot be read: {error}") from error
    if not isinstance(content, bytes):
        raise DataError(f"{what} is a file of text: open it with 'rb'")
    return content
