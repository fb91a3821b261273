"""Pixel arrays of any accepted kind become uint8; needs numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kerasapps.errors import DataError

_SLACK = 1 / 510  # half a level: what rounding and resizing add to 0..1
_FAINT = 31.0  # a whole source of 0..255 that never goes beyond is of another scale
_FAINT_16 = 4095.0  # one 16-bit picture: it would keep 16 levels at most
_FAINT_SOURCE_16 = 32767.0  # a whole source of 16-bit pictures: one bit or more is unused
_BLACK = 0.5  # of 0..255: a black picture that was resized or compressed may reach it
_OVERSHOOT = 2.0  # 0..1 after sharpening or bicubic resizing


@dataclass
class _Range:
    """What the pictures of one kind of number span so far."""

    low: float = 0.0
    high: float = 0.0
    integral: bool = True

    def widen(self, pixels: np.ndarray) -> None:
        """Take in more pixels.

        NaN stays in `high`, and so is refused wherever that is compared.
        """
        low, high = float(pixels.min()), float(pixels.max())
        self.low = min(self.low, low)
        self.high = high if np.isnan(high) else max(self.high, high)
        if self.integral and pixels.dtype.kind == "f" and high <= _FAINT:
            self.integral = bool(np.equal(pixels, np.rint(pixels)).all())


class PixelScale:
    """Turns arrays of one source into uint8, 0 to 255, by one rule for the whole source.

    - bool: False is black, True white.
    - uint8: as it is. Other integers must lie in 0..255; uint16 keeps its high byte.
    - floats must lie in 0..1 (then they are multiplied by 255) or in 0..255; which of the two is
      decided by all that `fit` saw, else by the first picture that is not black. A picture that
      can only be of the other scale is refused.

    What cannot be right is refused, with the way to convert it: negative values, floats that go
    little beyond 1, 16-bit pictures of less than 13 bits, and a whole source (`check`) that never
    leaves the lowest eighth of its range.
    """

    def __init__(self) -> None:
        self._factor: float | None = None
        self._ranges: dict[str, _Range] = {}

    def fit(self, pixels: np.ndarray, *, what: str = "the picture") -> None:
        """Take in pictures before the first is converted; call it for all that there are.

        Raises:
            DataError: if their type or range does not fit the rule above.
        """
        _refuse_dtype(pixels, what)
        if not pixels.size or pixels.dtype == bool:
            return
        seen = self._ranges.setdefault(_kind(pixels), _Range())
        seen.widen(pixels)
        if _kind(pixels) == "f":
            _refuse_range(seen, what)
            if seen.high > 0:
                self._factor = 255.0 if seen.high <= 1 + _SLACK else 1.0

    def check(self, what: str = "the pictures") -> None:
        """Refuse a source whose pictures, all of them taken together, have no plausible scale.

        Args:
            what: names the source in an error.

        Raises:
            DataError: naming the range and how to convert it.
        """
        for kind, seen in self._ranges.items():
            if kind == "u2":
                _refuse_faint_16(seen.high, _FAINT_SOURCE_16, what)
            elif 0 < seen.high <= _FAINT and not (kind == "f" and self._factor == 255.0):
                raise DataError(
                    f"{what} have values from {seen.low:g} to {seen.high:g} only: expected 0..255"
                    f"{_or_unit(kind)}; {_remedy(seen, kind)}"
                )

    def refuse_bits(self, what: str = "the picture") -> None:
        """Refuse integers that are all 0 or 1, as masks are: they would come out black.

        For the pictures of a call, of which `check` would ask too much: one may be dark.

        Args:
            what: names them in an error.

        Raises:
            DataError: saying how to convert them.
        """
        seen = self._ranges.get("i")
        if seen is not None and seen.high == 1:
            raise DataError(f"{what} has no values but 0 and 1: {_remedy(seen, 'i')}")

    def to_uint8(self, pixels: np.ndarray, *, what: str = "the picture") -> np.ndarray:
        """`pixels` as uint8 of the same shape.

        Args:
            pixels: one or more pictures.
            what: names them in an error.

        Raises:
            DataError: if the type or the range does not fit the rule above.
        """
        _refuse_dtype(pixels, what)
        if pixels.dtype == bool or not pixels.size:
            return pixels.astype(np.uint8) * np.uint8(255)
        extent = _Range()
        extent.widen(pixels)
        kind = _kind(pixels)
        if kind == "f":
            return self._from_float(pixels, extent, what)
        self._ranges.setdefault(kind, _Range()).widen(pixels)
        if kind == "u2":
            _refuse_faint_16(extent.high, _FAINT_16, what)
            return (pixels >> 8).astype(np.uint8)
        _refuse_range(extent, what)
        return pixels.astype(np.uint8)

    def _from_float(self, pixels: np.ndarray, extent: _Range, what: str) -> np.ndarray:
        _refuse_range(extent, what)
        factor = self._factor
        if factor is None:
            self.fit(pixels, what=what)
            factor = self._factor or 1.0
        if factor == 1.0 and not extent.integral and _BLACK < extent.high <= 1 + _SLACK:
            raise DataError(
                f"{what} has values from {extent.low:g} to {extent.high:g}, as of 0..1, while "
                "others of the same source reach beyond 1, as of 0..255: give all of them one scale"
            )
        if extent.high * factor > 255 * (1 + _SLACK):
            raise DataError(
                f"{what} has values up to {extent.high:g} while the pictures before lie in "
                "0..1: give all of them one scale"
            )
        self._ranges["f"].widen(pixels)
        return np.clip(np.rint(pixels.astype(np.float64) * factor), 0, 255).astype(np.uint8)


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
        hint = (
            "; channels come first here: move them last with numpy.moveaxis(picture, 0, -1), a "
            "batch with numpy.moveaxis(pictures, 1, -1)"
        )
    raise DataError(
        f"{what} has shape {tuple(shape)}: expected (height, width) or (height, width, "
        f"channels) with 1, 3 or 4 channels{hint}"
    )


def refuse_faint(high: int, *, what: str = "the picture", whole_source: bool = False) -> None:
    """Refuse a 16-bit picture of which 16 levels or fewer would be left.

    Args:
        high: its largest sample, 0 to 65535.
        what: names it in an error.
        whole_source: `high` is that of all pictures together, and must use the highest bit.

    Raises:
        DataError: saying how to convert it.
    """
    _refuse_faint_16(high, _FAINT_SOURCE_16 if whole_source else _FAINT_16, what)


def _kind(pixels: np.ndarray) -> str:
    """The kinds of numbers that have a range of their own: floats, uint16, all other integers."""
    if pixels.dtype.kind == "f":
        return "f"
    return "u2" if (pixels.dtype.kind, pixels.dtype.itemsize) == ("u", 2) else "i"


def _refuse_dtype(pixels: np.ndarray, what: str) -> None:
    if pixels.dtype.kind not in "biuf":
        raise DataError(
            f"{what} has dtype {pixels.dtype}: expected uint8, or floats in 0..1 or 0..255"
        )


def _refuse_range(seen: _Range, what: str) -> None:
    """Refuse what is neither 0..1 nor 0..255; also NaN."""
    unit = seen.high <= 1 + _SLACK
    if not (seen.low >= -(_SLACK if unit else 0.5) and seen.high <= 255.5):
        raise DataError(
            f"{what} has values from {seen.low:g} to {seen.high:g}: expected 0..255, or floats in "
            "0..1; undo any normalisation first"
        )
    if not unit and not seen.integral and seen.high <= _OVERSHOOT:
        raise DataError(
            f"{what} has values from {seen.low:g} to {seen.high:g}: neither 0..1 nor 0..255; "
            f"{_remedy(seen, 'f')}"
        )


def _refuse_faint_16(high: float, limit: float, what: str) -> None:
    if not 0 < high <= limit:
        return
    bits = int(high).bit_length()
    remedy = (
        "if they are 8-bit values, convert them: pixels.astype('uint8')"
        if bits <= 8
        else f"if they are {bits}-bit samples, shift them to the full range: pixels << {16 - bits}"
    )
    raise DataError(
        f"{what}: 16-bit samples that reach only {high:g} of 65535 come out black or nearly so; "
        f"{remedy}"
    )


def _or_unit(kind: str) -> str:
    return " or 0..1" if kind == "f" else ""


def _remedy(seen: _Range, kind: str) -> str:
    if kind == "f" and seen.high <= _OVERSHOOT:
        return "clip what overshoots with numpy.clip(pixels, 0, 1)"
    return (
        f"bring them to the full range with (pixels * (255 / {seen.high:g})).astype('uint8'), or "
        "give masks as booleans"
    )
