from __future__ import annotations

import pytest
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
    three_bytes,
)

FILE = tf.constant(b"\x01\xfe\xfd\xfc\xfb")
TEXT = tf.constant(b"abcde")


def test_numbers() -> None:
    assert int(byte(FILE, 1)) == 0xFE and int(size_of(FILE)) == 5
    assert int(short(FILE, 1, little=True)) == 0xFDFE
    assert int(short(FILE, 1, little=False)) == 0xFEFD
    assert int(long(FILE, 1, little=True)) == 0xFBFCFDFE
    assert int(long(FILE, 1, little=False)) == 0xFEFDFCFB
    assert int(three_bytes(FILE, 0)) == 0xFDFE01


def test_pieces() -> None:
    assert piece(FILE, 3, 10).numpy() == b"\xfc\xfb" and piece(FILE, 1, 2).numpy() == b"\xfe\xfd"
    assert piece(FILE, 1, -1).numpy() == piece(FILE, 1, 0).numpy() == b""
    assert behind(FILE, 4).numpy() == b"\xfb" and behind(FILE, 9).numpy() == b""
    assert (
        holds(FILE, 1, b"\xfe\xfd")
        and not holds(FILE, 0, b"\xfe")
        and not holds(FILE, 4, b"\xfb\0")
    )


@pytest.mark.parametrize("read", [byte, lambda file, place: short(file, place, little=True)])
def test_a_number_beyond_the_end_fails(read) -> None:  # type: ignore[no-untyped-def]
    for place in (5, 6):
        with pytest.raises(tf.errors.OpError):
            read(TEXT, place)
    with pytest.raises(tf.errors.OpError):
        long(TEXT, 2, little=False)


def test_clipping() -> None:
    large = tf.constant(2**40, tf.int64)
    assert int(clipped(large, 7)) == 7 and int(clipped(tf.constant(3, tf.int64), 7)) == 3
    assert clipped(large, 7).dtype == tf.int32
