"""Numbers and runs of bytes inside an encoded file, as graph operations.

A place outside of the file fails as operation; whoever decodes takes that for a damaged file.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

MOST_STEPS = 65536
"""Pieces of one file that are looked at: no file of any use has more, and a loop must end soon."""


def piece(encoded: Any, place: Any, size: Any) -> tf.Tensor:
    """`size` bytes from `place` on; fewer where the file ends before."""
    return tf.strings.substr(encoded, place, tf.maximum(size, 0))


def behind(encoded: Any, place: Any) -> tf.Tensor:
    """All bytes from `place` on; none where the file ends before."""
    size = size_of(encoded)
    return tf.strings.substr(encoded, tf.minimum(place, size), size)


def holds(encoded: Any, place: Any, content: bytes) -> tf.Tensor:
    """Whether these bytes stand at `place`, which lies in the file."""
    return tf.equal(piece(encoded, place, len(content)), content)


def byte(encoded: Any, place: Any) -> tf.Tensor:
    """int32, 0 to 255."""
    return tf.cast(tf.io.decode_raw(piece(encoded, place, 1), tf.uint8)[0], tf.int32)


def short(encoded: Any, place: Any, *, little: bool) -> tf.Tensor:
    """An unsigned number of 2 bytes, int32."""
    values = tf.io.decode_raw(piece(encoded, place, 2), tf.uint16, little_endian=little)
    return tf.cast(values[0], tf.int32)


def long(encoded: Any, place: Any, *, little: bool) -> tf.Tensor:
    """An unsigned number of 4 bytes, int64."""
    values = tf.io.decode_raw(piece(encoded, place, 4), tf.int32, little_endian=little)
    return tf.bitwise.bitwise_and(tf.cast(values[0], tf.int64), 0xFFFFFFFF)


def three_bytes(encoded: Any, place: Any) -> tf.Tensor:
    """An unsigned number of 3 bytes, the low one first, int64."""
    return long(tf.strings.join([piece(encoded, place, 3), b"\0"]), 0, little=True)


def size_of(encoded: Any) -> tf.Tensor:
    """Bytes, int32."""
    return tf.strings.length(encoded)


def clipped(place: Any, limit: Any) -> tf.Tensor:
    """A place of 64 bits as one of 32, at most `limit`; a header may name any number."""
    return tf.cast(tf.minimum(tf.cast(place, tf.int64), tf.cast(limit, tf.int64)), tf.int32)
