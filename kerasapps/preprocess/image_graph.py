"""Encoded pictures → model inputs as TensorFlow operations, for the SavedModel.

The same steps as `preprocess.image`, which uses Pillow: decode, turn upright, lay transparency on
white, resize with an antialiased triangle filter. Values differ by a level or two where the two
JPEG decoders round differently; the gate judges what that does to the labels.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasapps.preprocess.image import ImageSpec

_EXIF_BYTES = 65536  # the EXIF block opens the file and is at most this long
_LITTLE_ENDIAN = (0x12, 0x01, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00)
_BIG_ENDIAN = (0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01)


def decode_batch(encoded: Any, spec: ImageSpec) -> tf.Tensor:
    """Model inputs from encoded pictures.

    Args:
        encoded: strings `(batch,)`, each the bytes of a JPEG, PNG, GIF, BMP or WebP file.
        spec: size, channels and aspect policy.

    Returns:
        float32 `(batch, height, width, channels)`, whole numbers from 0 to 255.
    """
    shape = tf.TensorSpec(spec.shape, tf.float32)
    return tf.map_fn(lambda one: _prepare(one, spec), encoded, fn_output_signature=shape)


def _prepare(encoded: Any, spec: ImageSpec) -> tf.Tensor:
    picture = _turn_upright(_decode(encoded), _orientation(encoded))
    if spec.channels == 1:
        # ITU-R 601 luma in Pillow's fixed-point arithmetic.
        weights = tf.constant([19595.0, 38470.0, 7471.0])
        picture = tf.floor((tf.tensordot(picture, weights, 1) + 32768.0) / 65536.0)[..., tf.newaxis]
    resized = _resize(picture, spec)
    return tf.ensure_shape(tf.clip_by_value(tf.round(resized), 0.0, 255.0), spec.shape)


def _decode(encoded: Any) -> tf.Tensor:
    """float32 `(height, width, 3)`, 0 to 255."""
    head = tf.strings.substr(encoded, 0, 4)
    formats = {
        b"\xff\xd8": _decode_jpeg,
        b"\x89P": _decode_png,
        b"GI": _decode_gif,
        b"RI": _decode_webp,
    }
    cases = [
        (tf.equal(tf.strings.substr(head, 0, 2), start), lambda decode=decode: decode(encoded))
        for start, decode in formats.items()
    ]
    return tf.case(cases, default=lambda: _decode_bmp(encoded), exclusive=True)


def _decode_jpeg(encoded: Any) -> tf.Tensor:
    pixels = tf.io.decode_jpeg(encoded, channels=3, dct_method="INTEGER_ACCURATE")
    return tf.cast(pixels, tf.float32)


def _decode_png(encoded: Any) -> tf.Tensor:
    return _on_white(tf.io.decode_png(encoded, channels=4))


def _decode_gif(encoded: Any) -> tf.Tensor:
    return tf.cast(tf.io.decode_gif(encoded)[0], tf.float32)


def _decode_webp(encoded: Any) -> tf.Tensor:
    pixels = tf.io.decode_webp(encoded)[0]  # three channels, or four with transparency
    opaque = tf.equal(tf.shape(pixels)[-1], 3)
    return tf.cond(opaque, lambda: tf.cast(pixels, tf.float32), lambda: _on_white(pixels))


def _decode_bmp(encoded: Any) -> tf.Tensor:
    pixels = tf.cast(tf.io.decode_bmp(encoded), tf.float32)
    grey = tf.equal(tf.shape(pixels)[-1], 1)
    return tf.cond(grey, lambda: tf.repeat(pixels, 3, axis=-1), lambda: pixels[..., :3])


def _on_white(pixels: Any) -> tf.Tensor:
    values = tf.cast(pixels, tf.float32)
    opacity = values[..., 3:] / 255.0
    return tf.round(values[..., :3] * opacity + 255.0 * (1.0 - opacity))


def _orientation(encoded: Any) -> tf.Tensor:
    """The EXIF orientation of a JPEG, 1 where there is none.

    The tag is found by its entry's bytes: number 0x0112, type 3 (short), count 1, in either byte
    order; the value follows.
    """
    start = tf.io.decode_raw(tf.strings.substr(encoded, 0, _EXIF_BYTES), tf.uint8)
    little = _value_after(start, _LITTLE_ENDIAN, offset=0)
    big = _value_after(start, _BIG_ENDIAN, offset=1)
    found = tf.maximum(little, big)
    exif = tf.equal(tf.strings.substr(encoded, 0, 2), b"\xff\xd8")
    return tf.where(exif & (found >= 1) & (found <= 8), found, 1)


def _value_after(content: Any, pattern: tuple[int, ...], *, offset: int) -> tf.Tensor:
    """The byte `offset` after the first occurrence of `pattern`, 0 where there is none."""
    count = tf.maximum(tf.size(content) - len(pattern) - 1, 0)
    same = tf.fill([count], True)
    for index, value in enumerate(pattern):
        same &= tf.equal(content[index : index + count], value)
    position = tf.argmax(tf.cast(same, tf.int32), output_type=tf.int32)
    return tf.cond(
        tf.reduce_any(same),
        lambda: tf.cast(content[position + len(pattern) + offset], tf.int32),
        lambda: tf.constant(0),
    )


def _turn_upright(picture: Any, orientation: Any) -> tf.Tensor:
    """Undoes what EXIF orientations 2 to 8 say was done to the picture."""
    turns = {
        0: lambda: picture,
        1: lambda: picture[:, ::-1],
        2: lambda: picture[::-1, ::-1],
        3: lambda: picture[::-1],
        4: lambda: tf.transpose(picture, (1, 0, 2)),
        5: lambda: tf.transpose(picture, (1, 0, 2))[:, ::-1],
        6: lambda: tf.transpose(picture[::-1, ::-1], (1, 0, 2)),
        7: lambda: tf.transpose(picture, (1, 0, 2))[::-1],
    }
    return tf.switch_case(orientation - 1, turns)


def _resize(picture: Any, spec: ImageSpec) -> tf.Tensor:
    have = tf.cast(tf.shape(picture)[:2], tf.float32)
    want = tf.constant([spec.height, spec.width], tf.float32)
    if spec.resize == "stretch":
        return _scale(picture, want / have, want, shift=tf.zeros(2))
    if spec.resize == "crop":
        factor = tf.reduce_max(want / have) * tf.ones(2)
        return _scale(picture, factor, want, shift=(want - have * factor) / 2)
    inner = tf.maximum(1.0, tf.round(have * tf.reduce_min(want / have)))
    resized = tf.round(_scale(picture, inner / have, inner, shift=tf.zeros(2)))
    before = tf.cast((want - inner) // 2, tf.int32)
    return tf.image.pad_to_bounding_box(resized, before[0], before[1], spec.height, spec.width)


def _scale(picture: Any, factor: Any, size: Any, *, shift: Any) -> tf.Tensor:
    return tf.raw_ops.ScaleAndTranslate(
        images=picture[tf.newaxis],
        size=tf.cast(size, tf.int32),
        scale=factor,
        translation=shift,
        kernel_type="triangle",
        antialias=True,
    )[0]
