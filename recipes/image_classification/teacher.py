"""A teacher that answers to the very pictures that a network is trained on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf

from kerasapps.config.teachers import TEACHER
from kerasapps.errors import ConfigError
from kerasapps.export.network import GREY_WEIGHTS
from kerasapps.preprocess.image import ImageSpec
from kerasapps.terminal.streams import tell

_DIMENSIONS: Final = 4  # of a batch of pictures


def teacher_of_pictures(
    network: keras.Model, takes: Mapping[str, Any] | None, called: str, *, spec: ImageSpec
) -> Callable[[Any], Any]:
    """From the pictures of a training batch, changed as they are, to the teacher's outputs.

    Both see the same crop, mirrored and mixed alike, which teaches far more than what a teacher
    says of the picture as it was.

    Args:
        network: of the teacher.
        takes: `input` of its bundle; None: its own shape tells the pictures that it takes.
        called: as the user named it.
        spec: of the network's pictures; where the teacher's are of another size or in colour, they
            are made so.

    Raises:
        ConfigError: if it takes no pictures.

    Reference: Beyer et al. 2022, "Knowledge distillation: A good teacher is patient and
    consistent", section 3.
    """
    wanted = _spec_of(network, spec, called) if takes is None else ImageSpec.from_dict(takes)
    if wanted.height > spec.height or wanted.width > spec.width:
        tell(_enlarged(spec, wanted))
    fitted = _fitting(spec, wanted)
    return lambda pictures: network(fitted(pictures), training=False)


def _spec_of(network: keras.Model, spec: ImageSpec, called: str) -> ImageSpec:
    """The pictures that a network takes; of sides that it leaves open those of `spec`."""
    shape: Any = network.inputs[0].shape if len(network.inputs) == 1 else ()
    if len(shape) != _DIMENSIONS or shape[-1] not in (1, 3):
        raise ConfigError(
            f"{TEACHER} {called} must take pictures, (height, width, 1 or 3), and takes "
            f"{', '.join(str(each.shape[1:]) for each in network.inputs)}."
        )
    return ImageSpec(shape[1] or spec.height, shape[2] or spec.width, shape[3])


def _enlarged(spec: ImageSpec, wanted: ImageSpec) -> str:
    takes, given = (f"{each.height}×{each.width}" for each in (wanted, spec))
    return (
        f"Warning: the teacher takes pictures of {takes} and gets those of {given} enlarged, of "
        "which it may know less than its own figures say. Train a teacher with "
        f"ImageConfig.image_size={given.replace('×', 'x')!r}, or this network with "
        f"ImageConfig.image_size={takes.replace('×', 'x')!r}"
    )


def _fitting(spec: ImageSpec, wanted: ImageSpec) -> Callable[[Any], Any]:
    """From pictures of one size, float32 `(batch, height, width, channels)`, to another."""
    rows = _shares(spec.height, wanted.height)
    columns = _shares(spec.width, wanted.width)

    def fit(pictures: Any) -> Any:
        pictures = tf.cast(pictures, tf.float32)
        if spec.channels == 3 and wanted.channels == 1:
            pictures = tf.tensordot(pictures, GREY_WEIGHTS[:, None], 1)
        if spec.shape[:2] != wanted.shape[:2]:
            pictures = tf.einsum("bhwc,Hh,Ww->bHWc", pictures, rows, columns)
        if spec.channels == 1 and wanted.channels == 3:
            pictures = tf.repeat(pictures, 3, axis=-1)
        return pictures

    return fit


def _shares(side: int, wanted: int) -> np.ndarray:
    """What each pixel of a side gives to each of another: an antialiased triangle filter.

    It is a product of matrices in place of an operation, as XLA has none that is antialiased.

    Returns:
        float32 `(wanted, side)`, rows that sum to 1.
    """
    scale = side / wanted
    centres = (np.arange(wanted)[:, None] + 0.5) * scale
    distances = np.abs(np.arange(side) + 0.5 - centres) / max(scale, 1.0)
    shares = np.maximum(0.0, 1.0 - distances)
    return np.asarray(shares / shares.sum(1, keepdims=True), np.float32)
