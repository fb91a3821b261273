"""The SavedModel's decoder gives what Pillow gives; one bad picture is nothing to the others."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.preprocess.image_graph import Pictures, decode_batch
from kerasapps.preprocess.odd_pictures import encode, odd_pictures, smooth_photo

SPECS = {
    "stretch": ImageSpec(24, 32, 3, "stretch"),
    "crop": ImageSpec(40, 48, 1, "crop"),
}
REFUSED = ("TIFF", "JPEG cut short", "PNG cut short", "text", "no bytes")


@functools.cache
def graph(policy: str) -> Callable[[Any], Pictures]:
    spec = SPECS[policy]
    signature = [tf.TensorSpec((None,), tf.string)]
    return tf.function(lambda batch: decode_batch(batch, spec), input_signature=signature)


@pytest.mark.parametrize("policy", SPECS)
@pytest.mark.parametrize("size", [(24, 32), (61, 83)])
def test_graph_and_pillow_agree(policy: str, size: tuple[int, int]) -> None:
    """Every kind of odd file, in one batch with files that cannot be read."""
    files, spec = odd_pictures(*size), SPECS[policy]
    found, errors = graph(policy)(tf.constant(list(files.values())))
    assert found.shape == (len(files), *spec.shape) and found.dtype == tf.float32
    for kind, inputs, error in zip(files, found.numpy(), errors.numpy(), strict=True):
        assert bool(error) == (kind in REFUSED), (kind, error)
        if error:
            assert not inputs.any()
        else:
            difference = np.abs(inputs - load_image(files[kind], spec))
            assert difference.max() <= 1, (kind, difference.max())


def test_each_row_keeps_its_place() -> None:
    """However many fail, as values or as operations, and in whatever order."""
    shades = np.random.default_rng(0).integers(0, 256, 40)
    whole = [encode(smooth_photo(3, 3).point(lambda _, v=int(v): v), "PNG") for v in shades]
    damaged, refused = whole[0][:-20] + bytes(20), b"no picture"
    draw = np.random.default_rng(1).integers(0, 3, len(whole))
    batch = [(each, damaged, refused)[kind] for each, kind in zip(whole, draw, strict=True)]
    for _ in range(3):
        found, errors = graph("stretch")(tf.constant(batch))
        expected = np.where(draw == 0, shades, 0)
        np.testing.assert_array_equal(found.numpy()[:, 0, 0, 0], expected)
        assert [bool(each) for each in errors.numpy()] == list(draw > 0)
        told = {each.decode().split(":")[0] for each in errors.numpy()}
        assert told == {"", "a PNG picture that cannot be read", "not a picture"}


@pytest.mark.parametrize("batch", [[], [b""], [b"\xff\xd8\xff"] * 3])
def test_batches_without_a_readable_picture(batch: list[bytes]) -> None:
    found, errors = graph("stretch")(tf.constant(batch, tf.string))
    assert found.shape == (len(batch), 24, 32, 3) and not found.numpy().any()
    assert errors.shape == (len(batch),) and all(errors.numpy())


def test_an_orientation_that_cannot_be_told_is_a_refusal() -> None:
    exif = b"II*\0\x08\0\0\0\1\0\x12\1\2\0\2\0\0\0" + b"6\0\0\0" + bytes(4)
    picture = encode(smooth_photo(24, 32), "PNG", exif=b"Exif\0\0" + exif)
    found, errors = graph("stretch")(tf.constant([picture]))
    assert b"orientation is no whole number" in errors.numpy()[0] and not found.numpy().any()
