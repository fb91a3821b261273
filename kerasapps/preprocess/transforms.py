"""Batched, stateless changes of pictures: geometry, colour and erasing.

`images` is `(batch, height, width, channels)`, 0 to 255, everywhere; `seed` is int64 `(2,)`.
"""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

LUMA = (0.299, 0.587, 0.114)  # ITU-R 601, as Pillow's conversion to grey


def split_seed(seed: Any, count: int) -> list[tf.Tensor]:
    """`count` independent seeds."""
    return list(tf.unstack(tf.random.experimental.stateless_split(seed, count)))


def uniform(shape: Any, seed: Any, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
    """float32 in [low, high)."""
    return tf.random.stateless_uniform(shape, seed, low, high)


def flip_and_translate(images: Any, seed: Any, *, flip: bool, translate: float) -> tf.Tensor:
    """Mirror half of the pictures and shift all by whole pixels, in one copy.

    The dtype stays. What moves in at the border is the picture mirrored there.

    Args:
        images: uint8 or float32.
        seed: of this batch.
        flip: mirror left to right.
        translate: largest shift as a share of height and width.

    Examples:
        >>> pictures = np.zeros((2, 8, 8, 3), np.uint8)
        >>> mirrored = kerasapps.preprocess.flip_and_translate(
        ...     pictures, (0, 1), flip=True, translate=0.1
        ... )
        >>> mirrored.dtype
        tf.uint8
    """
    batch, height, width, channels = _shape(images)
    seeds = split_seed(seed, 3)
    rows = tf.range(height)[tf.newaxis] + _shifts(batch, height, translate, seeds[0])
    columns = tf.range(width)[tf.newaxis] + _shifts(batch, width, translate, seeds[1])
    rows, columns = _mirror(rows, height), _mirror(columns, width)
    if flip:
        mirrored = uniform([batch, 1], seeds[2]) < 0.5
        columns = tf.where(mirrored, width - 1 - columns, columns)
    pixels = tf.reshape(images, [batch, height * width, channels])
    places = tf.reshape(rows[:, :, tf.newaxis] * width + columns[:, tf.newaxis], [batch, -1])
    return tf.reshape(tf.gather(pixels, places, batch_dims=1), tf.shape(images))


def warp(
    images: Any, seed: Any, *, flip: bool, translate: float, rotation: float, zoom: float
) -> tf.Tensor:
    """Mirror, shift, turn and scale at once, bilinearly, mirrored at the border.

    Args:
        images: uint8 or float32.
        seed: of this batch.
        flip: mirror half of the pictures left to right.
        translate: largest shift as a share of height and width.
        rotation: largest angle in degrees.
        zoom: largest change of scale as a share.

    Returns:
        float32.

    Examples:
        >>> pictures = np.zeros((2, 8, 8, 3), np.uint8)
        >>> kerasapps.preprocess.warp(
        ...     pictures, (0, 1), flip=True, translate=0.1, rotation=10, zoom=0.1
        ... ).shape
        TensorShape([2, 8, 8, 3])
    """
    batch, height, width, _ = _shape(images)
    seeds = split_seed(seed, 5)
    size = tf.cast([width, height], tf.float32)
    angle = uniform([batch], seeds[0], -1, 1) * (rotation * math.pi / 180)
    scale = 1 / (1 + uniform([batch], seeds[1], -1, 1) * zoom)
    shift = uniform([batch, 2], seeds[2], -1, 1) * translate * size
    mirror = tf.where(uniform([batch], seeds[3]) < 0.5, -1.0, 1.0) if flip else tf.ones([batch])
    cosine, sine = tf.cos(angle) * scale, tf.sin(angle) * scale
    matrix = tf.stack([cosine * mirror, -sine, sine * mirror, cosine], axis=1)
    return apply_affine(images, tf.reshape(matrix, [batch, 2, 2]), shift)


def apply_affine(images: Any, matrix: Any, shift: Any) -> tf.Tensor:
    """Resample so that `output(p) = input(matrix · (p - centre) + centre + shift)`.

    Args:
        images: uint8 or float32.
        matrix: float32 `(batch, 2, 2)` over (x, y).
        shift: float32 `(batch, 2)`, (x, y) in pixels.

    Returns:
        float32.
    """
    _, height, width, _ = _shape(images)
    centre = (tf.cast([width, height], tf.float32) - 1) / 2
    offset = centre - tf.linalg.matvec(matrix, centre) + shift
    rows = tf.concat([matrix, offset[:, :, tf.newaxis]], axis=2)
    last = tf.zeros_like(shift)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=tf.cast(images, tf.float32),
        transforms=tf.concat([tf.reshape(rows, [-1, 6]), last], axis=1),
        output_shape=[height, width],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )


