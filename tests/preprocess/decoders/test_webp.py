from __future__ import annotations

import pytest

from kerasapps.preprocess.decoders.webp import read_webp
from kerasapps.preprocess.odd_pictures import encode, exif, odd_pictures, smooth_photo

from .compare import assert_as_pillow, assert_refused, assert_unread, read
from .webps import ANIMATION, canvas, frame, pixels, webp

PHOTO = smooth_photo(17, 22)
SIZE = PHOTO.size
CLEAR = PHOTO.copy()
CLEAR.putalpha(PHOTO.convert("L"))
LOSSY, LOSSLESS = pixels(PHOTO), pixels(PHOTO, lossless=True)
LOSSY_CLEAR, LOSSLESS_CLEAR = pixels(CLEAR), pixels(CLEAR, lossless=True)
WIDER = (SIZE[0] + 6, SIZE[1] + 9)
OPACITY, ANIMATED, EXIF, XMP = 0x10, 0x02, 0x08, 0x04

WHOLE = {
    "lossy": webp(*LOSSY),
    "lossless": webp(*LOSSLESS),
    "lossless with opacity": webp(*LOSSLESS_CLEAR),
    "lossy with opacity": webp(canvas(OPACITY, *SIZE), *LOSSY_CLEAR),
    "extended": webp(canvas(0, *SIZE), *LOSSY),
    "said to have opacity": webp(canvas(OPACITY, *SIZE), *LOSSY),
    "not said to have opacity": webp(canvas(0, *SIZE), *LOSSLESS_CLEAR),
    "lossy, not said to have opacity": webp(canvas(0, *SIZE), *LOSSY_CLEAR),
    "more behind": webp(*LOSSY) + b"more behind",
    "unknown chunk": webp(canvas(0, *SIZE), (b"ABCD", b"odd"), *LOSSY),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_still_pictures(kind: str) -> None:
    assert_as_pillow(read_webp, WHOLE[kind])


FRAMES = {
    "lossy": LOSSY,
    "lossless": LOSSLESS,
    "lossy with opacity": LOSSY_CLEAR,
    "lossless with opacity": LOSSLESS_CLEAR,
}


@pytest.mark.parametrize("flags", [ANIMATED, ANIMATED | OPACITY])
@pytest.mark.parametrize("first", FRAMES)
def test_the_first_frame_of_an_animation(first: str, flags: int) -> None:
    frames = [frame(*FRAMES[first], size=SIZE), frame(*LOSSLESS, size=SIZE)]
    assert_as_pillow(read_webp, webp(canvas(flags, *SIZE), ANIMATION, *frames))
    placed = frame(*FRAMES[first], size=SIZE, place=(4, 6), flags=2)
    whole = webp(canvas(flags, *WIDER), ANIMATION, placed, frames[1])
    assert_as_pillow(read_webp, whole)


def test_a_frame_takes_no_opacity_from_the_next_one() -> None:
    frames = [frame(*LOSSY, size=SIZE), frame(*LOSSY_CLEAR, size=SIZE)]
    assert_as_pillow(read_webp, webp(canvas(ANIMATED | OPACITY, *SIZE), ANIMATION, *frames))


@pytest.mark.parametrize("kind", [each for each in odd_pictures(8, 8) if "animated WebP" in each])
@pytest.mark.parametrize("size", [(1, 1), (16, 9)])
def test_animations_as_pillow_writes_them(kind: str, size: tuple[int, int]) -> None:
    assert_as_pillow(read_webp, odd_pictures(*size)[kind])


def test_exif_and_xmp_count_where_the_header_names_them() -> None:
    chunks = ((b"EXIF", exif(6)), (b"XMP ", b"words"))
    found = {
        flags: read(read_webp, webp(canvas(flags, *SIZE), *LOSSY, *chunks))
        for flags in (0, EXIF, XMP, EXIF | XMP)
    }
    told = {key: (each.exif.numpy(), each.xmp.numpy()) for key, each in found.items()}
    assert told == {
        0: (b"", b""), EXIF: (exif(6), b""), XMP: (b"", b"words"), EXIF | XMP: (exif(6), b"words"),
    }  # fmt: skip
    simple = read(read_webp, webp(*LOSSY, *chunks))
    assert simple.exif.numpy() == simple.xmp.numpy() == b""
    frames = [frame(*LOSSY, size=SIZE)] * 2
    behind = webp(canvas(ANIMATED | EXIF, *SIZE), ANIMATION, *frames, *chunks, (b"EXIF", b"second"))
    assert read(read_webp, behind).exif.numpy() == exif(6)


def test_headers_that_contradict_each_other_are_refused() -> None:
    one = frame(*LOSSY, size=SIZE)
    for chunks in (
        [canvas(ANIMATED, *SIZE), *LOSSY],
        [canvas(0, *SIZE), ANIMATION, one, one],
        [canvas(0, *WIDER), *LOSSY],
        [canvas(0, SIZE[0], SIZE[1] + 1), *LOSSY],
    ):
        assert_unread(read_webp, webp(*chunks))
        assert_refused(read_webp, webp(*chunks), "contradict each other")


def test_a_frame_beyond_its_canvas_is_not_read() -> None:
    for place in ((8, 0), (0, 10)):
        placed = frame(*LOSSY, size=SIZE, place=place)
        assert_unread(read_webp, webp(canvas(ANIMATED, *WIDER), ANIMATION, placed))


def test_files_without_their_parts_are_refused() -> None:
    assert_refused(read_webp, webp(canvas(ANIMATED, *SIZE), ANIMATION), "without a frame")
    assert_refused(read_webp, webp((b"ALPH", b"x")), "without a frame")
    whole = webp(*LOSSY)
    assert_refused(read_webp, whole[:-2], "ends too early")
    assert_refused(read_webp, whole[:4] + b"\xff\xff\xff\xff" + whole[8:], "ends too early")
    assert_unread(read_webp, webp((b"VP8 ", bytes(3) + b"\x9d\x01\x2a\5\0\5\0" + bytes(20))))


def test_more_pixels_than_pillow_reads_are_refused_by_the_headers() -> None:
    wide = b"\x2f" + (16383 | 16383 << 14).to_bytes(4, "little")
    assert_refused(read_webp, webp((b"VP8L", wide + bytes(20))), "more than 179 million pixels")
    lossy = bytes(3) + b"\x9d\x01\x2a" + (16383).to_bytes(2, "little") * 2
    assert_refused(read_webp, webp((b"VP8 ", lossy + bytes(20))), "more than 179 million pixels")
    whole = webp(canvas(ANIMATED, 2**24, 2**24), ANIMATION, frame(*LOSSY, size=SIZE))
    assert_refused(read_webp, whole, "more than 179 million pixels")


def test_how_a_lossy_picture_would_be_enlarged_is_no_part_of_its_size() -> None:
    name, content = LOSSY[0]
    enlarged = bytearray(content)
    enlarged[7] |= 0x40
    enlarged[9] |= 0x80
    assert_as_pillow(read_webp, webp((name, bytes(enlarged))))


def test_sizes_of_both_kinds_are_those_of_the_pictures() -> None:
    for size in ((1, 1), (2, 300), (300, 2)):
        photo = smooth_photo(*size)
        for lossless in (False, True):
            assert_as_pillow(read_webp, encode(photo, "WEBP", lossless=lossless))
