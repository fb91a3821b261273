"""RandAugment on whole batches: each picture gets its own operations, each is computed once.

A batch is parted by kind of operation (resampling, tone curve, saturation, sharpness, none), each
part is changed at once, and the parts are put back in order.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasapps.preprocess.transforms import LUMA, apply_affine, luma, split_seed, uniform

OPERATIONS = (
    "shear_x",
    "shear_y",
    "translate_x",
    "translate_y",
    "rotate",
    "brightness",
    "contrast",
    "solarize",
    "posterize",
    "autocontrast",
    "equalize",
    "color",
    "sharpness",
    "identity",
)
_KINDS = (0,) * 5 + (1,) * 6 + (2, 3, 4)
_MAGNITUDE = 9 / 30  # what the paper chose for ResNet-50 on ImageNet, of at most 30
# The largest strength of each operation, reached at magnitude 30 (AutoAugment, table 6).
_SHEAR, _TRANSLATE, _ROTATE, _ENHANCE, _POSTERIZE = 0.3, 150 / 331, 0.5236, 0.9, 4


def randaugment(images: Any, seed: Any, *, operations: int) -> tf.Tensor:
    """Apply `operations` random operations, one after the other, to every picture.

    Args:
        images: uint8 or float32 `(batch, height, width, channels)`, 0 to 255.
        seed: int64 `(2,)`.
        operations: how many.

    Returns:
        uint8.

    Reference: Cubuk et al. 2020, "RandAugment", section 3, with magnitude 9 of 30.
    """
    pixels = to_uint8(images)
    for operation_seed in split_seed(seed, operations):
        choice, sign = split_seed(operation_seed, 2)
        batch = tf.shape(pixels)[0]
        chosen = tf.random.stateless_uniform([batch], choice, 0, len(OPERATIONS), tf.int32)
        signs = tf.where(uniform([batch], sign) < 0.5, -1.0, 1.0)
        pixels = apply_operations(pixels, chosen, signs * _MAGNITUDE)
    return pixels


def apply_operations(pixels: Any, chosen: Any, levels: Any) -> tf.Tensor:
    """Apply to each picture its operation.

    Args:
        pixels: uint8 `(batch, height, width, channels)`.
        chosen: int32 `(batch,)`, index into `OPERATIONS`.
        levels: float32 `(batch,)`, -1 to 1; the sign is the direction where there is one.

    Returns:
        uint8.
    """
    shape = pixels.shape
    kinds = tf.gather(tf.constant(_KINDS), chosen)
    count = max(_KINDS) + 1
    places = tf.dynamic_partition(tf.range(tf.shape(pixels)[0]), kinds, count)
    parts = [
        change(tf.ensure_shape(part, [None, *shape[1:]]), operation, level)
        for change, part, operation, level in zip(
            (_resample, _tone, _saturate, _sharpen, _keep),
            tf.dynamic_partition(pixels, kinds, count),
            tf.dynamic_partition(chosen, kinds, count),
            tf.dynamic_partition(levels, kinds, count),
            strict=True,
        )
    ]
    return tf.ensure_shape(tf.dynamic_stitch(places, parts), shape)


def to_uint8(images: Any) -> tf.Tensor:
    """Rounded and clipped to 0..255."""
    if images.dtype == tf.uint8:
        return images
    return tf.cast(tf.clip_by_value(tf.round(images), 0, 255), tf.uint8)


def _resample(pixels: Any, operation: Any, level: Any) -> tf.Tensor:
    def amount(name: str, most: float) -> tf.Tensor:
        return tf.where(operation == OPERATIONS.index(name), level * most, 0.0)

    _, height, width, _ = pixels.shape
    angle = amount("rotate", _ROTATE)
    cosine, sine = tf.cos(angle), tf.sin(angle)
    shear_x, shear_y = amount("shear_x", _SHEAR), amount("shear_y", _SHEAR)
    matrix = tf.stack([cosine, shear_x - sine, shear_y + sine, cosine], axis=1)
    shift = tf.stack(
        [amount("translate_x", _TRANSLATE * width), amount("translate_y", _TRANSLATE * height)], 1
    )
    return to_uint8(apply_affine(pixels, tf.reshape(matrix, [-1, 2, 2]), shift))


def _tone(pixels: Any, operation: Any, level: Any) -> tf.Tensor:
    """Every operation that maps values to values is a table per picture and channel."""
    channels = pixels.shape[-1]
    count = tf.shape(pixels)[0]
    first = tf.reshape(tf.range(count * channels) * 256, [count, 1, 1, channels])
    places = tf.cast(pixels, tf.int32) + first
    size = count * channels * 256
    histogram = tf.math.bincount(tf.reshape(places, [-1]), minlength=size, maxlength=size)
    histogram = tf.reshape(tf.cast(histogram, tf.float32), [count, channels, 256])
    column = [-1, 1, 1]
    tables = _tables(histogram, tf.reshape(operation, column), tf.reshape(level, column))
    return tf.gather(tf.reshape(tables, [-1]), places)


def _tables(histogram: Any, operation: Any, level: Any) -> tf.Tensor:
    """uint8 `(n, channels, 256)`: the new value of each old one.

    Args:
        histogram: float32 `(n, channels, 256)`.
        operation: int32 `(n, 1, 1)`.
        level: float32 `(n, 1, 1)`.
    """
    value = tf.range(256, dtype=tf.float32)[tf.newaxis, tf.newaxis]
    strength = tf.abs(level)
    bits = 8 - tf.round(strength * _POSTERIZE)
    step = 2.0 ** (8 - bits)
    candidates = {
        "brightness": value * (1 + level * _ENHANCE),
        "contrast": _contrast(histogram, value, 1 + level * _ENHANCE),
        "solarize": tf.where(value >= 255 * (1 - strength), 255 - value, value),
        "posterize": tf.floor(value / step) * step,
        "autocontrast": _autocontrast(histogram, value),
        "equalize": _equalize(histogram, value),
    }
    table = tf.zeros_like(histogram)
    for name, candidate in candidates.items():
        table = tf.where(operation == OPERATIONS.index(name), candidate, table)
    return to_uint8(table)


def _contrast(histogram: Any, value: Any, factor: Any) -> tf.Tensor:
    means = tf.reduce_sum(histogram * value, 2) / tf.reduce_sum(histogram, 2)
    weights = tf.constant(LUMA if histogram.shape[1] == 3 else (1.0,))
    mean = tf.linalg.matvec(means, weights)[:, tf.newaxis, tf.newaxis]
    return mean + (value - mean) * factor


def _autocontrast(histogram: Any, value: Any) -> tf.Tensor:
    """Stretch each channel to 0..255; one of a single value stays."""
    used = histogram > 0
    low = tf.reduce_min(tf.where(used, value, 255.0), 2, keepdims=True)
    high = tf.reduce_max(tf.where(used, value, 0.0), 2, keepdims=True)
    return tf.where(high > low, (value - low) * 255 / tf.maximum(high - low, 1), value)


def _equalize(histogram: Any, value: Any) -> tf.Tensor:
    """Pillow's `ImageOps.equalize`: whole-number steps of the cumulated histogram."""
    used = histogram > 0
    highest = tf.reduce_max(tf.where(used, value, 0.0), 2, keepdims=True)
    last = tf.reduce_sum(tf.where(value == highest, histogram, 0.0), 2, keepdims=True)
    step = tf.floor((tf.reduce_sum(histogram, 2, keepdims=True) - last) / 255)
    below = tf.cumsum(histogram, axis=2, exclusive=True)
    return tf.where(step > 0, tf.floor((tf.floor(step / 2) + below) / tf.maximum(step, 1)), value)


def _saturate(pixels: Any, operation: Any, level: Any) -> tf.Tensor:
    images = tf.cast(pixels, tf.float32)
    grey = luma(images)
    return to_uint8(grey + (images - grey) * _factor(level))


def _sharpen(pixels: Any, operation: Any, level: Any) -> tf.Tensor:
    """Pillow's `ImageEnhance.Sharpness`: away from, or towards, a smoothed picture."""
    images = tf.cast(pixels, tf.float32)
    inner = images[:, 1:-1, 1:-1]
    rows = images[:, :-2] + images[:, 1:-1] + images[:, 2:]
    square = rows[:, :, :-2] + rows[:, :, 1:-1] + rows[:, :, 2:]
    smooth = (square + 4 * inner) / 13  # weights 1 around 5
    # Pillow leaves the border as it is.
    detail = tf.pad(inner - smooth, [[0, 0], [1, 1], [1, 1], [0, 0]])
    return to_uint8(images + detail * (_factor(level) - 1))


def _factor(level: Any) -> tf.Tensor:
    return 1 + level[:, tf.newaxis, tf.newaxis, tf.newaxis] * _ENHANCE


def _keep(pixels: Any, operation: Any, level: Any) -> tf.Tensor:
    return pixels
