"""Pictures for the report."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from kerasapps.errors import DataError
from kerasapps.recipes.image_classification.thumbnail import png_thumbnail


def decoded(image, **options):
    return np.asarray(Image.open(io.BytesIO(png_thumbnail(image, **options))))


def test_large_pictures_shrink_and_keep_their_aspect():
    assert decoded(np.zeros((400, 200, 3), np.uint8)).shape == (160, 80, 3)


def test_small_pictures_grow_by_a_whole_factor_with_sharp_pixels():
    image = np.arange(64, dtype=np.uint8).reshape(8, 8, 1)
    found = decoded(image, side=100)
    assert found.shape == (96, 96)
    np.testing.assert_array_equal(found, image[:, :, 0].repeat(12, 0).repeat(12, 1))


@pytest.mark.parametrize(("side", "shown"), [(80, 160), (81, 81), (54, 108), (1, 160)])
def test_only_pictures_of_half_the_size_and_less_grow(side, shown):
    assert decoded(np.zeros((side, 1, 3), np.uint8)).shape == (shown, shown // side, 3)


def test_a_picture_that_fits_is_unchanged():
    image = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)
    np.testing.assert_array_equal(decoded(image), image)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4, 3), np.float32),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros((0, 4), np.uint8),
    ],
)
def test_other_arrays_are_refused(image):
    with pytest.raises(DataError, match=r"uint8 \(height, width, 1 or 3\), got"):
        png_thumbnail(image)
