from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerasapps.preprocess.decoders.picture import (
    Picture,
    first_problem,
    on_white,
    refused,
    size_problem,
    unless,
)


def test_on_white_is_pillows_to_the_level() -> None:
    values, opacity = np.meshgrid(np.arange(256), np.arange(256))
    pixels = np.stack([values, 255 - values, values // 2, opacity], axis=-1).astype(np.uint8)
    white = Image.new("RGBA", (256, 256), (255, 255, 255, 255))
    expected = Image.alpha_composite(white, Image.fromarray(pixels)).convert("RGB")
    found = on_white(tf.constant(pixels)).numpy()
    np.testing.assert_array_equal(found, np.asarray(expected))


def test_the_first_problem_counts() -> None:
    def words(*holds: bool) -> bytes:
        return first_problem(*zip(map(tf.constant, holds), ("a", "b"), strict=True)).numpy()

    found = [words(False, False), words(True, True), words(False, True), words(True, False)]
    assert found == [b"", b"a", b"b", b"a"]


def test_the_limit_is_pillows() -> None:
    most = 2 * Image.MAX_IMAGE_PIXELS  # type: ignore[operator]
    assert not size_problem(1, most)[0] and not size_problem(most // 4, 4)[0]
    assert size_problem(1, most + 1)[0] and size_problem(2**31 - 1, 2**31 - 1)[0]
    assert size_problem(1, 1)[1] == "more than 179 million pixels: scale it down"


def test_a_graph_has_a_limit_also_where_pillow_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    assert not size_problem(2**16, 2**15)[0] and size_problem(2**16, 2**15 + 1)[0]


def test_what_is_refused_is_not_decoded() -> None:
    def fail() -> Picture:
        raise AssertionError("decoded")

    picture = unless(tf.constant("why"), fail)
    assert picture.problem.numpy() == b"why" and picture.pixels.shape == (1, 1, 3)
    assert picture.exif.numpy() == picture.xmp.numpy() == b""
    whole = refused("other")
    assert unless(tf.constant(""), lambda: whole).problem.numpy() == b"other"
