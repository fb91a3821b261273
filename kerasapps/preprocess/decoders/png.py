"""PNG: samples by TensorFlow; palette, transparency and 16 bits as Pillow has them.

The decoder is given the header, without its palette, and the samples alone: all that may follow
them (profiles, compressed texts, frames of an animation) is nothing that it has to read.
"""

from __future__ import annotations

import zlib
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
)
from kerasapps.preprocess.decoders.picture import (
    DAMAGED,
    Picture,
    first_problem,
    on_white,
    size_problem,
    unless,
)
from kerasapps.preprocess.decoders.png_text import Texts, add_text, exif_of, no_texts

_SIGNATURE = 8
_HEADER = b"\0\0\0\x0dIHDR"
_END = b"\0\0\0\0IEND\xae\x42\x60\x82"
_GREY, _PALETTE, _GREY_ALPHA, _COLOUR_ALPHA = 0, 3, 4, 6
_KIND = 25  # place of the colour type in the file
# Checksums are linear: this turns that of a palette's header into that of a grey picture's.
_RETYPED = zlib.crc32(b"IHDR" + bytes(9) + b"\x03" + bytes(3)) ^ zlib.crc32(b"IHDR" + bytes(13))
_FAINT = 4095  # as `pixels.refuse_faint` has it
_TOO_FAINT = "16-bit samples that reach 4095 of 65535 at most: shift them to the full range"


class _Chunks(NamedTuple):
    """What the chunks say; `place` is where the next one starts."""

    place: Any
    palette: Any
    transparency: Any
    samples: Any
    samples_end: Any
    texts: Texts


def read_png(encoded: Any) -> Picture:
    """See `Picture`."""
    width, height = (long(encoded, place, little=False) for place in (16, 20))
    chunks = _walk(encoded)
    problem = first_problem(
        (~holds(encoded, _SIGNATURE, _HEADER), f"a PNG picture without a header: {DAMAGED}"),
        (tf.equal(chunks.samples, 0), f"a PNG picture without pixels: {DAMAGED}"),
        size_problem(tf.minimum(height, 2**31), tf.minimum(width, 2**31)),
        (
            tf.equal(byte(encoded, _KIND), _PALETTE) & tf.equal(chunks.palette, b""),
            f"a PNG picture without its palette: {DAMAGED}",
        ),
        (chunks.texts.too_long, "a PNG picture whose texts are too long: save it again without"),
    )
    return unless(problem, lambda: _decode(encoded, chunks))


def _walk(encoded: Any) -> _Chunks:
    size, none, nothing = size_of(encoded), tf.constant(0), tf.constant(b"")
    start = _Chunks(tf.constant(_SIGNATURE), nothing, nothing, none, none, no_texts())

    def goes_on(chunks: _Chunks) -> Any:
        return (chunks.place + 12 <= size) & ~holds(
            encoded, tf.minimum(chunks.place + 4, size), b"IEND"
        )

    return tf.while_loop(
        goes_on, lambda chunks: [_step(encoded, chunks)], [start], maximum_iterations=MOST_STEPS
    )[0]


def _step(encoded: Any, chunks: _Chunks) -> _Chunks:
    length = clipped(
        long(encoded, chunks.place, little=False), size_of(encoded) - chunks.place - 12
    )
    name, content = piece(encoded, chunks.place + 4, 4), piece(encoded, chunks.place + 8, length)
    following = chunks.place + 12 + length
    samples = tf.equal(name, b"IDAT")
    first = samples & tf.equal(chunks.samples, 0)
    # Those of one picture stand together.
    more = first | (samples & tf.equal(chunks.samples_end, chunks.place))
    return _Chunks(
        following,
        tf.where(tf.equal(name, b"PLTE"), content, chunks.palette),
        tf.where(tf.equal(name, b"tRNS"), content, chunks.transparency),
        tf.where(first, chunks.place, chunks.samples),
        tf.where(more, following, chunks.samples_end),
        add_text(chunks.texts, name, content),
    )


