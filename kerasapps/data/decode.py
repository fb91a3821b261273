"""Encoded pictures become pixels, and are examined; needs numpy and Pillow only.

This is the only decoder of kerasapps: training, evaluation and the phone runner all call it, so
that a picture has the same pixels everywhere.
"""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from kerasapps.errors import DataError
from kerasapps.files import read_regular

SUFFIXES = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png", ".apng"),
    "GIF": (".gif",),
    "BMP": (".bmp", ".dib"),
    "WEBP": (".webp",),
}
PICTURE_SUFFIXES = frozenset(suffix for names in SUFFIXES.values() for suffix in names)

_ORIENTATION_TAG = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_MOST_BYTES = 1 << 30  # of an encoded picture: more than the most pixels take without compression
_WIDE_MODES = ("I;16", "I;16B", "I;16L", "I;16N", "I")


@dataclass(frozen=True)
class Inspection:
    """What a full decode of one picture file showed.

    Attributes:
        digest: SHA-256 of the decoded RGB pixels and their size; equal pictures have equal digests
            whatever their format.
        width: pixels, after the EXIF rotation.
        height: pixels, after the EXIF rotation.
        notes: (what is special, what is done about it) pairs.
        problem: why the file cannot be used, or None; the other fields are then empty.
    """

    digest: str = ""
    width: int = 0
    height: int = 0
    notes: tuple[tuple[str, str], ...] = ()
    problem: str | None = None


def open_picture(source: Path | bytes, channels: int) -> Image.Image:
    """The upright picture of an encoded file as a Pillow image of mode RGB or L.

    JPEG, PNG, GIF (first frame), BMP and WebP. 16-bit samples keep their high byte, transparency is
    laid on white, EXIF rotation is applied.

    Args:
        source: a file, or the encoded bytes.
        channels: 3 for RGB, 1 for grey (ITU-R 601 luma).

    Raises:
        DataError: naming the file and what is wrong with it.
    """
    with _opened(source) as image:
        return _upright(image, channels, source)


def decode_image(source: Path | bytes, channels: int) -> np.ndarray:
    """The pixels of an encoded picture, uint8, `(height, width, channels)`.

    Args:
        source: a file, or the encoded bytes.
        channels: 3 for RGB, 1 for grey.

    Raises:
        DataError: naming the file and what is wrong with it.
    """
    pixels = np.asarray(open_picture(source, channels))
    return pixels if channels == 3 else pixels[..., np.newaxis]


def inspect_image(path: Path) -> Inspection:
    """Decode all of one picture and say what it is; what is wrong is told, never raised."""
    try:
        with _opened(path) as image:
            kind = _format(image)
            suffix = path.suffix.lower()
            if suffix and suffix not in SUFFIXES[kind]:
                right = SUFFIXES[kind][0]
                return Inspection(
                    problem=f"wrong extension: it is a {kind} named {suffix}; rename it to {right}"
                )
            notes = _notes(image)
            pixels = _upright(image, 3, path)
    except DataError as error:
        return Inspection(problem=str(error).removeprefix(f"{_name(path)}: "))
    size = f"{pixels.width}x{pixels.height}:".encode()
    digest = hashlib.sha256(size + pixels.tobytes()).hexdigest()
    return Inspection(digest, pixels.width, pixels.height, notes)


def flatten_picture(image: Image.Image, channels: int) -> Image.Image:
    """An 8-bit picture of mode RGB or L without transparency (laid on white)."""
    return _with_channels(_flatten(image), channels)


def guess_suffix(encoded: bytes) -> str | None:
    """The file suffix that fits the first bytes of an encoded picture, or None."""
    for start, suffix in (
        (b"\xff\xd8\xff", ".jpg"),
        (b"\x89PNG", ".png"),
        (b"GIF8", ".gif"),
        (b"BM", ".bmp"),
    ):
        if encoded.startswith(start):
            return suffix
    return ".webp" if encoded[:4] == b"RIFF" and encoded[8:12] == b"WEBP" else None


def printable(path: os.PathLike[str] | str) -> str:
    """A path as text that can always be printed and stored as UTF-8."""
    return os.fspath(path).encode("utf-8", "backslashreplace").decode("utf-8")


def _name(source: Path | bytes) -> str:
    return f"a picture of {len(source)} bytes" if isinstance(source, bytes) else printable(source)


