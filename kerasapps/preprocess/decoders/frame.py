"""Upright, of the model's channels and size: what follows on decoding, as graph operations."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasapps.preprocess.image import ImageSpec


def turn_upright(pixels: Any, orientation: Any) -> tf.Tensor:
    """Undoes what orientations 2 to 8 say was done to a picture `(height, width, channels)`."""
    turns = {
        0: lambda: pixels,
        1: lambda: pixels[:, ::-1],
        2: lambda: pixels[::-1, ::-1],
        3: lambda: pixels[::-1],
        4: lambda: tf.transpose(pixels, (1, 0, 2)),
        5: lambda: tf.transpose(pixels, (1, 0, 2))[:, ::-1],
        6: lambda: tf.transpose(pixels[::-1, ::-1], (1, 0, 2)),
        7: lambda: tf.transpose(pixels, (1, 0, 2))[::-1],
    }
    return tf.switch_case(orientation - 1, turns)


def with_channels(pixels: Any, channels: int) -> tf.Tensor:
    """uint8 `(height, width, 3)` as it is, or as grey: ITU-R 601 luma in Pillow's arithmetic."""
    if channels == 3:
        return pixels
    weighed = tf.cast(pixels, tf.int32) * (19595, 38470, 7471)
    grey = (tf.reduce_sum(weighed, axis=-1, keepdims=True) + 32768) // 65536
    return tf.cast(grey, tf.uint8)


def resize(pixels: Any, spec: ImageSpec) -> tf.Tensor:
    """float32 `(spec.height, spec.width, channels)`, whole numbers from 0 to 255.

    A triangle filter whose support grows with the reduction. Pillow has the same, but rounds after
    rows and after columns, which makes a level of difference at most.
    """
    have = tf.cast(tf.shape(pixels)[:2], tf.float32)
    want = tf.constant([spec.height, spec.width], tf.float32)
    if spec.resize == "stretch":
        return _scale(pixels, want / have, want, shift=tf.zeros(2))
    if spec.resize == "crop":
        factor = tf.reduce_max(want / have) * tf.ones(2)
        return _scale(pixels, factor, want, shift=(want - have * factor) / 2)
    inner = tf.maximum(1.0, tf.round(have * tf.reduce_min(want / have)))
    resized = _scale(pixels, inner / have, inner, shift=tf.zeros(2))
    before = tf.cast((want - inner) // 2, tf.int32)
    return tf.image.pad_to_bounding_box(resized, before[0], before[1], spec.height, spec.width)


def _scale(pixels: Any, factor: Any, size: Any, *, shift: Any) -> tf.Tensor:
    scaled = tf.raw_ops.ScaleAndTranslate(
        images=pixels[tf.newaxis],
        size=tf.cast(size, tf.int32),
        scale=factor,
        translation=shift,
        kernel_type="triangle",
        antialias=True,
    )[0]
    return tf.clip_by_value(tf.floor(scaled + 0.5), 0.0, 255.0)
