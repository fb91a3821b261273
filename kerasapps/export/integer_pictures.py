"""The int8 file of a network on pictures: all of it on whole numbers, as convolutions bear."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from kerasapps.export.integer import learnt_of, quantize
from kerasapps.export.ranges import narrow_ranges
from kerasapps.export.score_steps import whole_scores_suffice

PICTURES = f"{__name__}:integer_pictures"
PICTURE_NUMBERS = f"{__name__}:integer_picture_numbers"
"""The same where numbers are among what is answered."""


def integer_pictures(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """uint8 in; scores are uint8 as well, or float32 (see `score_steps`).

    Args:
        converter: gives one of the float network, without optimizations set.
        job: `calibration`: .npy with training pictures, uint8, `(n, height, width, channels)`;
            `outputs`: how many scores the network gives.
    """
    return _integer(converter, job, whole=whole_scores_suffice(job["outputs"]))


def integer_picture_numbers(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """uint8 in, float32 out: numbers in the unit of the target, scores; see `integer_pictures`."""
    return _integer(converter, job, whole=False)


def _integer(converter: Callable[[], Any], job: Mapping[str, Any], *, whole: bool) -> bytes:
    import tensorflow as tf
    from tensorflow.lite.python.util import modify_model_io_type

    calibration = np.load(job["calibration"], mmap_mode="r")
    network = converter()
    network.optimizations = [tf.lite.Optimize.DEFAULT]
    network.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    network.representative_dataset = lambda: examples(calibration)
    network._experimental_calibrate_only = True
    learnt, calibrated = learnt_of(job), bytes(network.convert())
    known = {} if learnt is None else learnt.ranges_in(calibrated)
    calibrated = narrow_ranges(calibrated, examples(calibration), known=known)
    scores = tf.uint8 if whole else tf.float32
    return bytes(modify_model_io_type(quantize(calibrated), tf.uint8, scores))


def examples(pictures: np.ndarray) -> Iterator[list[np.ndarray]]:
    """What the converter's calibration runs: the pictures as float32, at batch 1."""
    for index, picture in enumerate(pictures):
        batch = picture[None].astype(np.float32)
        if index == 0:
            # Both ends of the range, so that the input's scale is exactly 1 and its zero
            # point 0: a phone can feed the bytes of a picture as they are.
            batch.flat[:2] = 0, 255
        yield [batch]
