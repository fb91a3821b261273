"""Ways of resizing, beside those of the libraries that they stand for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.preprocess.resampling import OTHER_WAYS, PHONE, antialiased

legacy: Any = tf.compat.v1.image
THEIRS: Any = {
    "bilinear": lambda x, size: tf.image.resize(x, size, antialias=False),
    "bilinear, corners aligned": lambda x, size: legacy.resize_bilinear(
        x, size, align_corners=True
    ),
    "bicubic, corners aligned": lambda x, size: legacy.resize_bicubic(x, size, align_corners=True),
    "area": legacy.resize_area,
}
STRIPES = (np.indices((96, 96)).sum(0) // 2 % 2 * 255).astype(np.uint8)  # of 2 pixels


def noise(height: int, width: int, *, channels: int = 3) -> np.ndarray:
    shape = (height, width, channels) if channels > 1 else (height, width)
    return np.random.default_rng(height).integers(0, 256, shape, dtype=np.uint8)


def resized(way: str, pixels: np.ndarray, height: int, width: int) -> np.ndarray:
    return np.asarray(OTHER_WAYS[way](Image.fromarray(pixels), (width, height)))


@pytest.mark.parametrize("way", THEIRS)
@pytest.mark.parametrize(
    ("have", "want"),
    [
        ((157, 120), (32, 48)),
        ((90, 41), (60, 40)),
        ((300, 700), (64, 96)),  # summed in several blocks, each way
    ],
)
def test_a_reduction_is_that_of_tensorflow(
    way: str, have: tuple[int, int], want: tuple[int, int]
) -> None:
    pixels = noise(*have)
    theirs = THEIRS[way](tf.cast(pixels[np.newaxis], tf.float32), want)[0]
    ours = resized(way, pixels, *want)
    assert ours.dtype == np.uint8 and ours.shape == (*want, 3)
    # TensorFlow's bicubic takes its weights from a table.
    assert np.abs(ours - np.clip(theirs, 0, 255)).max() < 0.75


def test_bicubic_of_half_pixels_goes_through_every_third_pixel_and_overshoots() -> None:
    """By a third, each centre lies on a pixel; by another factor the kernel shows at an edge."""
    pixels = noise(30, 45)
    np.testing.assert_array_equal(resized("bicubic", pixels, 10, 15), pixels[1::3, 1::3])
    edge = np.repeat([[100] * 10 + [200] * 10], 2, axis=0).astype(np.uint8)
    row = resized("bicubic", edge, 2, 40)[0]
    # At 9.75 the four pixels 8 to 11 weigh -0.105, 0.262 · …: Keys' kernel with a of -0.75.
    near, far = 0.25, 0.75
    cubic = (1.25 * near - 2.25) * near**2 + 1, (1.25 * far - 2.25) * far**2 + 1
    beyond = [-0.75 * (d**3 - 5 * d**2 + 8 * d - 4) for d in (1 + near, 1 + far)]
    assert sum(cubic) + sum(beyond) == pytest.approx(1)
    assert row[20] == round(100 * (beyond[1] + cubic[1]) + 200 * (cubic[0] + beyond[0]))
    assert row.max() > 200 and row.min() < 100


def test_a_bicubic_reduction_may_be_antialiased() -> None:
    found = resized("bicubic, antialiased", STRIPES, 21, 21)
    plain = resized("bicubic", STRIPES, 21, 21)
    assert np.ptp(found[2:-2, 2:-2]) < 100 and np.ptp(plain[2:-2, 2:-2]) > 200


def test_what_is_enlarged_by_area_is_bilinear() -> None:
    pixels = noise(10, 60)
    found = resized("area", pixels, 20, 60)
    np.testing.assert_array_equal(found, resized("bilinear", pixels, 20, 60))


def test_fine_stripes_stay_on_a_phone_and_are_grey_where_a_model_trains() -> None:
    spec = ImageSpec(21, 21, 1)
    usual, phone = load_image(STRIPES, spec), load_image(STRIPES, spec, resample=PHONE)
    assert np.ptp(usual[2:-2, 2:-2]) < 80 and np.ptp(phone[2:-2, 2:-2]) > 200
    np.testing.assert_array_equal(load_image(STRIPES, spec, resample=antialiased), usual)


@pytest.mark.parametrize("way", OTHER_WAYS)
@pytest.mark.parametrize("policy", ["stretch", "crop", "pad"])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_way_keeps_the_policy(way: str, policy: Any, channels: int) -> None:
    pixels = np.full((60, 101, 3), 50, np.uint8)
    pixels[:, 31:70] = 200
    spec = ImageSpec(20, 20, channels, policy)
    found = load_image(pixels, spec, resample=OTHER_WAYS[way]).astype(int)
    usual = load_image(pixels, spec).astype(int)
    assert found.shape == usual.shape == (20, 20, channels)
    assert np.abs(found - usual).mean() < 8 and np.abs(found - usual)[:, 8:12].max() <= 1


def test_a_box_is_cut_at_whole_pixels() -> None:
    pixels = noise(40, 50)
    picture = Image.fromarray(pixels)
    found = np.asarray(PHONE(picture, (10, 10), (4.4, 5.6, 44.5, 36.4)))
    np.testing.assert_array_equal(found, np.asarray(PHONE(picture.crop((4, 6, 45, 36)), (10, 10))))
    sliver = np.asarray(PHONE(picture, (3, 3), (7.1, 9.1, 7.3, 9.2)))
    assert (sliver == pixels[9, 7]).all()


def test_rows_are_rounded_before_columns_whatever_pillow_finds_quicker() -> None:
    """A height that shrinks most: Pillow 13 would take the columns first."""
    pixels = np.random.default_rng(0).integers(0, 256, (128, 48), dtype=np.uint8)
    picture = Image.fromarray(pixels)
    kernel = Image.Resampling.BILINEAR
    rows = picture.resize((96, 128), kernel).resize((96, 16), kernel)
    columns = picture.resize((48, 16), kernel).resize((96, 16), kernel)
    found = np.asarray(antialiased(picture, (96, 16)))
    np.testing.assert_array_equal(found, np.asarray(rows))
    assert (found != np.asarray(columns)).any()
