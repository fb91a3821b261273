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
    chunks, size = _walk(encoded), tf.cast(size_of(encoded), tf.int64)
    problem = first_problem(
        (
            long(encoded, 4, little=True) + 8 > size,
            f"a WebP picture that ends too early: {DAMAGED}",
        ),
        (tf.equal(chunks.pixels, b""), f"a WebP picture without a frame: {DAMAGED}"),
    )

    def decode() -> Picture:
        height, width = _size(chunks.pixels)
        canvas = _canvas(chunks, height, width)
        animated = tf.bitwise.bitwise_and(_flags(chunks), _ANIMATION) > 0
        other = ~animated & (tf.not_equal(canvas[0], height) | tf.not_equal(canvas[1], width))
        problem = first_problem(
            (tf.not_equal(animated, chunks.frames > 0) | other, f"a WebP picture {_AT_ODDS}"),
            size_problem(height, width),
            size_problem(*canvas),
        )
        return unless(problem, lambda: _decode(chunks, height, width))

    return unless(problem, decode)


def _walk(encoded: Any) -> _Chunks:
    size, nothing = size_of(encoded), tf.constant(b"")
    start = _Chunks(tf.constant(_FIRST_CHUNK), nothing, nothing, tf.constant(0), *[nothing] * 4)
    return tf.while_loop(
        lambda chunks: chunks.place + _CHUNK_HEADER <= size,
        lambda chunks: [_step(encoded, chunks)],
        [start],
        maximum_iterations=MOST_STEPS,
    )[0]


def _step(encoded: Any, chunks: _Chunks) -> _Chunks:
    name, place = piece(encoded, chunks.place, 4), chunks.place + _CHUNK_HEADER
    length = clipped(long(encoded, chunks.place + 4, little=True), size_of(encoded) - place)
    frame = tf.equal(name, b"ANMF")
    frames = chunks.frames + tf.cast(frame, tf.int32)
    content = piece(encoded, place, length)
    chunk = piece(encoded, chunks.place, _CHUNK_HEADER + length)
    first = frames <= 1  # chunks inside of a frame follow its header
    pixels = tf.equal(name, b"VP8 ") | tf.equal(name, b"VP8L")

    def keep(holds: Any, value: Any, before: Any) -> tf.Tensor:
        return tf.where(holds & tf.equal(before, b""), value, before)

    return _Chunks(
        place + tf.where(frame, _FRAME_HEADER, length + length % 2),
        keep(tf.equal(name, b"VP8X"), content, chunks.canvas),
        keep(frame, piece(content, 0, _FRAME_HEADER), chunks.frame),
        frames,
        keep(first & tf.equal(name, b"ALPH"), chunk, chunks.opacity),
        keep(first & pixels, chunk, chunks.pixels),
        keep(tf.equal(name, b"EXIF"), content, chunks.exif),
        keep(tf.equal(name, b"XMP "), content, chunks.xmp),
    )


def _size(pixels: Any) -> tuple[Any, Any]:
    """Height and width by the header of the colours' chunk."""

    def lossless() -> tuple[Any, Any]:
        bits = long(pixels, 9, little=True)
        return tf.cast(bits // 2**14 % 2**14 + 1, tf.int32), tf.cast(bits % 2**14 + 1, tf.int32)

    def lossy() -> tuple[Any, Any]:
        return short(pixels, 16, little=True) % 2**14, short(pixels, 14, little=True) % 2**14

    return tf.cond(holds(pixels, 0, b"VP8L"), lossless, lossy)


def _flags(chunks: _Chunks) -> tf.Tensor:
    return tf.cond(tf.equal(chunks.canvas, b""), lambda: 0, lambda: byte(chunks.canvas, 0))


def _canvas(chunks: _Chunks, height: Any, width: Any) -> tuple[Any, Any]:
    """Height and width of the whole picture."""

    def extended() -> tuple[Any, Any]:
        sides = [tf.cast(three_bytes(chunks.canvas, place) + 1, tf.int32) for place in (7, 4)]
        return sides[0], sides[1]

    return tf.cond(tf.equal(chunks.canvas, b""), lambda: (height, width), extended)


def _decode(chunks: _Chunks, height: Any, width: Any) -> Picture:
    flags = _flags(chunks)
    pixels = tf.io.decode_webp(_still(chunks, height, width))[0]
    has_opacity = tf.equal(tf.shape(pixels)[-1], 4)
    # The extended header decides, but for a still picture whose pixels have opacity in them.
    within = tf.equal(chunks.frame, b"") & tf.equal(chunks.opacity, b"")
    shown = within | (tf.bitwise.bitwise_and(flags, _OPACITY) > 0)
    pixels = tf.cond(has_opacity & shown, lambda: on_white(pixels), lambda: pixels[..., :3])
    nothing = tf.constant(b"")
    return Picture(
        _placed(chunks, pixels, shown),
        tf.where(tf.bitwise.bitwise_and(flags, _EXIF) > 0, chunks.exif, nothing),
        tf.where(tf.bitwise.bitwise_and(flags, _XMP) > 0, chunks.xmp, nothing),
        nothing,
    )


def _still(chunks: _Chunks, height: Any, width: Any) -> tf.Tensor:
    """The first frame as a file of its own."""
    sides = [_bytes_of(side - 1, 3) for side in (width, height)]
    extended = tf.strings.join([b"VP8X", _bytes_of(10, 4), bytes([_OPACITY, 0, 0, 0]), *sides])
    has_opacity = ~tf.equal(chunks.opacity, b"")
    header = tf.where(has_opacity, extended, b"")
    content = tf.strings.join([b"WEBP", header, _even(chunks.opacity), _even(chunks.pixels)])
    return tf.strings.join([b"RIFF", _bytes_of(size_of(content), 4), content])


def _even(chunk: Any) -> tf.Tensor:
    return tf.where(tf.equal(size_of(chunk) % 2, 1), chunk + b"\0", chunk)


def _bytes_of(number: Any, count: int) -> tf.Tensor:
    table = tf.constant([bytes([value]) for value in range(256)])
    return tf.strings.reduce_join(
        tf.gather(table, [number // 256**each % 256 for each in range(count)])
    )


def _placed(chunks: _Chunks, pixels: Any, shown: Any) -> tf.Tensor:
    """On the canvas, which is clear and so white, or black where nothing is clear."""

    def place() -> tf.Tensor:
        height, width = _canvas(chunks, 0, 0)
        left, top = (tf.cast(2 * three_bytes(chunks.frame, each), tf.int32) for each in (0, 3))
        below, right = height - top - tf.shape(pixels)[0], width - left - tf.shape(pixels)[1]
        edges = [[top, below], [left, right], [0, 0]]
        filler = tf.where(shown, tf.constant(255, tf.uint8), tf.constant(0, tf.uint8))
        return tf.pad(pixels, edges, constant_values=filler)

    return tf.cond(tf.equal(chunks.frame, b""), lambda: pixels, place)
