from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from kerasapps.preprocess.decoders.png import read_png
from kerasapps.preprocess.odd_pictures import encode, exif, png, png_chunk, smooth_photo

from .compare import assert_as_pillow, assert_refused, assert_unread, read

PHOTO = smooth_photo(19, 21)
COLOUR = np.asarray(PHOTO)
GREY = np.asarray(PHOTO.convert("L"))
WIDE = COLOUR.astype(np.uint16) * 257 - COLOUR % 7
FULL = encode(PHOTO, "PNG")
COLOURS = np.random.default_rng(1).integers(0, 256, 768, dtype=np.uint8).tobytes()


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_greys_of_few_bits(depth: int) -> None:
    assert_as_pillow(read_png, png(GREY >> (8 - depth), depth=depth, kind=0))


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
@pytest.mark.parametrize("clear", [0, 1, 3, 85, 170, 255, 257])
def test_one_grey_is_transparent(depth: int, clear: int) -> None:
    chunk = {b"tRNS": struct.pack(">H", clear)}
    assert_as_pillow(read_png, png(GREY >> (8 - depth), depth=depth, kind=0, chunks=chunk))


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
@pytest.mark.parametrize("clear", [None, b"\xff\0", bytes(range(0, 250, 5))])
@pytest.mark.parametrize("listed", [1, 2, 256])
def test_palettes(depth: int, clear: bytes | None, listed: int) -> None:
    """Transparent or not, also where the palette is shorter than its numbers, or opacity longer."""
    chunks = {b"PLTE": COLOURS[: 3 * min(listed, 2**depth)]} | ({b"tRNS": clear} if clear else {})
    assert_as_pillow(read_png, png(GREY >> (8 - depth), depth=depth, kind=3, chunks=chunks))


def big_endian(colour: np.ndarray) -> bytes:
    return colour.astype(">u2").tobytes()


BY_LOW_BYTE = b"\1" + big_endian(COLOUR[3, 4])[1:]
WITH_OPACITY = np.concatenate([COLOUR, GREY[..., None]], -1)
WHOLE = {
    "colour": FULL,
    "opaque": encode(PHOTO.convert("RGBA"), "PNG"),
    "opaque grey": encode(PHOTO.convert("LA"), "PNG"),
    "grey with opacity": png(np.stack([GREY, 255 - GREY], -1), depth=8, kind=4),
    "colour with opacity": png(WITH_OPACITY, depth=8, kind=6),
    "wide grey": png(WIDE[..., 0], depth=16, kind=0),
    "wide black": png(WIDE[..., 0] * 0, depth=16, kind=0),
    "wide grey, one transparent": png(
        WIDE[..., 0], depth=16, kind=0, chunks={b"tRNS": big_endian(WIDE[0, 0, :1])}
    ),
    "wide grey with opacity": png(WIDE[..., :2], depth=16, kind=4),
    "wide colour": png(WIDE, depth=16, kind=2),
    "wide colour with opacity": png(np.concatenate([WIDE, WIDE[..., :1]], -1), depth=16, kind=6),
    "wide colour, one transparent": png(
        WIDE, depth=16, kind=2, chunks={b"tRNS": big_endian(COLOUR[3, 4])}
    ),
    "one transparent": png(COLOUR, depth=8, kind=2, chunks={b"tRNS": big_endian(COLOUR[3, 4])}),
    "one transparent by its low byte": png(COLOUR, depth=8, kind=2, chunks={b"tRNS": BY_LOW_BYTE}),
    "palette and gamma of no use": png(
        COLOUR, depth=8, kind=2, chunks={b"PLTE": COLOURS, b"gAMA": b"\0\0\xb1\x8f"}
    ),
    "animated": encode(PHOTO, "PNG", save_all=True, append_images=[PHOTO.rotate(180)]),
    "more behind": FULL + b"more behind",
}


@pytest.mark.parametrize("kind", WHOLE)
def test_as_pillow(kind: str) -> None:
    assert_as_pillow(read_png, WHOLE[kind])


def test_samples_in_many_chunks_are_one_run() -> None:
    place = FULL.index(b"IDAT") - 4
    content = FULL[place + 8 : -16]
    parts = [
        png_chunk(b"IDAT", content[start : start + 50]) for start in range(0, len(content), 50)
    ]
    assert len(parts) > 5
    assert_as_pillow(read_png, FULL[:place] + b"".join(parts) + FULL[-12:])
    # Those of a second run are of no picture.
    again = b"".join([png_chunk(b"tEXt", b"a\0b"), *parts])
    assert_as_pillow(read_png, FULL[:place] + b"".join(parts) + again + FULL[-12:])


@pytest.mark.parametrize("kind", [0, 2])
def test_wide_samples_that_show_nothing_are_refused_as_in_training(kind: int) -> None:
    values = WIDE if kind == 2 else WIDE[..., 0]
    for high in (4095, 4096, 4351):
        faint = png(np.minimum(values, high), depth=16, kind=kind)
        if high == 4095:
            assert_unread(read_png, faint)
            assert_refused(read_png, faint, "16-bit samples that reach 4095 of 65535 at most")
        else:
            assert_as_pillow(read_png, faint)
    if kind == 2:
        assert_unread(read_png, png(values * 0 + 255, depth=16, kind=kind))


def test_exif_and_xmp_are_found_before_and_behind_the_samples() -> None:
    for place in (FULL.index(b"IDAT") - 4, len(FULL) - 12):
        chunks = png_chunk(b"eXIf", exif(6)) + png_chunk(b"tEXt", b"XML:com.adobe.xmp\0words")
        picture = read(read_png, FULL[:place] + chunks + FULL[place:])
        assert (picture.exif.numpy(), picture.xmp.numpy()) == (exif(6), b"words")
    behind_the_end = read(read_png, FULL + png_chunk(b"eXIf", exif(6)))
    assert behind_the_end.exif.numpy() == b""


def test_texts_that_are_not_unpacked_for_their_size_are_refused() -> None:
    noise = zlib.compress(np.random.default_rng(0).bytes(70_000))
    content = b"Raw profile type exif\0\0" + noise
    assert_refused(read_png, png(COLOUR, depth=8, kind=2, chunks={b"zTXt": content}), "too long")


@pytest.mark.parametrize("cut", [30, 40, len(FULL) // 2, len(FULL) - 30])
def test_what_is_cut_short_is_not_read(cut: int) -> None:
    assert_unread(read_png, FULL[:-cut])


def test_files_without_their_parts_are_refused() -> None:
    assert_refused(read_png, png(GREY, depth=8, kind=3), "without its palette")
    assert_refused(read_png, FULL[:33] + FULL[-12:], "without pixels")
    assert_refused(read_png, FULL[:8] + png_chunk(b"tEXt", b"a\0b") + FULL[8:], "without a header")


def test_more_pixels_than_pillow_reads_are_refused_by_the_header() -> None:
    for width, height in ((65535, 65535), (2**31 - 1, 1), (1, 2**32 - 1)):
        header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        assert_refused(read_png, FULL[:8] + header + FULL[33:], "more than 179 million pixels")


def test_a_wrong_checksum_of_a_palettes_header_is_not_repaired() -> None:
    whole = png(GREY, depth=8, kind=3, chunks={b"PLTE": COLOURS})
    assert_unread(read_png, whole[:29] + b"\0\0\0\0" + whole[33:])
