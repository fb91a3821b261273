"""What every reader of a format gives back, and what all of them do with pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf
from PIL import Image

DAMAGED = "damaged, or of a rare kind: save it again as JPEG or PNG"


class Picture(NamedTuple):
    """One decoded file; all values are tensors.

    Attributes:
        pixels: uint8 `(height, width, 3)`, opaque, not turned yet.
        exif: a string, the TIFF structure that may name the orientation; empty if there is none.
        xmp: a string, XML that may name it; empty if there is none.
        problem: a string, why the file is refused; empty if it is not.
    """

    pixels: Any
    exif: Any
    xmp: Any
    problem: Any


def refused(problem: Any) -> Picture:
    """No picture, and why."""
    empty = tf.constant(b"")
    return Picture(tf.zeros((1, 1, 3), tf.uint8), empty, empty, tf.convert_to_tensor(problem))


def unless(problem: Any, decode: Callable[[], Picture]) -> Picture:
    """What `decode` gives where there is no problem; it is not run where there is one."""
    return Picture(*tf.cond(tf.equal(problem, b""), decode, lambda: refused(problem)))


def first_problem(*found: tuple[Any, str]) -> tf.Tensor:
    """The words of the first condition that holds, else an empty string."""
    problem = tf.constant("")
    for holds, words in reversed(found):
        problem = tf.where(holds, words, problem)
    return problem


def size_problem(height: Any, width: Any) -> tuple[tf.Tensor, str]:
    """For `first_problem`: more pixels than Pillow reads, told from the header."""
    most = 2 * (Image.MAX_IMAGE_PIXELS or 2**30)
    pixels = tf.cast(height, tf.int64) * tf.cast(width, tf.int64)
    return pixels > most, f"more than {most / 1e6:.0f} million pixels: scale it down"


def on_white(pixels: Any) -> tf.Tensor:
    """uint8 `(…, 4)` laid on white, uint8 `(…, 3)`, in Pillow's fixed-point arithmetic."""
    values = tf.cast(pixels, tf.int32)
    opacity = values[..., 3:]
    laid = values[..., :3] * opacity + 255 * (255 - opacity)
    raised = laid * 128 + 0x4000
    return tf.cast(((raised // 256 + raised) // 256) // 128, tf.uint8)