def jitter_color(images: Any, seed: Any, *, strength: float) -> tf.Tensor:
    """Change brightness, contrast and (of colour pictures) saturation, each by up to `strength`.

    Args:
        images: float32.
        seed: of this batch.
        strength: share; 0.2 scales contrast by 0.8 to 1.2 and adds up to 0.2 · 255.

    Examples:
        >>> pictures = np.zeros((2, 8, 8, 3), np.float32)
        >>> kerasapps.preprocess.jitter_color(pictures, (0, 1), strength=0.2).shape
        TensorShape([2, 8, 8, 3])
    """
    batch, _, _, channels = _shape(images)
    bright, contrast, saturation = (
        uniform([batch, 1, 1, 1], one, -strength, strength) for one in split_seed(seed, 3)
    )
    grey = luma(images)
    mean = tf.reduce_mean(grey, axis=[1, 2], keepdims=True)
    if channels == 3:
        images = grey + (images - grey) * (1 + saturation)
    images = images * (1 + contrast) + (bright * 255 - mean * contrast)
    return tf.clip_by_value(images, 0, 255)


def luma(images: Any) -> tf.Tensor:
    """Grey value of float32 pictures, `(batch, height, width, 1)`."""
    if images.shape[-1] == 1:
        return images
    red, green, blue = tf.unstack(images, axis=-1)
    return (red * LUMA[0] + green * LUMA[1] + blue * LUMA[2])[..., tf.newaxis]


def erase(images: Any, seed: Any, *, probability: float) -> tf.Tensor:
    """Fill a random rectangle of some pictures with noise.

    Area 2 % to 40 %, aspect 0.3 to 1/0.3, as in the paper; a rectangle that would stand out of the
    picture is cut off there instead of drawn again.

    Args:
        images: float32.
        seed: of this batch.
        probability: of a picture to lose a rectangle.

    Reference: Zhong et al. 2020, "Random Erasing Data Augmentation", algorithm 1.

    Examples:
        >>> pictures = np.zeros((2, 8, 8, 3), np.float32)
        >>> kerasapps.preprocess.erase(pictures, (0, 1), probability=1.0).shape
        TensorShape([2, 8, 8, 3])
    """
    batch, height, width, _ = _shape(images)
    chance, area_seed, ratio_seed, place, noise = split_seed(seed, 5)
    area = uniform([batch], area_seed, 0.02, 0.4)
    ratio = tf.exp(uniform([batch], ratio_seed, math.log(0.3), -math.log(0.3)))
    area = tf.where(uniform([batch], chance) < probability, area, 0.0)
    inside = box_mask(
        height, width, tf.sqrt(area * ratio), tf.sqrt(area / ratio), uniform([batch, 2], place)
    )
    return tf.where(inside, tf.cast(_random_bytes(tf.shape(images), noise), tf.float32), images)


def box_mask(height: int, width: int, tall: Any, wide: Any, place: Any) -> tf.Tensor:
    """Where a rectangle lies, bool `(batch, height, width, 1)`.

    Args:
        height: of the picture in pixels.
        width: of the picture in pixels.
        tall: `(batch,)`, share of the height; above 1 counts as 1.
        wide: `(batch,)`, share of the width.
        place: `(batch, 2)` in 0..1: where in its range the rectangle's top left corner lies.
    """
    rows = _span(height, tall, place[:, 0])
    columns = _span(width, wide, place[:, 1])
    return (rows[:, :, tf.newaxis] & columns[:, tf.newaxis])[..., tf.newaxis]


def _random_bytes(shape: Any, seed: Any) -> tf.Tensor:
    """uint8 noise; four values are cut from each random word."""
    count = tf.reduce_prod(shape)
    words = tf.random.stateless_uniform([(count + 3) // 4], seed, None, None, tf.int32)
    return tf.reshape(tf.reshape(tf.bitcast(words, tf.uint8), [-1])[:count], shape)


def _span(size: int, share: Any, place: Any) -> tf.Tensor:
    length = tf.round(tf.minimum(share, 1.0) * tf.cast(size, tf.float32))
    start = tf.floor(place * (tf.cast(size, tf.float32) - length + 1))
    position = tf.range(size, dtype=tf.float32)[tf.newaxis]
    start, length = start[:, tf.newaxis], length[:, tf.newaxis]
    return (position >= start) & (position < start + length)


def _shifts(batch: Any, size: int, share: float, seed: Any) -> tf.Tensor:
    """int32 `(batch, 1)`, each whole shift from -reach to reach equally likely."""
    reach = min(round(share * size), size - 1)
    return tf.random.stateless_uniform([batch, 1], seed, -reach, reach + 1, tf.int32)


def _mirror(index: Any, size: int) -> tf.Tensor:
    """Indices outside 0..size-1 reflected back, the border pixel not repeated."""
    return (size - 1) - tf.abs((size - 1) - tf.abs(index))


def _shape(images: Any) -> tuple[Any, int, int, int]:
    """The batch size, a tensor when it is not static, and the static picture shape."""
    _, height, width, channels = images.shape
    return images.shape[0] or tf.shape(images)[0], height, width, channels
