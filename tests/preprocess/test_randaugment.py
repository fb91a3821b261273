"""Each operation against Pillow's, which the paper's code follows."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageEnhance, ImageOps

from kerasapps.preprocess.randaugment import OPERATIONS, apply_operations, randaugment

LEVEL = 0.3
SMOOTH = (
    tf.image.resize(
        np.random.default_rng(1).integers(20, 220, (6, 5, 4, 3)).astype(np.float32), (31, 33)
    )
    .numpy()
    .astype(np.uint8)
)


def one(name: str, level: float, images: np.ndarray = SMOOTH) -> np.ndarray:
    count = len(images)
    chosen = tf.fill([count], OPERATIONS.index(name))
    return apply_operations(tf.constant(images), chosen, tf.fill([count], level)).numpy()


def pillow(name: str, level: float, image: Image.Image) -> Image.Image:
    return {
        "brightness": lambda: ImageEnhance.Brightness(image).enhance(1 + 0.9 * level),
        "contrast": lambda: ImageEnhance.Contrast(image).enhance(1 + 0.9 * level),
        "color": lambda: ImageEnhance.Color(image).enhance(1 + 0.9 * level),
        "sharpness": lambda: ImageEnhance.Sharpness(image).enhance(1 + 0.9 * level),
        "solarize": lambda: ImageOps.solarize(image, 255 * (1 - abs(level))),
        "posterize": lambda: ImageOps.posterize(image, 8 - round(4 * abs(level))),
        "autocontrast": lambda: ImageOps.autocontrast(image),
        "equalize": lambda: ImageOps.equalize(image),
        "identity": lambda: image,
    }[name]()


@pytest.mark.parametrize("level", [LEVEL, -LEVEL, 1.0])
@pytest.mark.parametrize(
    "name",
    [
        "brightness",
        "contrast",
        "color",
        "sharpness",
        "solarize",
        "posterize",
        "autocontrast",
        "equalize",
        "identity",
    ],
)
def test_same_as_pillow(name: str, level: float) -> None:
    got = one(name, level)
    for picture, result in zip(SMOOTH, got, strict=True):
        want = np.asarray(pillow(name, level, Image.fromarray(picture)))
        assert np.abs(result.astype(int) - want).max() <= 2, name
    if name not in ("identity", "solarize"):
        assert (got != SMOOTH).mean() > 0.1


@pytest.mark.parametrize(
    ("name", "coefficients"),
    [
        ("shear_x", (1, 0.09, -0.09 * 15, 0, 1, 0)),
        ("shear_y", (1, 0, 0, 0.09, 1, -0.09 * 16)),
        ("translate_x", (1, 0, 0.3 * 150 / 331 * 33, 0, 1, 0)),
        ("translate_y", (1, 0, 0, 0, 1, 0.3 * 150 / 331 * 31)),
    ],
)
def test_geometry_same_as_pillow(name: str, coefficients: tuple[float, ...]) -> None:
    for picture, result in zip(SMOOTH, one(name, LEVEL), strict=True):
        want = Image.fromarray(picture).transform(
            (33, 31),
            Image.Transform.AFFINE,
            _at_pixel_centres(coefficients),
            Image.Resampling.BILINEAR,
        )
        inner = (slice(6, -6), slice(6, -6))
        assert np.abs(result[inner].astype(int) - np.asarray(want)[inner]).max() <= 2


def _at_pixel_centres(c: tuple[float, ...]) -> tuple[float, ...]:
    """Pillow's coordinates lie half a pixel further than ours."""
    shift = 0.5 - 0.5 * (c[0] + c[1]), 0.5 - 0.5 * (c[3] + c[4])
    return c[0], c[1], c[2] + shift[0], c[3], c[4], c[5] + shift[1]


def test_rotation_same_as_pillow() -> None:
    degrees = 0.3 * 30
    for picture, result in zip(SMOOTH, one("rotate", LEVEL), strict=True):
        want = Image.fromarray(picture).rotate(degrees, Image.Resampling.BILINEAR)
        other = Image.fromarray(picture).rotate(-degrees, Image.Resampling.BILINEAR)
        inner = (slice(6, -6), slice(6, -6))
        error = min(
            np.abs(result[inner].astype(int) - np.asarray(one)[inner]).max()
            for one in (want, other)
        )
        assert error <= 2


def test_every_picture_gets_its_own_operation() -> None:
    chosen = np.arange(len(OPERATIONS)).repeat(2)[:, None].reshape(-1)
    images = np.repeat(SMOOTH[:1], len(chosen), 0)
    got = apply_operations(tf.constant(images), chosen, tf.fill([len(chosen)], LEVEL)).numpy()
    for place, number in enumerate(chosen):
        np.testing.assert_array_equal(got[place], one(OPERATIONS[number], LEVEL, SMOOTH[:1])[0])


def test_flat_pictures_stay_flat() -> None:
    flat = np.full((2, 9, 9, 1), 128, np.uint8)
    for name in OPERATIONS:
        assert np.ptp(one(name, LEVEL, flat)) == 0, name
    assert (one("equalize", LEVEL, flat) == 128).all()
    assert (one("autocontrast", LEVEL, flat) == 128).all()


def test_all_operations_occur() -> None:
    images = np.repeat(SMOOTH[:1], 400, 0)
    results = randaugment(tf.constant(images), tf.constant([1, 2], tf.int64), operations=1).numpy()
    different = {picture.tobytes() for picture in results}
    # Two directions of each but posterize, solarize, autocontrast, equalize and identity.
    assert 20 <= len(different) <= 23
    more = randaugment(tf.constant(images), tf.constant([1, 2], tf.int64), operations=2).numpy()
    assert len({picture.tobytes() for picture in more}) > 100
