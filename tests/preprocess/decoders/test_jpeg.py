from __future__ import annotations

import struct

import pytest
import tensorflow as tf

from kerasapps.preprocess.decoders.jpeg import _walk, read_jpeg
from kerasapps.preprocess.odd_pictures import (
    encode,
    odd_pictures,
    smooth_photo,
    with_segments,
    without_adobe,
)

from .compare import assert_as_pillow, assert_refused, assert_unread, read

PHOTO = smooth_photo(17, 23)
PLAIN = encode(PHOTO, "JPEG")
EXIF, XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"


HEAD = 20  # bytes: the start of the file and its first segment
WHOLE = {
    "colour": PLAIN,
    "grey": encode(PHOTO.convert("L"), "JPEG"),
    "progressive": encode(PHOTO, "JPEG", progressive=True),
    "restarts": encode(PHOTO, "JPEG", subsampling=2, restart_marker_blocks=1),
    "no luma": encode(PHOTO, "JPEG", keep_rgb=True),
    "two pictures": encode(PHOTO, "MPO", save_all=True, append_images=[PHOTO.rotate(90)]),
    "more behind": PLAIN + b"more behind",
    "fill bytes": PLAIN[:HEAD] + b"\xff\xff" + PLAIN[HEAD:],
    "stray bytes": PLAIN[:HEAD] + b"\0\1stray" + PLAIN[HEAD:],
    "comment and empty segment": with_segments(PLAIN, (0xFE, b"a comment"), (0xE1, b"")),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_as_pillow(kind: str) -> None:
    assert_as_pillow(read_jpeg, WHOLE[kind])


@pytest.mark.parametrize("lone", [b"\xff\x00", b"\xff\x01", b"\xff\xd0", b"\xff\xd7", b"\0"])
def test_markers_without_a_length_are_passed_by(lone: bytes) -> None:
    segment = with_segments(PLAIN, (0xE1, EXIF + b"x"))[2 : -len(PLAIN) + 2]
    encoded = PLAIN[:HEAD] + lone + segment + PLAIN[HEAD:]
    assert _walk(tf.constant(encoded)).exif.numpy() == b"x"


@pytest.mark.parametrize("quality", [60, 95])
def test_cmyk_is_inverted_with_and_without_adobes_mark(quality: int) -> None:
    marked = encode(PHOTO.convert("CMYK"), "JPEG", quality=quality)
    for encoded in (marked, without_adobe(marked)):
        assert_as_pillow(read_jpeg, encoded)


def test_exif_goes_on_in_the_next_segment_and_the_last_xmp_counts() -> None:
    first = [(0xE1, EXIF + b"one"), (0xE1, XMP + b"a"), (0xE1, EXIF + b" two")]
    then = [(0xE1, XMP + b"b"), (0xE2, EXIF + b"not here"), (0xE1, b"Exif")]
    encoded = with_segments(PLAIN, *first, *then)
    picture = read(read_jpeg, encoded)
    assert (picture.exif.numpy(), picture.xmp.numpy()) == (b"one two", b"b")


def test_what_lies_behind_a_long_profile_is_found() -> None:
    picture = read(read_jpeg, odd_pictures(8, 8)["JPEG turned in EXIF behind a profile"])
    assert picture.exif.numpy().startswith(b"II*\0")


def test_nothing_is_searched_behind_the_pixels() -> None:
    thumbnail = with_segments(PLAIN, (0xE1, EXIF + b"of another"))
    picture = read(read_jpeg, PLAIN + thumbnail)
    assert picture.exif.numpy() == b""


@pytest.mark.parametrize("cut", [1, 2, 20, len(PLAIN) // 2, len(PLAIN) - 3])
def test_what_is_cut_short_is_not_read(cut: int) -> None:
    assert_unread(read_jpeg, PLAIN[:-cut])


def resized(height: int, width: int) -> bytes:
    place = PLAIN.index(b"\xff\xc0") + 5
    return PLAIN[:place] + struct.pack(">HH", height, width) + PLAIN[place + 4 :]


def test_more_pixels_than_pillow_reads_are_refused_by_the_header() -> None:
    assert_refused(read_jpeg, resized(65000, 65000), "more than 179 million pixels: scale it down")


def test_a_file_without_a_size_is_refused() -> None:
    assert_refused(read_jpeg, b"\xff\xd8\xff\xd9" + bytes(9), "without a size")
    assert_refused(read_jpeg, resized(0, 20), "without a size")
