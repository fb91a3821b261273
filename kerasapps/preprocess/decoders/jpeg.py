"""JPEG: the first picture of the file, with CMYK as Adobe writes it."""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow as tf

from kerasapps.preprocess.decoders.binary import (
    MOST_STEPS,
    behind,
    byte,
    holds,
    piece,
    short,
    size_of,
)
from kerasapps.preprocess.decoders.picture import (
    DAMAGED,
    Picture,
    first_problem,
    size_problem,
    unless,
)

_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
_START_OF_SCAN, _END = 0xDA, 0xD9
# Start-of-frame markers are C0 to CF but for these, which hold tables.
_TABLES = (0xC4, 0xC8, 0xCC)
# Pillow takes all CMYK for inverted, TensorFlow only where Adobe's segment stands.
_ADOBE = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"


class _Segments(NamedTuple):
    """What the segments before the pixels say; `place` is where the next one starts."""

    place: Any
    height: Any
    width: Any
    bands: Any
    adobe: Any
    exif: Any
    xmp: Any


def read_jpeg(encoded: Any) -> Picture:
    """See `Picture`."""
    segments = _walk(encoded)
    problem = first_problem(
        (
            tf.equal(segments.height * segments.width, 0),
            f"a JPEG picture without a size: {DAMAGED}",
        ),
        size_problem(segments.height, segments.width),
    )
    return unless(problem, lambda: _decode(encoded, segments))


def _decode(encoded: Any, segments: _Segments) -> Picture:
    marked = tf.strings.join([piece(encoded, 0, 2), _ADOBE, behind(encoded, 2)])
    bare = tf.equal(segments.bands, 4) & ~segments.adobe
    pixels = tf.io.decode_jpeg(
        tf.where(bare, marked, encoded), channels=3, dct_method="INTEGER_ACCURATE"
    )
    return Picture(pixels, segments.exif, segments.xmp, tf.constant(b""))


def _walk(encoded: Any) -> _Segments:
    size = size_of(encoded)
    nothing, none = tf.constant(b""), tf.constant(0)
    start = _Segments(tf.constant(2), none, none, none, tf.constant(False), nothing, nothing)

    def goes_on(segments: _Segments) -> Any:
        marker = byte(encoded, tf.minimum(segments.place + 1, size - 1))
        return (segments.place + 4 <= size) & (marker != _START_OF_SCAN) & (marker != _END)

    return tf.while_loop(
        goes_on, lambda segments: [_step(encoded, segments)], [start], maximum_iterations=MOST_STEPS
    )[0]


def _step(encoded: Any, segments: _Segments) -> _Segments:
    """Past one segment, or one byte that belongs to none."""
    lead, marker = byte(encoded, segments.place), byte(encoded, segments.place + 1)
    stray = (lead != 0xFF) | (marker == 0xFF)
    lone = (marker == 0) | (marker == 1) | ((marker >= 0xD0) & (marker <= 0xD8))
    return _Segments(
        *tf.cond(
            stray | lone,
            lambda: segments._replace(place=segments.place + tf.where(stray, 1, 2)),
            lambda: _segment(encoded, marker, segments),
        )
    )


def _segment(encoded: Any, marker: Any, segments: _Segments) -> _Segments:
    place = segments.place + 4
    size = tf.maximum(short(encoded, segments.place + 2, little=False) - 2, 0)
    content = piece(encoded, place, size)
    application = marker == 0xE1
    exif = application & holds(content, 0, _EXIF)
    xmp = application & holds(content, 0, _XMP)
    frame = (marker >= 0xC0) & (marker <= 0xCF) & tf.reduce_all(marker != tf.constant(_TABLES))
    height, width, bands = tf.cond(
        frame,
        lambda: (
            short(content, 1, little=False),
            short(content, 3, little=False),
            byte(content, 5),
        ),
        lambda: (segments.height, segments.width, segments.bands),
    )
    return _Segments(
        place + size,
        height,
        width,
        bands,
        segments.adobe | ((marker == 0xEE) & holds(content, 0, b"Adobe")),
        # One that is longer than a segment goes on in the next.
        tf.where(exif, segments.exif + behind(content, len(_EXIF)), segments.exif),
        tf.where(xmp, behind(content, len(_XMP)), segments.xmp),
    )
