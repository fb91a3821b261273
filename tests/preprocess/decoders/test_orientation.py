from __future__ import annotations

import io
import struct

import pytest
import tensorflow as tf
from PIL import Image

from kerasapps.data.images.upright import orientation
from kerasapps.preprocess.decoders.orientation import orientation_of
from kerasapps.preprocess.odd_pictures import (
    XMP_FORMS,
    encode,
    exif,
    smooth_photo,
    with_segments,
)

PLAIN = encode(smooth_photo(3, 4), "JPEG")
SIX = b"\6\0\0\0"


def tiff(*entries: tuple[int, int, int, bytes], little: bool = True, start: int = 8) -> bytes:
    """A TIFF structure: entries (tag, type, count, four bytes)."""
    order = "<" if little else ">"
    head = (b"II" if little else b"MM") + struct.pack(order + "HI", 42, start)
    listed = b"".join(struct.pack(order + "HHI", *each[:3]) + each[3] for each in entries)
    return head + struct.pack(order + "H", len(entries)) + listed + bytes(4)


def of(kind: int, value: bytes = SIX, count: int = 1) -> tuple[int, int, int, bytes]:
    return 0x0112, kind, count, value


def pillows(block: bytes, xmp: bytes) -> int:
    """What Pillow finds in a JPEG file with these segments; also of values that turn nothing."""
    segments = [(0xE1, b"Exif\0\0" + block)] if block else []
    segments += [(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp)] if xmp else []
    with Image.open(io.BytesIO(with_segments(PLAIN, *segments))) as image:
        found = orientation(image)
    return found if 1 <= found <= 8 else 1


def found(block: bytes, xmp: bytes = b"") -> int:
    """What the graph finds."""
    value, problem = orientation_of(tf.constant(block), tf.constant(xmp))
    assert problem.numpy() == b""
    return int(value)


MAKE = 0x010F
BLOCKS = {
    "short": tiff(of(3, b"\6\0\1\1")),
    "long": tiff(of(4)),
    "signed byte": tiff(of(6, b"\6\1\1\1")),
    "signed short": tiff(of(8, b"\6\0\1\1")),
    "signed long": tiff(of(9)),
    "place of a directory": tiff(of(13)),
    "two shorts": tiff(of(3, b"\6\0\3\0", 2)),
    "two longs, elsewhere": tiff(of(4, b"\x1a\0\0\0", 2)) + b"\3\0\0\0" + SIX,
    "three shorts, elsewhere": tiff(of(3, b"\x1a\0\0\0", 3)) + b"\3\0\6\0\7\0",
    "twice": tiff(of(3), of(3, b"\3\0\0\0")),
    "first of no known type": tiff(of(99), of(3, b"\3\0\0\0")),
    "no value": tiff(of(3, SIX, 0), of(3, b"\3\0\0\0")),
    "zero": tiff(of(3, bytes(4))),
    "nine": tiff(of(3, b"\x09\0\0\0")),
    "high word": tiff(of(4, b"\6\0\1\0")),
    "byte": tiff(of(1)),
    "undefined": tiff(of(7)),
    "of another tag": tiff((0x0100, 3, 1, SIX)),
    "behind a text": tiff((MAKE, 2, 10, struct.pack("<I", 8)), of(3)),
    "behind a text of the last bytes": tiff((MAKE, 2, 10, struct.pack("<I", 28)), of(3)),
    "behind a text beyond the end": tiff((MAKE, 2, 11, struct.pack("<I", 28)), of(3)),
    "before a text beyond the end": tiff(of(3), (MAKE, 2, 11, struct.pack("<I", 28))),
    "behind a text larger than all": tiff((MAKE, 2, 1000, struct.pack("<I", 8)), of(3)),
    "larger than all": tiff(of(3, struct.pack("<I", 8), 1000)),
    "beyond the end": tiff(of(3, struct.pack("<I", 24), 5)),
    "texts that fill all": tiff(
        *[(MAKE + n, 2, 30, struct.pack("<I", 8)) for n in range(3)], of(3)
    ),
    "big-endian": tiff(of(3, b"\0\6\0\0"), little=False),
    "big-endian long": tiff(of(4, b"\0\0\0\6"), little=False),
    "little-endian in a big-endian file": tiff(of(3), little=False),
    "directory elsewhere": tiff(start=14) + tiff(of(3))[8:],
    "no entries": tiff(),
    "directory at the end": tiff(start=8)[:8],
    "directory beyond the end": b"II*\0\xff\xff\xff\xff",
    "one byte of a directory": tiff(of(3))[:9],
    "half an entry": tiff(of(3))[:18],
    "more entries than there are": tiff(of(3)).replace(b"\1\0\x12\1", b"\7\0\x12\1"),
    "no TIFF": b"IJ*\0" + tiff(of(3))[4:],
    "mark the other way": b"II\0*" + tiff(of(3))[4:],
    "large TIFF": b"II+\0" + tiff(of(3))[4:],
    "head alone": b"II*\0\x08\0\0",
    "none": b"",
}
UNITS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}


