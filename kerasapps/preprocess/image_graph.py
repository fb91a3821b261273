"""Encoded pictures → model inputs as TensorFlow operations, for the SavedModel.

The same steps as `preprocess.image`, which uses Pillow: decode, turn upright, lay transparency on
white, resize with an antialiased triangle filter. Values differ by a level where two decoders or
two filters round differently; the gate compares both on odd files.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow as tf

from kerasapps.preprocess.decoders.formats import damage_of, read_picture
from kerasapps.preprocess.decoders.frame import resize, turn_upright, with_channels
from kerasapps.preprocess.decoders.orientation import orientation_of
from kerasapps.preprocess.image import ImageSpec


class Pictures(NamedTuple):
    """A batch of decoded pictures.

    Attributes:
        inputs: float32 `(batch, height, width, channels)`, whole numbers from 0 to 255; black
            where a picture was refused.
        errors: strings `(batch,)`, why a picture was refused; empty where it was not.

    Examples:
        >>> spec = kerasapps.preprocess.ImageSpec(height=8, width=8, channels=3)
        >>> pictures = kerasapps.preprocess.decode_batch(tf.constant(["no picture"]), spec)
        >>> bool(pictures.errors[0] == b"")
        False
    """

    inputs: Any
    errors: Any


def decode_batch(encoded: Any, spec: ImageSpec) -> Pictures:
    """Model inputs from encoded pictures; what one of them is, is nothing to the others.

    Args:
        encoded: strings `(batch,)`, each the bytes of a JPEG, PNG, GIF, BMP or WebP file.
        spec: size, channels and aspect policy.

    Examples:
        >>> spec = kerasapps.preprocess.ImageSpec(height=8, width=8, channels=3)
        >>> encoded = tf.io.encode_png(np.zeros((20, 30, 3), np.uint8))
        >>> kerasapps.preprocess.decode_batch(encoded[tf.newaxis], spec).inputs.shape
        TensorShape([1, 8, 8, 3])
    """
    count = tf.size(encoded, out_type=tf.int64)
    # Operations that fail on damaged files can be caught in a data set, and nowhere else.
    rows = (
        tf.data.Dataset.from_tensor_slices((tf.range(count), encoded))
        .map(lambda row, file: (row, *_prepare(file, spec)), tf.data.AUTOTUNE, deterministic=True)
        .ignore_errors()
    )
    # One row more than there are: a data set of none would fail.
    end = tf.data.Dataset.from_tensors((count, tf.zeros(spec.shape), tf.constant("")))
    numbers, inputs, errors = rows.concatenate(end).batch(count + 1).get_single_element()
    read = tf.cast(numbers, tf.int32)[:-1]
    places = tf.fill([tf.cast(count, tf.int32)], -1)
    places = tf.tensor_scatter_nd_update(places, read[:, tf.newaxis], tf.range(tf.size(read)))
    lost = places < 0
    last = tf.where(lost, tf.size(read), places)
    rows_kept = tf.ensure_shape(tf.gather(inputs, last), (None, *spec.shape))
    return Pictures(rows_kept, tf.where(lost, damage_of(encoded), tf.gather(errors, last)))


def _prepare(encoded: Any, spec: ImageSpec) -> tuple[Any, Any]:
    """One file as model input, black where it is refused, and why it is."""
    picture = read_picture(encoded)
    orientation, strange = orientation_of(picture.exif, picture.xmp)
    problem = tf.where(tf.equal(picture.problem, b""), strange, picture.problem)
    pixels = with_channels(tf.ensure_shape(picture.pixels, (None, None, 3)), spec.channels)
    inputs = resize(turn_upright(pixels, orientation), spec)
    inputs = tf.where(tf.equal(problem, b""), inputs, 0.0)
    return tf.ensure_shape(inputs, spec.shape), problem
