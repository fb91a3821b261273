"""How a picture was turned, as EXIF or XMP say it; both are read as Pillow reads them."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasapps.preprocess.decoders.binary import (
    behind,
    byte,
    clipped,
    holds,
    long,
    piece,
    short,
    size_of,
)

_TAG, _ENTRY = 0x0112, 12
# Bytes of one value of each type of TIFF; 0 where Pillow knows none.
_SIZES = (0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8)
_WHOLE = (3, 4, 6, 8, 9, 13)  # types of whole numbers
_BYTES_EACH = {6: 1, 3: 2, 8: 2, 4: 4, 9: 4, 13: 4}
_TEXTS = (1, 2, 7)  # types that Pillow reads as bytes or text
_STRANGE = "its EXIF orientation is no whole number: save it again"
# RE2 goes through bytes, whatever they mean.
_IN_XMP = r'^(?s)x\C*?tiff:Orientation(?:="|>)([0-9])\C*$'


def orientation_of(exif: Any, xmp: Any) -> tuple[Any, Any]:
    """The orientation, 1 to 8, as int32, and what is wrong with it, an empty string if nothing is.

    Args:
        exif: a string, the TIFF structure, with or without `Exif` before it; or empty.
        xmp: a string of XML, read where EXIF names none; or empty.
    """
    start = tf.strings.regex_replace(exif, r"^(?:Exif\x00\x00){1,2}", "", replace_global=False)
    there, value, problem = tf.cond(
        size_of(start) > 0, lambda: _in_exif(start), lambda: _found(False)
    )
    value = tf.cond(there, lambda: value, lambda: _in_xmp(xmp))
    return tf.where((value >= 1) & (value <= 8), value, 1), problem


def _in_xmp(xmp: Any) -> tf.Tensor:
    digit = tf.strings.regex_replace("x" + xmp, _IN_XMP, r"\1", replace_global=False)
    return tf.cond(
        tf.strings.regex_full_match(digit, "[0-9]"),
        lambda: tf.strings.to_number(digit, tf.int32),
        lambda: 1,
    )


def _in_exif(content: Any) -> tuple[Any, Any, Any]:
    """Whether the tag is there, its value and what is wrong with that."""
    endings = {b"II": True, b"MM": False}
    known = [(start, mark) for start in endings for mark in (b"*\0", b"\0*")]
    heads = [start + mark for start, mark in known]
    return tf.cond(
        tf.reduce_any(tf.equal(piece(content, 0, 4), heads)) & (size_of(content) >= 8),
        lambda: _in_directory(content, holds(content, 0, b"II")),
        # Pillow gives up on what is no TIFF, on XMP too.
        lambda: _found(True),
    )


def _found(is_there: bool) -> tuple[Any, Any, Any]:
    return tf.constant(is_there), tf.constant(1), tf.constant("")


def _in_directory(content: Any, little: Any) -> tuple[Any, Any, Any]:
    return tf.cond(
        little,
        lambda: _search(content, little=True),
        lambda: _search(content, little=False),
    )


def _search(content: Any, *, little: bool) -> tuple[Any, Any, Any]:
    """The tag among the entries of the first directory, all of which are compared at once."""
    size = size_of(content)
    start = clipped(long(content, 4, little=little), size)
    listed = behind(content, start)
    count = tf.cond(size_of(listed) >= 2, lambda: short(listed, 0, little=little), lambda: 0)
    listed = behind(listed, 2)
    entries = piece(listed, 0, tf.minimum(count, size_of(listed) // _ENTRY) * _ENTRY)
    shorts = _numbers(entries, tf.uint16, little=little)
    longs = _numbers(entries, tf.int32, little=little)
    tags, types = tf.unstack(tf.reshape(shorts, (-1, 6))[:, :2], axis=1)
    counts, places = tf.unstack(tf.reshape(longs, (-1, 3))[:, 1:], axis=1)
    sizes = counts * tf.gather(
        tf.constant(_SIZES, tf.int64), tf.minimum(types, len(_SIZES)) % len(_SIZES)
    )
    apart = sizes > 4
    total = tf.cast(size, tf.int64)
    skipped = apart & (tf.cumsum(tf.where(apart, sizes, 0)) > total)
    # Pillow stops at the first value that lies outside.
    broken = apart & ~skipped & (places + sizes > total)
    read = tf.equal(tf.cumsum(tf.cast(broken, tf.int32)), 0) & ~skipped & (sizes > 0)
    wanted = read & tf.equal(tags, _TAG)

    def value() -> tuple[Any, Any, Any]:
        index = tf.argmax(tf.cast(wanted, tf.int32))
        inside = start + 2 + tf.cast(index, tf.int32) * _ENTRY + 8
        place = tf.where(apart[index], clipped(places[index], size), inside)
        return _value(content, types[index], place, little=little)

    return tf.cond(tf.reduce_any(wanted), value, lambda: _found(False))


def _numbers(content: Any, kind: Any, *, little: bool) -> tf.Tensor:
    values = tf.cast(tf.io.decode_raw(content, kind, little_endian=little), tf.int64)
    return tf.bitwise.bitwise_and(values, 0xFFFF if kind == tf.uint16 else 0xFFFFFFFF)


def _value(content: Any, kind: Any, place: Any, *, little: bool) -> tuple[Any, Any, Any]:
    """The first value of an entry; a text counts where it is a digit, which is refused."""
    single = lambda: byte(content, place)  # noqa: E731
    two = lambda: short(content, place, little=little)  # noqa: E731
    four = lambda: clipped(long(content, place, little=little), 2**31 - 1)  # noqa: E731
    is_whole = tf.reduce_any(tf.equal(kind, _WHOLE))
    text = tf.reduce_any(tf.equal(kind, _TEXTS))
    number = tf.case(
        [(tf.equal(kind, 6) | text, single), (tf.equal(kind, 3) | tf.equal(kind, 8), two)],
        default=four,
    )
    harmless = text & (number < ord("0"))
    problem = tf.where(is_whole | harmless, "", _STRANGE)
    return tf.constant(True), tf.where(is_whole, number, 1), problem
