"""BMP of any depth without compression, read without TensorFlow's decoder.

That one takes palettes for greys, knows no fewer than 8 bits and no masks.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow as tf

from kerasapps.preprocess.decoders.binary import behind, byte, clipped, long, piece, short, size_of
from kerasapps.preprocess.decoders.picture import (
    DAMAGED,
    Picture,
    first_problem,
    on_white,
    size_problem,
    unless,
)

_FILE_HEADER, _OLD, _USUAL = 14, 12, 40  # bytes of the file's header, and of two that follow
_PLAIN, _MASKED = 0, 3
_LARGEST = 2**31 - 1

# Depth, then masks of red, green, blue and opacity → which byte of a pixel is which, 4 for none;
# those that Pillow knows.
_OPAQUE = 4
_LAYOUTS = {
    (32, 0xFF0000, 0xFF00, 0xFF, 0): (2, 1, 0, _OPAQUE),
    (32, 0xFF000000, 0xFF0000, 0xFF00, 0): (3, 2, 1, _OPAQUE),
    (32, 0xFF000000, 0xFF00, 0xFF, 0): (3, 1, 0, _OPAQUE),
    (32, 0xFF000000, 0xFF0000, 0xFF00, 0xFF): (3, 2, 1, 0),
    (32, 0xFF, 0xFF00, 0xFF0000, 0xFF000000): (0, 1, 2, 3),
    (32, 0xFF0000, 0xFF00, 0xFF, 0xFF000000): (2, 1, 0, 3),
    (32, 0xFF000000, 0xFF00, 0xFF, 0xFF0000): (3, 1, 0, 2),
    (32, 0, 0, 0, 0): (2, 1, 0, 3),
    (24, 0xFF0000, 0xFF00, 0xFF, 0): (2, 1, 0, _OPAQUE),
    (16, 0xF800, 0x7E0, 0x1F, 0): (2, 1, 0, _OPAQUE),
    (16, 0x7C00, 0x3E0, 0x1F, 0): (2, 1, 0, _OPAQUE),
}
_SIX_BITS = list(_LAYOUTS).index((16, 0xF800, 0x7E0, 0x1F, 0))


class _Header(NamedTuple):
    """What the headers say, int64."""

    kind: Any
    width: Any
    height: Any
    downwards: Any
    depth: Any
    compression: Any
    colours: Any
    pixels: Any


def read_bmp(encoded: Any) -> Picture:
    """See `Picture`."""
    header = _header(encoded)
    layout = _layout(encoded, header)
    stride = (header.width * header.depth + 31) // 32 * 4
    depths = tf.constant([1, 4, 8, 16, 24, 32], tf.int64)
    kinds = tf.constant([_OLD, _USUAL, 52, 56, 64, 108, 124], tf.int64)
    known = tf.reduce_any(header.depth == depths) & tf.reduce_any(header.kind == kinds)
    plain = (header.compression == _PLAIN) | (header.compression == _MASKED)
    missing = header.pixels + stride * header.height > tf.cast(size_of(encoded), tf.int64)
    problem = first_problem(
        (~plain, "a compressed BMP picture: save it as PNG"),
        (
            ~known | (layout < 0) | _ambiguous(encoded, header),
            "a BMP picture of a rare layout: save it as PNG",
        ),
        ((header.width < 1) | (header.height < 1), f"a BMP picture without a size: {DAMAGED}"),
        size_problem(header.height, header.width),
        (missing, f"a BMP picture that ends too early: {DAMAGED}"),
    )
    return unless(problem, lambda: _decode(encoded, header, layout, stride))


def _header(encoded: Any) -> _Header:
    kind = long(encoded, _FILE_HEADER, little=True)
    old = tf.equal(kind, _OLD)
    header = _Header(
        *tf.cond(old, lambda: _old_header(encoded), lambda: _usual_header(encoded, kind))
    )
    colours = tf.where(
        header.colours > 0,
        header.colours,
        tf.bitwise.left_shift(tf.constant(1, tf.int64), tf.minimum(header.depth, 32)),
    )
    behind_headers = _FILE_HEADER + kind
    palette = tf.where(header.depth <= 8, colours * tf.where(old, tf.constant(3, tf.int64), 4), 0)
    start = header.pixels
    # Some writers forget that a palette lies between.
    forgotten = tf.equal(start, behind_headers)
    start = tf.where(forgotten, start + palette, start)
    masks = tf.where(
        tf.equal(kind, _USUAL) & tf.equal(header.compression, _MASKED), tf.constant(12, tf.int64), 0
    )
    start = tf.where(tf.equal(header.pixels, 0), behind_headers + masks + palette, start)
    return header._replace(colours=colours, pixels=start)


def _old_header(encoded: Any) -> _Header:
    """That of OS/2 and Windows 2."""
    zero = tf.constant(0, tf.int64)
    width, height, depth = (
        tf.cast(short(encoded, place, little=True), tf.int64) for place in (18, 20, 24)
    )
    pixels = long(encoded, 10, little=True)
    kind = tf.constant(_OLD, tf.int64)
    return _Header(kind, width, height, tf.constant(False), depth, zero, zero, pixels)


def _usual_header(encoded: Any, kind: Any) -> _Header:
    width, height, compression, colours = (
        long(encoded, place, little=True) for place in (18, 22, 30, 46)
    )
    # A height below zero says that the first row is the top one.
    downwards = tf.equal(byte(encoded, 25), 0xFF)
    height = tf.where(downwards, 2**32 - height, height)
    depth = tf.cast(short(encoded, 28, little=True), tf.int64)
    pixels = long(encoded, 10, little=True)
    return _Header(kind, width, height, downwards, depth, compression, colours, pixels)


def _layout(encoded: Any, header: _Header) -> tf.Tensor:
    """Place in `_LAYOUTS`, -1 where there is none; of no meaning for palettes."""
    usual = [_place(32, 0xFF0000, 0), _place(24, 0xFF0000, 0), _place(16, 0x7C00, 0)]
    depth = tf.maximum(header.depth // 8, 2)
    plain = tf.constant([0, 0, usual[2], usual[1], usual[0]])[tf.minimum(depth, 4)]
    return tf.cond(
        tf.equal(header.compression, _MASKED),
        lambda: _masked_layout(encoded, header),
        lambda: plain,
    )


def _place(depth: int, red: int, opacity: int) -> int:
    return next(
        index
        for index, each in enumerate(_LAYOUTS)
        if (each[0], each[1], each[4]) == (depth, red, opacity)
    )


def _masked_layout(encoded: Any, header: _Header) -> tf.Tensor:
    masks = [long(encoded, place, little=True) for place in (54, 58, 62)]
    has_opacity = (header.kind >= 56) & tf.equal(header.depth, 32)
    zero = tf.constant(0, tf.int64)
    opacity = tf.cond(has_opacity, lambda: long(encoded, 66, little=True), lambda: zero)
    named = tf.stack([header.depth, *masks, opacity])
    same = tf.reduce_all(tf.equal(tf.constant(list(_LAYOUTS), tf.int64), named), axis=1)
    index = tf.argmax(tf.cast(same, tf.int32), output_type=tf.int32)
    return tf.where(tf.reduce_any(same), index, -1)


def _decode(encoded: Any, header: _Header, layout: Any, stride: Any) -> Picture:
    size = size_of(encoded)
    width, height, depth = (
        tf.cast(each, tf.int32) for each in (header.width, header.height, header.depth)
    )
    stride = tf.cast(stride, tf.int32)
    content = piece(encoded, clipped(header.pixels, size), stride * height)
    rows = tf.reshape(tf.io.decode_raw(content, tf.uint8), (height, stride))
    rows = tf.where(header.downwards, rows, rows[::-1])
    pixels = tf.case(
        [
            (depth <= 8, lambda: _from_palette(encoded, header, _numbers(rows, depth)[:, :width])),
            (tf.equal(depth, 16), lambda: _from_words(rows, width, layout)),
        ],
        default=lambda: _from_bytes(rows, width, depth // 8, layout),
    )
    nothing = tf.constant(b"")
    return Picture(pixels, nothing, nothing, nothing)


def _numbers(rows: Any, depth: Any) -> tf.Tensor:
    """int32 `(height, …)`, the numbers of colours, the high bits of each byte first."""
    shifts = 8 - depth - tf.range(0, 8, depth)
    spread = tf.bitwise.right_shift(tf.cast(rows, tf.int32)[..., tf.newaxis], shifts)
    numbers = spread % tf.bitwise.left_shift(1, depth)
    return tf.reshape(numbers, (tf.shape(rows)[0], -1))


def _from_palette(encoded: Any, header: _Header, numbers: Any) -> tf.Tensor:
    """Colours of a palette; numbers that it lacks are black."""
    colours = _palette(encoded, header)
    return tf.gather(tf.pad(colours, [[0, 256 - tf.shape(colours)[0]], [0, 0]]), numbers)


def _ambiguous(encoded: Any, header: _Header) -> tf.Tensor:
    """Whether a palette is one that Pillow leaves out, to then read pixels of another depth.

    It does so if all colours are the greys that they are called, of two black and white.
    """

    def look() -> tf.Tensor:
        colours = tf.cast(_palette(encoded, header), tf.int64)
        two = tf.equal(header.colours, 2)
        factor = tf.where(two, tf.constant(255, tf.int64), 1)
        greys = tf.range(tf.shape(colours)[0])[:, tf.newaxis]
        grey = tf.reduce_all(tf.equal(colours, tf.cast(greys, tf.int64) * factor))
        meant = tf.where(two, tf.equal(header.depth, 1), tf.equal(header.depth, 8))
        return grey & ~meant

    return tf.cond(header.depth <= 8, look, lambda: False)


def _palette(encoded: Any, header: _Header) -> tf.Tensor:
    """uint8 `(colours, 3)`."""
    bytes_each = tf.where(tf.equal(header.kind, _OLD), 3, 4)
    count = clipped(header.colours, 256)
    start = clipped(_FILE_HEADER + header.kind, size_of(encoded))
    listed = tf.io.decode_raw(piece(behind(encoded, start), 0, bytes_each * count), tf.uint8)
    return tf.reshape(listed, (count, bytes_each))[:, 2::-1]


def _from_words(rows: Any, width: Any, layout: Any) -> tf.Tensor:
    """Pixels of 16 bits: five bits a colour, of green six in one layout."""
    pairs = tf.cast(tf.reshape(rows[:, : 2 * width], (-1, width, 2)), tf.int32)
    words = pairs[..., 0] + 256 * pairs[..., 1]
    six = tf.equal(layout, _SIX_BITS)
    green = tf.where(six, words // 32 % 64 * 255 // 63, words // 32 % 32 * 255 // 31)
    red = words // tf.where(six, 2048, 1024) % 32 * 255 // 31
    return tf.cast(tf.stack([red, green, words % 32 * 255 // 31], axis=-1), tf.uint8)


def _from_bytes(rows: Any, width: Any, count: Any, layout: Any) -> tf.Tensor:
    """Pixels of 24 or 32 bits, a byte a colour."""
    pixels = tf.reshape(rows[:, : count * width], (tf.shape(rows)[0], width, count))
    order = tf.constant(list(_LAYOUTS.values()))[layout]
    opaque = tf.equal(order[3], _OPAQUE)
    return tf.cond(
        opaque,
        lambda: tf.gather(pixels, order[:3], axis=-1),
        lambda: on_white(tf.gather(pixels, order, axis=-1)),
    )
