from __future__ import annotations

import struct

import numpy as np
import pytest

from kerasapps.preprocess.decoders.bmp import _LAYOUTS, read_bmp
from kerasapps.preprocess.odd_pictures import encode, odd_pictures, smooth_photo

from .compare import assert_as_pillow, assert_refused, assert_unread

HEIGHT, WIDTH = 7, 13
PHOTO = smooth_photo(HEIGHT, WIDTH)
COLOUR, GREY = np.asarray(PHOTO), np.asarray(PHOTO.convert("L"))
DRAW = np.random.default_rng(0)
COLOURS = DRAW.integers(0, 256, 1024, dtype=np.uint8).tobytes()
WORDS = DRAW.integers(0, 65536, (HEIGHT, WIDTH)).astype("<u2").view(np.uint8)
PIXELS = DRAW.integers(0, 256, (HEIGHT, 4 * WIDTH), dtype=np.uint8)
BLACK, WHITE = bytes(4), b"\xff\xff\xff\0"
RAMP = b"".join(bytes([level, level, level, 0]) for level in range(256))


def bmp(
    depth: int,
    rows: np.ndarray,
    palette: bytes = b"",
    *,
    kind: int = 40,
    compression: int = 0,
    colours: int = 0,
    masks: bytes = b"",
    size: tuple[int, int] = (WIDTH, HEIGHT),
    start: int | None = None,
) -> bytes:
    """A file of any layout; rows of bytes, the lowest of the picture first."""
    samples = np.pad(rows, ((0, 0), (0, -rows.shape[1] % 4))).tobytes()
    if kind == 12:
        header = struct.pack("<IHHHH", kind, *size, 1, depth)
    else:
        fields = (kind, *size, 1, depth, compression, len(samples), 0, 0, colours, 0)
        header = struct.pack("<IiiHHIIiiII", *fields)
    header += masks if kind > 40 else b""
    header += bytes(14 + kind - 14 - len(header)) if kind > 40 else masks
    place = 14 + len(header) + len(palette)
    head = struct.pack("<2sIII", b"BM", place + len(samples), 0, place if start is None else start)
    return head + header + palette + samples


def packed(depth: int) -> np.ndarray:
    """The greys in so many bits."""
    bits = np.unpackbits((GREY >> (8 - depth))[..., None], axis=-1)[..., 8 - depth :]
    return np.packbits(bits.reshape(HEIGHT, -1), axis=1)


@pytest.mark.parametrize("depth", [1, 4, 8])
@pytest.mark.parametrize("listed", [None, 3, 200])
@pytest.mark.parametrize("kind", [12, 40, 64, 108])
def test_palettes(depth: int, listed: int | None, kind: int) -> None:
    """Of all headers, also shorter than the numbers."""
    colours = 2**depth if listed is None or kind == 12 else listed
    table = COLOURS[: colours * (3 if kind == 12 else 4)]
    assert_as_pillow(read_bmp, bmp(depth, packed(depth), table, kind=kind, colours=listed or 0))


@pytest.mark.parametrize("start", [0, 54])
def test_where_samples_start_is_told_by_the_palette(start: int) -> None:
    assert_as_pillow(read_bmp, bmp(8, GREY, COLOURS, start=start))


def test_palettes_of_greys_by_name() -> None:
    bits = packed(1)
    for kind, encoded in {
        "bits": bmp(1, bits, BLACK + WHITE),
        "the other way": bmp(1, bits, WHITE + BLACK),
        "few": bmp(8, GREY >> 2, RAMP[:256], colours=64),
        "no ramp": bmp(4, packed(4), RAMP[4:68]),
    }.items():
        assert kind and read_bmp(encoded).problem.numpy() == b""
        assert_as_pillow(read_bmp, encoded)
    # Pillow takes the first for a picture of bits, and cannot read the second.
    two, sixteen = bmp(8, GREY >> 7, BLACK + WHITE, colours=2), bmp(4, packed(4), RAMP[:64])
    for encoded in (two, sixteen):
        assert_refused(read_bmp, encoded, "a rare layout")


@pytest.mark.parametrize("layout", _LAYOUTS)
@pytest.mark.parametrize("kind", [40, 52, 56, 124])
def test_masks(layout: tuple[int, ...], kind: int) -> None:
    depth, *masks = layout
    rows = {32: PIXELS, 24: PIXELS[:, : 3 * WIDTH], 16: WORDS}[depth]
    named = struct.pack("<IIII", *masks)[: 12 if kind < 56 else 16]
    encoded = bmp(depth, rows, kind=kind, compression=3, masks=named)
    if kind < 56 and masks[3] and masks != [0xFF, 0xFF00, 0xFF0000, 0xFF000000]:
        assert_as_pillow(read_bmp, encoded)  # opaque: there is no room for the fourth mask
    elif kind < 56 and masks[3]:
        assert_unread(read_bmp, encoded)
    else:
        assert_as_pillow(read_bmp, encoded)
    assert_as_pillow(read_bmp, bmp(depth, rows, kind=kind))


def test_the_fourth_mask_counts_for_32_bits_only() -> None:
    masks = struct.pack("<IIII", 0xF800, 0x7E0, 0x1F, 0xFF)
    assert_as_pillow(read_bmp, bmp(16, WORDS, kind=56, compression=3, masks=masks))


def test_rows_from_the_top() -> None:
    rows = COLOUR[..., ::-1].reshape(HEIGHT, -1)
    assert_as_pillow(read_bmp, bmp(24, rows, size=(WIDTH, -HEIGHT)))
    assert_as_pillow(read_bmp, encode(PHOTO, "BMP"))
    assert_as_pillow(read_bmp, bmp(24, rows, kind=12))


@pytest.mark.parametrize("kind", [each for each in odd_pictures(8, 11) if "BMP" in each])
def test_as_pillow(kind: str) -> None:
    assert_as_pillow(read_bmp, odd_pictures(8, 11)[kind])


def test_what_is_not_read() -> None:
    whole = bmp(8, GREY, COLOURS)
    for encoded, words in (
        (bmp(8, GREY, COLOURS, compression=1), "a compressed BMP"),
        (bmp(24, PIXELS, compression=4), "a compressed BMP"),
        (bmp(8, GREY, COLOURS, compression=3), "a rare layout"),
        (bmp(2, GREY, COLOURS), "a rare layout"),
        (bmp(24, PIXELS, kind=48), "a rare layout"),
        (
            bmp(16, WORDS, compression=3, masks=struct.pack("<III", 0xF00, 0xF0, 0xF)),
            "a rare layout",
        ),
        (bmp(8, GREY, COLOURS, size=(0, 5)), "without a size"),
        (bmp(8, GREY, COLOURS, size=(5, 0)), "without a size"),
        (whole[:-1], "ends too early"),
        (bmp(24, PIXELS, size=(60000, 60000)), "more than 179 million pixels"),
        (bmp(24, PIXELS, size=(-WIDTH, HEIGHT)), "more than 179 million pixels"),
    ):
        assert_refused(read_bmp, encoded, words)
    assert_unread(read_bmp, whole[:20])
