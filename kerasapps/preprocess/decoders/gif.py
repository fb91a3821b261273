"""GIF: the first frame on its canvas.

The decoder is given that frame alone, with a palette of greys in which every number is itself; the
colours are looked up here. So the transparent ones come out white, a canvas that the frame does not
fill is filled, and frames behind the first one cost nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow as tf

from kerasapps.preprocess.decoders.binary import MOST_STEPS, byte, holds, piece, short, size_of
from kerasapps.preprocess.decoders.picture import (
    DAMAGED,
    Picture,
    first_problem,
    size_problem,
    unless,
)

_GREYS = bytes(value for level in range(256) for value in (level, level, level))
_SCREEN, _DESCRIPTOR = 13, 10  # bytes of the file's and of a frame's header
_EXTENSION, _FRAME, _CONTROL = ord("!"), ord(","), 249
_HAS_PALETTE, _INTERLACED = 0x80, 0x40


class _Place(NamedTuple):
    """Where reading stands: before a block, or among an extension's runs of bytes.

    Attributes:
        place: in the file.
        inside: whether it is among runs.
        clear: number of the transparent colour, -1 without one.
    """

    place: Any
    inside: Any
    clear: Any


class _Frame(NamedTuple):
    """The first frame."""

    left: Any
    top: Any
    width: Any
    height: Any
    palette: Any
    interlaced: Any
    samples: Any


def read_gif(encoded: Any) -> Picture:
    """See `Picture`."""
    screen = byte(encoded, 10)
    palette = _palette(encoded, _SCREEN, screen)
    chunk = _first_frame(encoded, _SCREEN + size_of(palette))
    at_frame = holds(encoded, tf.minimum(chunk.place, size_of(encoded)), b",")
    problem = first_problem((~at_frame, f"a GIF picture without a frame: {DAMAGED}"))

    def decode() -> Picture:
        frame = _frame(encoded, chunk.place, palette)
        width = tf.maximum(short(encoded, 6, little=True), frame.left + frame.width)
        height = tf.maximum(short(encoded, 8, little=True), frame.top + frame.height)
        empty = tf.equal(frame.width * frame.height, 0)
        problem = first_problem(
            (empty, f"a GIF picture without a size: {DAMAGED}"), size_problem(height, width)
        )
        return unless(problem, lambda: _decode(frame, height, width, chunk.clear))

    return unless(problem, decode)


def _palette(encoded: Any, place: Any, flags: Any) -> tf.Tensor:
    """The bytes of a palette, an empty string where the flags know of none."""
    size = 3 * tf.bitwise.left_shift(2, flags % 8)
    return piece(encoded, place, tf.where(flags >= _HAS_PALETTE, size, 0))


def _first_frame(encoded: Any, place: Any) -> _Place:
    """Where the first frame starts, and what was said of it before."""
    size = size_of(encoded)

    def goes_on(chunk: _Place) -> Any:
        block = byte(encoded, tf.minimum(chunk.place, size - 1))
        return (chunk.place < size) & (chunk.inside | ((block != _FRAME) & (block != ord(";"))))

    def step(chunk: _Place) -> list[_Place]:
        value = byte(encoded, chunk.place)
        extension = ~chunk.inside & tf.equal(value, _EXTENSION)
        control = extension & holds(encoded, chunk.place, bytes([_EXTENSION, _CONTROL]))
        return [
            _Place(
                chunk.place + tf.where(chunk.inside, value + 1, tf.where(extension, 2, 1)),
                extension | (chunk.inside & (value > 0)),
                tf.cond(control, lambda: _clear(encoded, chunk), lambda: chunk.clear),
            )
        ]

    start = _Place(place, tf.constant(False), tf.constant(-1))
    return tf.while_loop(goes_on, step, [start], maximum_iterations=MOST_STEPS)[0]


def _clear(encoded: Any, chunk: _Place) -> tf.Tensor:
    """The transparent colour that a control extension names, else the one before."""
    named = tf.equal(byte(encoded, chunk.place + 3) % 2, 1)
    return tf.where(named, byte(encoded, chunk.place + 6), chunk.clear)


def _frame(encoded: Any, place: Any, palette: Any) -> _Frame:
    left, top, width, height = (
        short(encoded, place + offset, little=True) for offset in (1, 3, 5, 7)
    )
    flags = byte(encoded, place + 9)
    frame_palette = _palette(encoded, place + _DESCRIPTOR, flags)
    start = place + _DESCRIPTOR + size_of(frame_palette)
    return _Frame(
        left,
        top,
        width,
        height,
        tf.where(flags >= _HAS_PALETTE, frame_palette, palette),
        tf.bitwise.bitwise_and(flags, _INTERLACED) > 0,
        piece(encoded, start, _runs_end(encoded, start + 1) - start),
    )


def _runs_end(encoded: Any, place: Any) -> tf.Tensor:
    """Behind the last of a frame's runs of bytes, without the empty one that ends them."""
    size = size_of(encoded)

    def at(place: Any) -> tf.Tensor:
        return byte(encoded, tf.minimum(place, size - 1))

    return tf.while_loop(
        lambda place: (place < size) & (at(place) > 0),
        lambda place: [place + 1 + at(place)],
        [place],
        maximum_iterations=MOST_STEPS,
    )[0]


def _decode(frame: _Frame, height: Any, width: Any, clear: Any) -> Picture:
    numbers = _numbers(frame)
    below, right = height - frame.top - frame.height, width - frame.left - frame.width
    edges = [[frame.top, below], [frame.left, right]]
    numbers = tf.pad(numbers, edges, constant_values=tf.maximum(clear, 0))
    colours = tf.gather(_colours(frame.palette, clear), numbers)
    nothing = tf.constant(b"")
    return Picture(colours, nothing, nothing, nothing)


def _numbers(frame: _Frame) -> tf.Tensor:
    """int32 `(height, width)`, what the colours of a frame are called."""
    size = [_two_bytes(frame.width), _two_bytes(frame.height)]
    header = [b"GIF89a", *size, b"\xf7\0\0", _GREYS, b",\0\0\0\0", *size]
    flags = tf.where(frame.interlaced, bytes([_INTERLACED]), b"\0")
    alone = tf.strings.join([*header, flags, frame.samples, b"\0;"])
    return tf.cast(tf.io.decode_gif(alone)[0, ..., 0], tf.int32)


def _two_bytes(number: Any) -> tf.Tensor:
    table = tf.constant([bytes([value]) for value in range(256)])
    return tf.strings.reduce_join(tf.gather(table, [number % 256, number // 256]))


def _colours(palette: Any, clear: Any) -> tf.Tensor:
    """uint8 `(256, 3)`, white for the transparent one.

    Without a palette, or where it names greys by themselves, all numbers are greys; numbers that
    another one lacks are black.
    """
    size = size_of(palette)
    grey = tf.equal(palette, piece(_GREYS, 0, size))
    rest = tf.where(
        grey, piece(_GREYS, size, len(_GREYS)), piece(bytes(len(_GREYS)), size, len(_GREYS))
    )
    colours = tf.reshape(tf.io.decode_raw(palette + rest, tf.uint8), (256, 3))
    is_clear = tf.equal(tf.range(256), clear)[:, tf.newaxis]
    return tf.where(is_clear, tf.constant(255, tf.uint8), colours)
