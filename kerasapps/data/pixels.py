"""Pixel arrays of any accepted kind become uint8; needs numpy only."""

from __future__ import annotations

import numpy as np

from kerasapps.errors import DataError


class PixelScale:
    """Turns arrays of one source into uint8, 0 to 255, by one rule for the whole source.

    uint8 is taken as it is, uint16 keeps its high byte, other integers must lie in 0..255. Floats
    must lie in 0..1 (then they are multiplied by 255) or in 0..255; which of the two is decided by
    the first picture that is not black, and a later one that does not fit is an error. Normalised
    pictures (negative values) are refused, since their scale is unknown.
    """

    def __init__(self) -> None:
        self._factor: float | None = None

    def fit(self, pixels: np.ndarray) -> None:
        """Decide the float scale from `pixels`, unless it is decided or they are all zero."""
        if self._factor is None and pixels.dtype.kind == "f" and pixels.size:
            high = float(pixels.max())
            if high > 0:
                self._factor = 255.0 if high <= 1.0 else 1.0

    def to_uint8(self, pixels: np.ndarray, *, what: str = "the picture") -> np.ndarray:
        """`pixels` as uint8 of the same shape.

        Args:
            pixels: one or more pictures.
            what: names them in an error.

        Raises:
            DataError: if the type or the range does not fit the rule above.
        """
        kind, size = pixels.dtype.kind, pixels.dtype.itemsize
        if pixels.dtype == np.uint8:
            return pixels
        if kind == "u" and size == 2:
            return (pixels >> 8).astype(np.uint8)
        if kind not in "iuf":
            raise DataError(
                f"{what} has dtype {pixels.dtype}: expected uint8, or floats in 0..1 or 0..255"
            )
        low, high = (float(pixels.min()), float(pixels.max())) if pixels.size else (0.0, 0.0)
        if not (low >= 0 and high <= 255):  # also catches NaN
            raise DataError(
                f"{what} has values from {low:g} to {high:g}: expected 0..255, or floats in 0..1; "
                "undo any normalisation first"
            )
        if kind != "f":
            return pixels.astype(np.uint8)
        self.fit(pixels)
        factor = self._factor or 1.0
        if high * factor > 255.001:
            raise DataError(
                f"{what} has values up to {high:g} while the pictures before lie in "
                "0..1: give all of them one scale"
            )
        return np.clip(np.rint(pixels * factor), 0, 255).astype(np.uint8)


def check_picture_shape(shape: tuple[int, ...], *, what: str) -> None:
    """Refuse a shape that is no picture `(h, w)` or `(h, w, 1 | 3 | 4)`.

    Raises:
        DataError: naming the shape and, where it can be guessed, the remedy.
    """
    fits = len(shape) == 2 or (len(shape) == 3 and shape[-1] in (1, 3, 4))
    if fits and min(shape) > 0:
        return
    hint = ""
    if len(shape) == 3 and shape[0] in (1, 3, 4):
        hint = "; channels come first here: move them last with numpy.moveaxis(images, 1, -1)"
    raise DataError(
        f"{what} has shape {tuple(shape)}: expected (height, width) or (height, width, "
        f"channels) with 1, 3 or 4 channels{hint}"
    )