def _decode(encoded: Any, chunks: _Chunks) -> Picture:
    depth, kind = byte(encoded, _KIND - 1), byte(encoded, _KIND)
    samples = piece(encoded, chunks.samples, chunks.samples_end - chunks.samples)
    plain = tf.strings.join([_header(encoded, kind), samples, _END])
    wide = tf.equal(depth, 16)
    values, faint = tf.cond(wide, lambda: _wide(plain, kind), lambda: _narrow(plain))
    pixels = tf.case(
        [
            (tf.equal(kind, _PALETTE), lambda: _coloured(values[..., 0], depth, chunks)),
            (tf.equal(kind, _GREY_ALPHA) | tf.equal(kind, _COLOUR_ALPHA), lambda: on_white(values)),
            (
                (tf.strings.length(chunks.transparency) > 0) & ~(wide & tf.equal(kind, _GREY)),
                lambda: _one_clear(values[..., :3], kind, depth, chunks.transparency),
            ),
        ],
        default=lambda: values[..., :3],
    )
    problem = tf.where(faint, _TOO_FAINT, "")
    return Picture(pixels, exif_of(chunks.texts), chunks.texts.xmp, problem)


def _header(encoded: Any, kind: Any) -> tf.Tensor:
    """The header of a picture without palette, whose samples are the numbers in it."""
    checksum = tf.bitwise.bitwise_xor(long(encoded, 29, little=False), _RETYPED)
    digits = [tf.cast(checksum // 256**power % 256, tf.int32) for power in (3, 2, 1, 0)]
    bytes_ = tf.gather(tf.constant([bytes([value]) for value in range(256)]), digits)
    retyped = tf.strings.join(
        [
            piece(encoded, 0, _KIND),
            b"\0",
            piece(encoded, _KIND + 1, 3),
            tf.strings.reduce_join(bytes_),
        ]
    )
    return tf.where(tf.equal(kind, _PALETTE), retyped, piece(encoded, 0, 33))


def _narrow(plain: Any) -> tuple[Any, Any]:
    return tf.io.decode_png(plain, channels=4), tf.constant(False)


def _wide(plain: Any, kind: Any) -> tuple[Any, Any]:
    """The high bytes, and whether next to nothing is in them.

    Of colours it is the high byte that is looked at, where 0 may have been anything below 256.
    """
    values = tf.io.decode_png(plain, channels=4, dtype=tf.uint16)
    high = tf.cast(tf.reduce_max(values[..., :3]), tf.int32)
    grey = tf.equal(kind, _GREY)
    faint = tf.where(grey, (high > 0) & (high <= _FAINT), high // 256 * 256 + 255 <= _FAINT)
    return tf.cast(values // 256, tf.uint8), faint


def _coloured(samples: Any, depth: Any, chunks: _Chunks) -> tf.Tensor:
    """The colours of a palette's numbers, which were spread over 0 to 255, laid on white."""
    numbers = tf.cast(samples, tf.int32) // (255 // (tf.bitwise.left_shift(1, depth) - 1))
    colours = tf.reshape(_padded(chunks.palette, 3 * 256, 0), (256, 3))
    opacity = _padded(chunks.transparency, 256, 255)[:, tf.newaxis]
    return tf.gather(on_white(tf.concat([colours, opacity], axis=1)), numbers)


def _padded(content: Any, size: int, filler: int) -> tf.Tensor:
    values = tf.io.decode_raw(content, tf.uint8)[:size]
    return tf.pad(values, [[0, size - tf.size(values)]], constant_values=filler)


def _one_clear(values: Any, kind: Any, depth: Any, transparency: Any) -> tf.Tensor:
    """White where the one transparent colour stands; by the low byte of its numbers, as Pillow."""
    places = tf.where(tf.equal(kind, _GREY), [0, 0, 0], [0, 2, 4])
    numbers = tf.stack([short(transparency, places[band], little=False) for band in range(3)])
    bit = tf.where(numbers > 0, 255, 0)
    clear = tf.where(tf.equal(depth, 1), bit, numbers % 256)
    same = tf.reduce_all(tf.equal(tf.cast(values, tf.int32), clear), axis=-1, keepdims=True)
    return tf.where(same, tf.constant(255, tf.uint8), values)