@pytest.mark.parametrize("kind", range(19))
def test_a_value_of_any_type_may_end_with_the_structure_and_not_behind_it(kind: int) -> None:
    """Behind one that lies outside nothing is read; types that are not known are passed by."""
    unit = UNITS.get(kind, 0)
    count = 4 // unit + 1 if unit else 8
    size = len(tiff(of(3), of(3)))
    for end in (size, size + 1):
        entry = (MAKE, kind, count, struct.pack("<I", end - unit * count))
        block = tiff(entry, of(3))
        expected = 6 if end == size or not unit else 1
        assert found(block) == pillows(block, b"") == expected


XMP = XMP_FORMS["attribute"].format(8).encode()


@pytest.mark.parametrize("kind", BLOCKS)
def test_exif_is_read_as_pillow_reads_it(kind: str) -> None:
    """Alone, and with XMP that says otherwise."""
    block = BLOCKS[kind]
    assert found(block) == pillows(block, b"")
    assert found(block, XMP) == pillows(block, XMP)


def test_the_mark_of_jpegs_segments_may_stand_before_it() -> None:
    mark, block = b"Exif\0\0", exif(6)
    assert found(block) == found(mark + block) == found(mark + mark + block) == 6
    assert found(mark * 3 + block) == found(b"x" + block) == 1
    assert found(mark, XMP) == 8


@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_orientations(orientation: int) -> None:
    for little in (True, False):
        for long in (True, False):
            assert found(exif(orientation, little=little, long=long)) == orientation
    for form in XMP_FORMS.values():
        xmp = form.format(orientation).encode()
        assert found(b"", xmp) == found(tiff(), xmp) == orientation


@pytest.mark.parametrize(
    "xmp",
    [
        b'tiff:Orientation="65"',
        b"tiff:Orientation='6'",
        b"tiff:Orientation>6</tiff:Orientation>",
        b'tiff:Orientation = "6"',
        b'tiff:Orientation="9"',
        b'tiff:Orientation="0"',
        b'\xff\xfe\n tiff:Orientation="6" \n tiff:Orientation="3" \xff',
        b'tiff:Orientation="x" tiff:Orientation="7"',
        b"6",
        b"nothing",
    ],
)
def test_xmp_is_read_as_pillow_reads_it(xmp: bytes) -> None:
    assert found(b"", xmp) == pillows(b"", xmp)


@pytest.mark.parametrize(
    "entry",
    [
        of(2, b"6\0\0\0", 2),
        of(1, b"6\0\0\0"),
        of(5, b"\0\0\0\0"),
        of(11, struct.pack("<f", 6)),
        of(12),
    ],
)
def test_orientations_that_are_no_whole_numbers_are_refused(
    entry: tuple[int, int, int, bytes],
) -> None:
    value, problem = orientation_of(tf.constant(tiff(entry)), tf.constant(XMP))
    assert int(value) == 1 and b"no whole number" in problem.numpy()
