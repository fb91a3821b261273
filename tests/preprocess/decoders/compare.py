"""What a reader of the graph gives, against Pillow."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.data.images.decode import decode_image
from kerasapps.errors import DataError
from kerasapps.preprocess.decoders.picture import Picture

Reader = Callable[[Any], Picture]


def read(reader: Reader, encoded: bytes) -> Picture:
    """The picture, which must not be refused."""
    picture = reader(tf.constant(encoded))
    assert picture.problem.numpy() == b""
    return picture


def assert_as_pillow(reader: Reader, encoded: bytes) -> None:
    """The same pixels to the level; of pictures that are not turned."""
    expected = decode_image(encoded, 3)
    found = read(reader, encoded).pixels.numpy()
    assert found.shape == expected.shape and found.dtype == np.uint8
    np.testing.assert_array_equal(found, expected)


def assert_refused(reader: Reader, encoded: bytes, words: str) -> None:
    """Refused in words."""
    assert words in reader(tf.constant(encoded)).problem.numpy().decode()


def assert_unread(reader: Reader, encoded: bytes) -> None:
    """Pillow does not read it, and the graph refuses it or fails as operation."""
    with pytest.raises(DataError):
        decode_image(encoded, 3)
    with contextlib.suppress(tf.errors.OpError):
        assert reader(tf.constant(encoded)).problem.numpy()
