"""Which files and bytes are pictures: by their content, and by name where nothing was read yet."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from kerasapps.files.named import open_regular

# Pillow's name of a format → suffixes, the usual one first
SUFFIXES = MappingProxyType(
    {
        "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".mpo"),
        "PNG": (".png", ".apng"),
        "GIF": (".gif",),
        "BMP": (".bmp", ".dib"),
        "WEBP": (".webp",),
        "TIFF": (".tif", ".tiff"),
        "AVIF": (".avif", ".avifs"),
        "HEIF": (".heic", ".heif", ".hif"),
        "JPEG2000": (".jp2", ".j2k", ".jpx"),
        "PPM": (".ppm", ".pgm", ".pbm", ".pnm"),
    }
)
PICTURE_SUFFIXES = frozenset(suffix for names in SUFFIXES.values() for suffix in names)

HEAD_BYTES = 512
"""What `sniff_format` looks at of a file."""

# Cameras' own formats are TIFF files with a small preview in front, which would be taken for them.
_RAW_SUFFIXES = frozenset(
    (".arw", ".cr2", ".cr3", ".dng", ".nef", ".nrw", ".orf", ".pef", ".raf", ".rw2", ".srw")
)
_STARTS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG2000"),
    (b"\xff\x4f\xff\x51", "JPEG2000"),
)
# P1 to P6, width and height; comments may stand between.
_NUMBER = rb"\s+(?:#[^\n]*\n\s*)*\d+"
_PPM = re.compile(rb"P[1-6]" + _NUMBER + _NUMBER + rb"\s")
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def sniff_format(head: bytes) -> str | None:
    """The format of an encoded picture by its first bytes, a key of `SUFFIXES`, or None."""
    for start, name in _STARTS:
        if head.startswith(start):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "BMP"
    if head[4:8] == b"ftyp":
        return _sniff_boxes(head)
    return "PPM" if _PPM.match(head) else None


def _sniff_boxes(head: bytes) -> str | None:
    """AVIF or HEIF by the brands of an ISO file, whose first box lists them; films have others."""
    box = head[8 : int.from_bytes(head[:4], "big")]
    brands = [box[:4], *(box[place : place + 4] for place in range(8, len(box), 4))]
    if b"avif" in brands or b"avis" in brands:
        return "AVIF"
    return "HEIF" if any(brand in _HEIF_BRANDS for brand in brands) else None


def guess_suffix(encoded: bytes) -> str | None:
    """The file suffix that fits the first bytes of an encoded picture, or None."""
    kind = sniff_format(encoded[:HEAD_BYTES])
    return None if kind is None else SUFFIXES[kind][0]


def is_raw(path: Path) -> bool:
    """Whether a file is named like a camera's own format, which nothing here reads."""
    return path.suffix.lower() in _RAW_SUFFIXES


def is_picture_file(path: Path) -> bool:
    """Whether a file is a picture: named like one, be it broken, or one by its content.

    A file that cannot be read, or is no regular one, counts by its name alone.
    """
    if path.suffix.lower() in PICTURE_SUFFIXES:
        return True
    if is_raw(path):
        return False
    try:
        with open_regular(path) as file:
            return sniff_format(file.read(HEAD_BYTES)) is not None
    except (OSError, ValueError):
        return False


def names_picture(value: object) -> bool:
    """Whether a value of a table is the name of a picture file, by its suffix."""
    if not isinstance(value, str):
        return False
    suffix = PurePosixPath(value.strip().replace("\\", "/")).suffix
    return suffix.lower() in PICTURE_SUFFIXES
