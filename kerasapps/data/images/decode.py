"""Encoded pictures become pixels, and are examined; needs numpy and Pillow only.

This is the only decoder of kerasapps: training, evaluation and the phone runner all call it, so
that a picture has the same pixels everywhere.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from kerasapps.data.images.upright import (
    TURNS,
    WIDE_MODES,
    orientation,
    sixteen_bit_colour,
    upright_picture,
)
from kerasapps.data.sources.picture_formats import HEAD_BYTES, SUFFIXES, is_raw, sniff_format
from kerasapps.data.sources.places import Place, ShardPlace, read_place
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

SIXTEEN_BIT = ("16-bit", "converted to 8 bits (high byte)")


@dataclass(frozen=True)
class Inspection:
    """What a full decode of one picture file showed.

    Attributes:
        digest: SHA-256 of the decoded RGB pixels and their size; equal pictures have equal digests
            whatever their format.
        width: pixels, after the EXIF rotation.
        height: pixels, after the EXIF rotation.
        notes: (what is special, what is done about it) pairs.
        high: the largest 8-bit value of any channel.
        problem: why the file cannot be used, or None; the other fields are then empty.
    """

    digest: str = ""
    width: int = 0
    height: int = 0
    notes: tuple[tuple[str, str], ...] = ()
    high: int = 0
    problem: str | None = None


def open_picture(source: Place | bytes, channels: int) -> Image.Image:
    """The upright picture of an encoded file as a Pillow image of mode RGB or L.

    Every format of `picture_formats.SUFFIXES`, told by its content; of several frames or pages the
    first. 16-bit samples keep their high byte, floats are scaled as `PixelScale` says, transparency
    is laid on white, EXIF rotation is applied.

    Args:
        source: a file, a place within a shard, or the encoded bytes.
        channels: 3 for RGB, 1 for grey (ITU-R 601 luma).

    Raises:
        DataError: naming the file and what is wrong with it.
    """
    with _opened(source) as image:
        return upright_picture(image, channels, what=name_of(source))


def decode_image(source: Place | bytes, channels: int) -> np.ndarray:
    """The pixels of an encoded picture, uint8, `(height, width, channels)`.

    Args:
        source: a file, a place within a shard, or the encoded bytes.
        channels: 3 for RGB, 1 for grey.

    Raises:
        DataError: naming the file and what is wrong with it.
    """
    pixels = np.asarray(open_picture(source, channels))
    return pixels if channels == 3 else pixels[..., np.newaxis]


def small_picture(source: Place | bytes, side: int) -> np.ndarray:
    """A picture in grey, scaled to a square whatever its shape, uint8 `(side, side)`.

    It is not the network's input: a JPEG file is decoded at a part of its size where it may be.

    Args:
        source: a file, a place within a shard, or the encoded bytes.
        side: of the square, in pixels.

    Raises:
        DataError: naming the file and what is wrong with it.
    """
    with _opened(source) as image:
        image.draft("L", (2 * side, 2 * side))
        grey = upright_picture(image, 1, what=name_of(source))
        return np.asarray(grey.resize((side, side), Image.Resampling.BILINEAR))


def picture_size(source: Place | bytes) -> tuple[int, int]:
    """Width and height of an encoded picture as its head says them; nothing is decoded.

    Args:
        source: a file, a place within a shard, or the encoded bytes.

    Returns:
        Pixels, before an EXIF rotation.

    Raises:
        DataError: naming the file and what is wrong with it.
    """
    with _opened(source) as image:
        return image.size


def inspect_image(path: Place) -> Inspection:
    """Decode all of one picture and say what it is; what is wrong is told, never raised."""
    name = name_of(path)
    try:
        with _opened(path) as image:
            notes = (*_misnamed(path, _format(image)), *_notes(image))
            picture = upright_picture(image, 3, what=name)
    except DataError as error:
        return Inspection(problem=_without_place(str(error), path))
    pixels = np.ascontiguousarray(picture)
    digest = hashlib.sha256(f"{picture.width}x{picture.height}:".encode())
    digest.update(pixels.data)
    return Inspection(digest.hexdigest(), picture.width, picture.height, notes, int(pixels.max()))


def _without_place(message: str, place: Place) -> str:
    """What is wrong alone: who tells it names the place."""
    names = [f"{name_of(place)}: ", f"{name_of(place)} "]
    if isinstance(place, ShardPlace):
        names.append(f"{printable(place.file)}: ")
    return next((message.removeprefix(each) for each in names if message.startswith(each)), message)


def name_of(source: Place | bytes) -> str:
    """What messages call a picture; a colon and what is wrong follow it."""
    return (
        f"a picture of {len(source)} bytes" if isinstance(source, bytes) else printable(str(source))
    )


def _opened(source: Place | bytes) -> Image.Image:
    """The picture with its header read; the caller closes it."""
    name = name_of(source)
    if not isinstance(source, bytes):
        if isinstance(source, Path) and is_raw(source):
            raise DataError(f"{name}: a camera's own format: convert it to JPEG")
        # Read the whole file at once: Pillow would otherwise keep the file open and read in pieces.
        try:
            source = read_place(source)
        except OSError as error:
            raise DataError(f"{name}: {_os_problem(error)}") from error
    if not source:
        raise DataError(f"{name}: empty file (0 bytes)")
    kind = sniff_format(source[:HEAD_BYTES])
    if kind == "HEIF":
        _read_heif(name)
    try:
        image = Image.open(io.BytesIO(source))
    except UnidentifiedImageError:
        raise DataError(f"{name}: {_unidentified(kind, source)}") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DataError(f"{name}: {_too_large()}") from None
    except Exception as error:  # broken bytes provoke every kind of exception in Pillow's readers
        raise DataError(f"{name}: not a readable picture ({error})") from error
    if _format(image) not in SUFFIXES:
        raise DataError(
            f"{name}: {image.format} pictures are not supported; convert it to JPEG or PNG"
        )
    return image


def _read_heif(name: str) -> None:
    """Make Pillow read HEIC and HEIF, for which it has no decoder of its own.

    Raises:
        DataError: if pillow-heif is not installed.
    """
    try:
        import pillow_heif
    except ImportError:
        raise DataError(
            f'{name}: a HEIC picture: pip install "kerasapps[heic]" to read it, or convert it to '
            "JPEG"
        ) from None
    pillow_heif.register_heif_opener()


def _misnamed(path: Place, kind: str) -> tuple[tuple[str, str], ...]:
    suffix = path.suffix.lower() if isinstance(path, Path) else ""
    if not suffix or suffix in SUFFIXES[kind]:
        return ()
    return ((f"{kind} named {suffix}", "read by its content"),)


def _notes(image: Image.Image) -> tuple[tuple[str, str], ...]:
    notes = []
    if image.mode == "F":
        notes.append(("floats", "scaled to 0..255"))
    elif image.mode in WIDE_MODES or sixteen_bit_colour(image):
        notes.append(SIXTEEN_BIT)
    if image.mode == "CMYK":
        notes.append(("CMYK", "converted to RGB"))
    if orientation(image) in TURNS:
        notes.append(("EXIF rotation", "turned upright"))
    if _format(image) != "JPEG" and _frames(image) > 1:
        what = ("several pages", "page") if image.format == "TIFF" else ("animated", "frame")
        notes.append((what[0], f"only the first {what[1]} is used"))
    if image.has_transparency_data:
        notes.append(("transparent", "laid on white"))
    return tuple(notes)


def _frames(image: Image.Image) -> int:
    try:
        return int(getattr(image, "n_frames", 1))
    except Exception:  # what lies behind the first frame may be broken; it is not used
        return 1


def _format(image: Image.Image) -> str:
    # Phones write JPEG files with a preview behind (MPO); the first picture is the photo.
    return "JPEG" if image.format == "MPO" else str(image.format)


def _too_large() -> str:
    # Pillow warns from MAX_IMAGE_PIXELS on and refuses from twice as many.
    limit = f"{2 * Image.MAX_IMAGE_PIXELS / 1e6:.0f} million" if Image.MAX_IMAGE_PIXELS else "many"
    return f"too large: more than {limit} pixels; scale it down"


def _unidentified(kind: str | None, data: bytes) -> str:
    if kind is None:
        return f"not a picture{_looks_like(data)}"
    return f"a {kind} picture that Pillow cannot read: it is damaged, or of a rare kind"


def _looks_like(data: bytes) -> str:
    head = data[:512]
    if head.startswith(b"PK"):
        return " but a zip archive"
    if b"\0" not in head:
        try:
            head.decode("utf-8")
            return " but a text file"
        except UnicodeDecodeError as error:
            return " but a text file" if error.start > len(head) - 4 else ""
    return ""


def _os_problem(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file (or a symbolic link to nothing)"
    if isinstance(error, PermissionError):
        return "permission denied: make it readable"
    if isinstance(error, IsADirectoryError):
        return "it is a folder, not a file"
    return error.strerror or str(error)
