"""A Pillow image of any mode becomes upright, 8-bit and opaque; needs numpy and Pillow only."""

from __future__ import annotations

import re

import numpy as np
from PIL import Image

from kerasapps.data.images.pixels import PixelScale, refuse_faint
from kerasapps.errors import DataError

WIDE_MODES = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
"""Grey of more than 8 bits."""

_UNREAD = re.compile(r" ?\([0-9]+ bytes not processed\)")  # of Pillow's: it helps nobody
_ORIENTATION_TAG = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation → what undoes it."""


def upright_picture(image: Image.Image, channels: int, *, what: str) -> Image.Image:
    """The picture upright, of mode RGB or L.

    16-bit samples keep their high byte, floats are scaled as `PixelScale` says, transparency is
    laid on white, EXIF rotation is applied.

    Args:
        image: is loaded, and not changed otherwise.
        channels: 3 for RGB, 1 for grey (ITU-R 601 luma).
        what: names it in an error.

    Raises:
        DataError: if it cannot be read or converted.
    """
    wide_colour = sixteen_bit_colour(image)  # known only before the pixels are read
    try:
        image.load()
        if wide_colour:
            _check_high_bytes(image)
        flat = _flatten(image)
        turn = TURNS.get(orientation(image))
        if turn is not None:
            flat = flat.transpose(turn)
        return _with_channels(flat, channels)
    except DataError as error:
        raise DataError(f"{what}: {error}") from error
    except Exception as error:  # broken bytes provoke every kind of exception in Pillow's readers
        reason = _UNREAD.sub("", str(error)) or type(error).__name__
        raise DataError(f"{what}: truncated or corrupt ({reason})") from error


def flatten_picture(image: Image.Image, channels: int) -> Image.Image:
    """An 8-bit picture of mode RGB or L without transparency (laid on white)."""
    return _with_channels(_flatten(image), channels)


def orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 where there is none."""
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # unreadable EXIF must not cost us a picture that is otherwise whole
        return 1


def sixteen_bit_colour(image: Image.Image) -> bool:
    """Whether colours have 16 bits a sample: Pillow strips them to 8 and says so only here."""
    tiles = getattr(image, "tile", None) or []
    wide = image.format in ("PNG", "TIFF") and any(";16" in str(tile.args) for tile in tiles)
    return wide and image.mode not in WIDE_MODES


def _check_high_bytes(image: Image.Image) -> None:
    """Refuse 16-bit colours that were 8-bit or 12-bit values: their high bytes show nothing.

    Raises:
        DataError: if so little is left; a high byte of 0 may have been anything below 256.
    """
    bands = [band for band in image.getbands() if band != "A"]
    refuse_faint(max(int(np.asarray(image.getchannel(band)).max()) for band in bands) * 256 + 255)


def _flatten(image: Image.Image) -> Image.Image:
    if image.mode in WIDE_MODES:
        return Image.fromarray(PixelScale().to_uint8(_wide_samples(image)))
    try:
        if image.has_transparency_data:
            white = Image.new("RGBA", image.size, (255, 255, 255, 255))
            return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
        if image.mode in ("RGB", "L"):
            return image
        return image.convert("L" if image.mode == "1" else "RGB")
    except ValueError as error:
        if "conversion" not in str(error):
            raise
        raise DataError(f"a picture of mode {image.mode}: convert it to RGB") from None


def _wide_samples(image: Image.Image) -> np.ndarray:
    """Samples of more than 8 bits; uint16 wherever they are 16-bit ones.

    libpng and TensorFlow too keep the high byte of those when they strip 16 bits to 8.
    """
    samples = np.asarray(image)
    wide = samples.min() >= 0 and 255 < samples.max() <= 65535
    if image.mode == "I" and (image.format == "PPM" or wide):
        return samples.astype(np.uint16)
    return samples


def _with_channels(image: Image.Image, channels: int) -> Image.Image:
    mode = "RGB" if channels == 3 else "L"
    return image if image.mode == mode else image.convert(mode)
