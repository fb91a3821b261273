"""Changes of pictures against plain NumPy, with the very draws that the seed gives."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage, stats

from kerasapps.preprocess import transforms
from kerasapps.preprocess.transforms import split_seed, uniform

SEED = tf.constant([3, 4], tf.int64)
RNG = np.random.default_rng(0)
NOISE = RNG.integers(0, 256, (40, 9, 7, 3), dtype=np.uint8)
SMOOTH = ndimage.gaussian_filter(RNG.uniform(0, 255, (8, 21, 17, 1)), (0, 2, 2, 0))
SMOOTH = SMOOTH.astype(np.float32)


def test_seeds_are_as_many_as_asked_and_all_differ() -> None:
    seeds = split_seed(SEED, 4)
    assert len({tuple(each.numpy()) for each in seeds}) == len(seeds) == 4
    np.testing.assert_array_equal(split_seed(SEED, 4)[3], seeds[3])


def test_uniform_numbers() -> None:
    drawn = uniform([4000], SEED).numpy()
    assert drawn.dtype == np.float32 and drawn.min() >= 0 and drawn.max() < 1
    assert stats.kstest(drawn, "uniform").pvalue > 1e-3
    np.testing.assert_allclose(uniform([4000], SEED, -2, 6), drawn * 8 - 2, atol=1e-5)


@pytest.mark.parametrize("flip", [False, True])
def test_flip_and_translate(flip: bool) -> None:
    """By up to 2 of 9 rows and 2 of 7 columns, with the picture mirrored behind its border."""
    found = transforms.flip_and_translate(tf.constant(NOISE), SEED, flip=flip, translate=0.25)
    down, right, mirror = split_seed(SEED, 3)
    shifts = [
        tf.random.stateless_uniform([40, 1], each, -2, 3, tf.int32).numpy()[:, 0]
        for each in (down, right)
    ]
    flipped = uniform([40, 1], mirror).numpy()[:, 0] < 0.5
    assert {*shifts[0]} == {*shifts[1]} == {-2, -1, 0, 1, 2}
    assert 10 < flipped.sum() < 30
    for picture, result, y, x, turn in zip(NOISE, found.numpy(), *shifts, flipped, strict=True):
        rows, columns = reflected(np.arange(9) + y, 9), reflected(np.arange(7) + x, 7)
        columns = 6 - columns if flip and turn else columns
        np.testing.assert_array_equal(result, picture[rows][:, columns])


def reflected(index: np.ndarray, size: int) -> np.ndarray:
    """Indices mirrored at the border, which is not repeated."""
    period = 2 * (size - 1)
    index = index % period
    return np.where(index < size, index, period - index)


def test_a_shift_never_leaves_the_picture() -> None:
    tiny = np.arange(3, dtype=np.uint8).reshape(1, 1, 3, 1).repeat(200, 0)
    found = transforms.flip_and_translate(tf.constant(tiny), SEED, flip=False, translate=1.0)
    assert {tuple(row) for row in found.numpy().reshape(200, 3)} == {
        (0, 1, 2), (1, 0, 1), (1, 2, 1), (2, 1, 0),
    }  # fmt: skip


@pytest.mark.parametrize("flip", [False, True])
def test_warp(flip: bool) -> None:
    found = transforms.warp(
        tf.constant(SMOOTH), SEED, flip=flip, translate=0.1, rotation=30.0, zoom=0.25
    )
    seeds = split_seed(SEED, 5)
    angle = np.radians(30) * uniform([8], seeds[0], -1, 1).numpy()
    scale = 1 / (1 + 0.25 * uniform([8], seeds[1], -1, 1).numpy())
    shift = 0.1 * uniform([8, 2], seeds[2], -1, 1).numpy() * [17, 21]
    mirror = np.where(uniform([8], seeds[3]).numpy() < 0.5, -1, 1) if flip else np.ones(8)
    assert not flip or {*mirror} == {-1, 1}
    for number, picture in enumerate(SMOOTH[..., 0]):
        turn = np.array(
            [
                [np.cos(angle[number]), -np.sin(angle[number])],
                [np.sin(angle[number]), np.cos(angle[number])],
            ]
        )
        matrix = scale[number] * turn @ np.diag([mirror[number], 1])
        expected = resampled(picture, matrix, shift[number])
        np.testing.assert_allclose(found[number, ..., 0], expected, atol=0.5)


def resampled(picture: np.ndarray, matrix: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """`output(p) = input(matrix · (p - centre) + centre + shift)` over (x, y), bilinearly."""
    height, width = picture.shape
    rows, columns = np.indices(picture.shape)
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    places = np.stack([columns, rows], -1) - centre
    x, y = np.moveaxis(places @ matrix.T + centre + shift, -1, 0)
    return ndimage.map_coordinates(picture, [y, x], order=1, mode="reflect")


def test_affine() -> None:
    matrix, shift = RNG.normal(0, 0.3, (8, 2, 2)) + np.eye(2), RNG.normal(0, 2, (8, 2))
    found = transforms.apply_affine(
        tf.constant(SMOOTH), tf.constant(matrix, tf.float32), tf.constant(shift, tf.float32)
    )
    assert found.dtype == tf.float32 and found.shape == SMOOTH.shape
    for number, picture in enumerate(SMOOTH[..., 0]):
        expected = resampled(picture, matrix[number], shift[number])
        np.testing.assert_allclose(found[number, ..., 0], expected, atol=0.5)


@pytest.mark.parametrize("channels", [1, 3])
def test_colour(channels: int) -> None:
    images = NOISE[..., :channels].astype(np.float32)
    found = transforms.jitter_color(tf.constant(images), SEED, strength=0.3)
    bright, contrast, saturation = (
        uniform([40, 1, 1, 1], each, -0.3, 0.3).numpy() for each in split_seed(SEED, 3)
    )
    grey = images @ [[0.299], [0.587], [0.114]] if channels == 3 else images
    mean = grey.mean((1, 2), keepdims=True)
    expected = grey + (images - grey) * (1 + saturation)
    # Contrast turns about the mean of the whole picture; brightness is added.
    expected = mean + (expected - mean) * (1 + contrast) + bright * 255
    np.testing.assert_allclose(found, np.clip(expected, 0, 255), atol=0.01)


def test_luma_is_pillows_grey() -> None:
    images = tf.constant([[[[255.0, 0, 0], [0, 255, 0], [0, 0, 255]]]])
    np.testing.assert_allclose(
        transforms.luma(images)[0, 0, :, 0], [76.245, 149.685, 29.07], atol=1e-3
    )
    grey = tf.constant([[[[7.0]]]])
    np.testing.assert_array_equal(transforms.luma(grey), grey)


def test_boxes() -> None:
    tall, wide = tf.constant([0.5, 0.5, 0.26, 2.0, 0.0]), tf.constant([0.25, 1.5, 0.25, 0.1, 1.0])
    place = tf.constant([[0.0, 0.0], [0.999, 0.5], [0.5, 0.999], [0.7, 0.7], [0.5, 0.5]])
    masks = transforms.box_mask(6, 8, tall, wide, place).numpy()
    assert masks.shape == (5, 6, 8, 1) and masks.dtype == bool
    expected = np.zeros((5, 6, 8), bool)
    expected[0, 0:3, 0:2] = True
    expected[1, 3:6, 0:8] = True  # wider than the picture: its width
    expected[2, 2:4, 6:8] = True  # 0.26 of 6 rows are 2; there are 5 places for them
    expected[3, 0:6, 5:6] = True
    np.testing.assert_array_equal(masks[..., 0], expected)


def test_erased_boxes_have_the_papers_areas_and_aspects() -> None:
    flat = tf.fill([1500, 100, 100, 1], 300.0)
    found = transforms.erase(flat, SEED, probability=1.0).numpy()[..., 0]
    gone = found != 300
    tall, wide = gone.any(2).sum(1), gone.any(1).sum(1)
    np.testing.assert_array_equal(gone.sum((1, 2)), tall * wide)
    inside = (tall < 99) & (wide < 99)
    areas, aspects = (tall * wide)[inside] / 1e4, np.log((tall / wide)[inside])
    assert 0.018 < areas.min() < 0.025 and 0.36 < areas.max() < 0.405
    assert areas.mean() == pytest.approx(0.205, abs=0.015)
    assert np.abs(aspects).max() == pytest.approx(-math.log(0.3), abs=0.1)
    assert abs(aspects.mean()) < 0.06 and aspects.std() == pytest.approx(0.68, abs=0.05)
    noise = found[gone]
    assert set(noise.astype(int)) == set(range(256)) and noise.mean() == pytest.approx(127.5, abs=1)
    assert noise.std() == pytest.approx(math.sqrt((256**2 - 1) / 12), abs=0.5)
    starts = gone.any(2).argmax(1)[inside] / (100 - tall[inside])
    assert starts.mean() == pytest.approx(0.5, abs=0.04) and starts.min() == 0 and starts.max() == 1


@pytest.mark.parametrize("probability", [0.25, 0.7])
def test_only_some_pictures_are_erased(probability: float) -> None:
    flat = tf.fill([1000, 12, 12, 3], 300.0)
    found = transforms.erase(flat, SEED, probability=probability).numpy()
    assert (found != 300).any((1, 2, 3)).mean() == pytest.approx(probability, abs=0.04)


def test_a_batch_of_unknown_size() -> None:
    @tf.function(input_signature=[tf.TensorSpec((None, 9, 7, 3), tf.uint8)])
    def graph(images: tf.Tensor) -> tf.Tensor:
        return transforms.flip_and_translate(images, SEED, flip=True, translate=0.25)

    expected = transforms.flip_and_translate(NOISE, SEED, flip=True, translate=0.25)
    np.testing.assert_array_equal(graph(NOISE), expected)
