"""WebP: the first frame on its canvas.

TensorFlow's decoder must not see an animation: one without opacity makes it write beyond its
memory. It is given a still picture, made anew of the chunks that hold the first frame's pixels.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow as tf

from kerasapps.preprocess.decoders.binary import (
    MOST_STEPS,
    byte,
    clipped,
    holds,
    long,
    piece,
    short,
    size_of,
    three_bytes,
)
from kerasapps.preprocess.decoders.picture import (
    DAMAGED,
    Picture,
    first_problem,
    on_white,
    size_problem,
    unless,
)

_FIRST_CHUNK, _CHUNK_HEADER, _FRAME_HEADER = 12, 8, 16  # bytes of headers
_CANVAS_HEADER = 18
# Flags of the extended header.
_OPACITY, _EXIF, _XMP, _ANIMATION = 0x10, 0x08, 0x04, 0x02
_AT_ODDS = f"whose headers contradict each other: {DAMAGED}"


class _Chunks(NamedTuple):
    """What the chunks say; `place` is where the next one starts.

    Attributes:
        place: in the file.
        canvas: content of the extended header; empty without one.
        frame: header of the first frame of an animation; empty in a still picture.
        frames: of an animation, so far.
        opacity: chunk of the first frame, with its header.
        pixels: the same, of the colours.
        exif: content.
        xmp: content.
    """

    place: Any
    canvas: Any
    frame: Any
    frames: Any
    opacity: Any
    pixels: Any
    exif: Any
    xmp: Any


def read_webp(encoded: Any) -> Picture:
    """See `Picture`."""
    found, size = _walk(encoded), tf.cast(size_of(encoded), tf.int64)
    problem = first_problem(
        (
            long(encoded, 4, little=True) + 8 > size,
            f"a WebP picture that ends too early: {DAMAGED}",
        ),
        (tf.equal(found.pixels, b""), f"a WebP picture without a frame: {DAMAGED}"),
    )

    def decode() -> Picture:
        height, width = _size(found.pixels)
        canvas = _canvas(found, height, width)
        animated = tf.bitwise.bitwise_and(_flags(found), _ANIMATION) > 0
        other = ~animated & (tf.not_equal(canvas[0], height) | tf.not_equal(canvas[1], width))
        problem = first_problem(
            (tf.not_equal(animated, found.frames > 0) | other, f"a WebP picture {_AT_ODDS}"),
            size_problem(height, width),
            size_problem(*canvas),
        )
        return unless(problem, lambda: _decode(found, height, width))

    return unless(problem, decode)


def _walk(encoded: Any) -> _Chunks:
    size, nothing = size_of(encoded), tf.constant(b"")
    start = _Chunks(tf.constant(_FIRST_CHUNK), nothing, nothing, tf.constant(0), *[nothing] * 4)
    return tf.while_loop(
        lambda found: found.place + _CHUNK_HEADER <= size,
        lambda found: [_step(encoded, found)],
        [start],
        maximum_iterations=MOST_STEPS,
    )[0]


def _step(encoded: Any, found: _Chunks) -> _Chunks:
    name, place = piece(encoded, found.place, 4), found.place + _CHUNK_HEADER
    length = clipped(long(encoded, found.place + 4, little=True), size_of(encoded) - place)
    frame = tf.equal(name, b"ANMF")
    frames = found.frames + tf.cast(frame, tf.int32)
    content = piece(encoded, place, length)
    whole = piece(encoded, found.place, _CHUNK_HEADER + length)
    first = frames <= 1  # chunks inside of a frame follow its header
    pixels = tf.equal(name, b"VP8 ") | tf.equal(name, b"VP8L")

    def keep(holds: Any, value: Any, before: Any) -> tf.Tensor:
        return tf.where(holds & tf.equal(before, b""), value, before)

    return _Chunks(
        place + tf.where(frame, _FRAME_HEADER, length + length % 2),
        keep(tf.equal(name, b"VP8X"), content, found.canvas),
        keep(frame, piece(content, 0, _FRAME_HEADER), found.frame),
        frames,
        keep(first & tf.equal(name, b"ALPH"), whole, found.opacity),
        keep(first & pixels, whole, found.pixels),
        keep(tf.equal(name, b"EXIF"), content, found.exif),
        keep(tf.equal(name, b"XMP "), content, found.xmp),
    )


def _size(pixels: Any) -> tuple[Any, Any]:
    """Height and width by the header of the colours' chunk."""

    def lossless() -> tuple[Any, Any]:
        bits = long(pixels, 9, little=True)
        return tf.cast(bits // 2**14 % 2**14 + 1, tf.int32), tf.cast(bits % 2**14 + 1, tf.int32)

    def lossy() -> tuple[Any, Any]:
        return short(pixels, 16, little=True) % 2**14, short(pixels, 14, little=True) % 2**14

    return tf.cond(holds(pixels, 0, b"VP8L"), lossless, lossy)


def _flags(found: _Chunks) -> tf.Tensor:
    return tf.cond(tf.equal(found.canvas, b""), lambda: 0, lambda: byte(found.canvas, 0))


def _canvas(found: _Chunks, height: Any, width: Any) -> tuple[Any, Any]:
    """Height and width of the whole picture."""

    def extended() -> tuple[Any, Any]:
        sides = [tf.cast(three_bytes(found.canvas, place) + 1, tf.int32) for place in (7, 4)]
        return sides[0], sides[1]

    return tf.cond(tf.equal(found.canvas, b""), lambda: (height, width), extended)


def _decode(found: _Chunks, height: Any, width: Any) -> Picture:
    flags = _flags(found)
    pixels = tf.io.decode_webp(_still(found, height, width))[0]
    has_opacity = tf.equal(tf.shape(pixels)[-1], 4)
    # The extended header decides, but for a still picture whose pixels have opacity in them.
    within = tf.equal(found.frame, b"") & tf.equal(found.opacity, b"")
    shown = within | (tf.bitwise.bitwise_and(flags, _OPACITY) > 0)
    pixels = tf.cond(has_opacity & shown, lambda: on_white(pixels), lambda: pixels[..., :3])
    nothing = tf.constant(b"")
    return Picture(
        _placed(found, pixels, shown),
        tf.where(tf.bitwise.bitwise_and(flags, _EXIF) > 0, found.exif, nothing),
        tf.where(tf.bitwise.bitwise_and(flags, _XMP) > 0, found.xmp, nothing),
        nothing,
    )


def _still(found: _Chunks, height: Any, width: Any) -> tf.Tensor:
    """The first frame as a file of its own."""
    sides = [_bytes_of(side - 1, 3) for side in (width, height)]
    extended = tf.strings.join([b"VP8X", _bytes_of(10, 4), bytes([_OPACITY, 0, 0, 0]), *sides])
    has_opacity = ~tf.equal(found.opacity, b"")
    header = tf.where(has_opacity, extended, b"")
    chunks = tf.strings.join([b"WEBP", header, _even(found.opacity), _even(found.pixels)])
    return tf.strings.join([b"RIFF", _bytes_of(size_of(chunks), 4), chunks])


def _even(chunk: Any) -> tf.Tensor:
    return tf.where(tf.equal(size_of(chunk) % 2, 1), chunk + b"\0", chunk)


def _bytes_of(number: Any, count: int) -> tf.Tensor:
    table = tf.constant([bytes([value]) for value in range(256)])
    return tf.strings.reduce_join(
        tf.gather(table, [number // 256**each % 256 for each in range(count)])
    )


def _placed(found: _Chunks, pixels: Any, shown: Any) -> tf.Tensor:
    """On the canvas, which is clear and so white, or black where nothing is clear."""

    def place() -> tf.Tensor:
        height, width = _canvas(found, 0, 0)
        left, top = (tf.cast(2 * three_bytes(found.frame, each), tf.int32) for each in (0, 3))
        below, right = height - top - tf.shape(pixels)[0], width - left - tf.shape(pixels)[1]
        edges = [[top, below], [left, right], [0, 0]]
        filler = tf.where(shown, tf.constant(255, tf.uint8), tf.constant(0, tf.uint8))
        return tf.pad(pixels, edges, constant_values=filler)

    return tf.cond(tf.equal(found.frame, b""), lambda: pixels, place)