def _opened(source: Path | bytes) -> Image.Image:
    """The picture with its header read; the caller closes it."""
    name = _name(source)
    if not isinstance(source, bytes):
        # Read the whole file at once: Pillow would otherwise keep the file open and read in pieces.
        try:
            source = read_regular(source, limit=_MOST_BYTES)
        except OSError as error:
            raise DataError(f"{name}: {_os_problem(error)}") from error
    if not source:
        raise DataError(f"{name}: empty file (0 bytes)")
    try:
        image = Image.open(io.BytesIO(source))
    except UnidentifiedImageError:
        raise DataError(f"{name}: not a picture{_looks_like(source)}") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DataError(f"{name}: {_too_large()}") from None
    except Exception as error:  # broken bytes provoke every kind of exception in Pillow's readers
        raise DataError(f"{name}: not a readable picture ({error})") from error
    limit = Image.MAX_IMAGE_PIXELS
    if limit is not None and image.width * image.height > limit:
        raise DataError(f"{name}: {_too_large(image.size)}")
    if _format(image) not in SUFFIXES:
        raise DataError(
            f"{name}: {image.format} pictures are not supported; convert it to JPEG or PNG"
        )
    return image


def _upright(image: Image.Image, channels: int, source: Path | bytes) -> Image.Image:
    try:
        image.load()
        flat = _flatten(image)
        turn = _TURNS.get(_orientation(image))
        if turn is not None:
            flat = flat.transpose(turn)
        return _with_channels(flat, channels)
    except Exception as error:  # as above: truncated or corrupt data
        reason = str(error) or type(error).__name__
        raise DataError(f"{_name(source)}: truncated or corrupt ({reason})") from error


def _flatten(image: Image.Image) -> Image.Image:
    """An 8-bit picture without transparency: mode RGB or L."""
    if image.mode in _WIDE_MODES:
        # The high byte is what libpng and TensorFlow keep when they strip 16 bits to 8.
        samples = np.clip(np.asarray(image).astype(np.int64), 0, 65535)
        return Image.fromarray((samples >> 8).astype(np.uint8))
    if image.has_transparency_data:
        layers = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, layers).convert("RGB")
    if image.mode in ("RGB", "L"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _with_channels(image: Image.Image, channels: int) -> Image.Image:
    mode = "RGB" if channels == 3 else "L"
    return image if image.mode == mode else image.convert(mode)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # unreadable EXIF must not cost us a picture that is otherwise whole
        return 1


def _notes(image: Image.Image) -> tuple[tuple[str, str], ...]:
    found = []
    if image.mode in _WIDE_MODES or _sixteen_bit_colour(image):
        found.append(("16-bit", "converted to 8 bits (high byte)"))
    if image.mode == "CMYK":
        found.append(("CMYK", "converted to RGB"))
    if _orientation(image) in _TURNS:
        found.append(("EXIF rotation", "turned upright"))
    if _format(image) != "JPEG" and getattr(image, "n_frames", 1) > 1:
        found.append(("animated", "only the first frame is used"))
    if image.has_transparency_data:
        found.append(("transparent", "laid on white"))
    return tuple(found)


def _sixteen_bit_colour(image: Image.Image) -> bool:
    """Whether a PNG has 16 bits a sample: Pillow strips RGB to 8 bits and says so only here."""
    tiles = getattr(image, "tile", None) if image.format == "PNG" else None
    return ";16" in str(tiles[0].args) if tiles else False


def _format(image: Image.Image) -> str:
    # Phones write JPEG files with a preview behind (MPO); the first picture is the photo.
    return "JPEG" if image.format == "MPO" else str(image.format)


def _too_large(size: tuple[int, int] | None = None) -> str:
    pixels = f"{size[0]} x {size[1]} pixels, " if size else ""
    limit = f"{Image.MAX_IMAGE_PIXELS / 1e6:.0f} million" if Image.MAX_IMAGE_PIXELS else "the limit"
    return f"too large: {pixels}more than {limit} pixels; scale it down"


def _looks_like(data: bytes) -> str:
    head = data[:512]
    if head.startswith(b"PK"):
        return ": it is a zip archive"
    if b"\0" not in head:
        try:
            head.decode("utf-8")
            return ": it is a text file"
        except UnicodeDecodeError as error:
            return ": it is a text file" if error.start > len(head) - 4 else ""
    return ""


def _os_problem(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file (or a symbolic link to nothing)"
    if isinstance(error, PermissionError):
        return "permission denied: make it readable"
    if isinstance(error, IsADirectoryError):
        return "it is a folder, not a file"
    return error.strerror or str(error)
