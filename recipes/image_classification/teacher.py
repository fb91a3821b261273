"""A teacher that answers to the very pictures that a network is trained on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from kerasapps.deploy.manifest import Manifest
from kerasapps.export.network import GREY_WEIGHTS
from kerasapps.preprocess.image import ImageSpec
from kerasapps.workflow.extension import finished_network


def teacher_of_pictures(manifest: Manifest, *, spec: ImageSpec) -> Callable[[Any], Any]:
    """From the pictures of a training batch, changed as they are, to the teacher's logits.

    Both see the same crop, mirrored and mixed alike, which teaches far more than what a teacher
    says of the picture as it was.

    Args:
        manifest: of the teacher.
        spec: of the network's pictures; where the teacher's are of another size or in colour, they
            are made so.

    Reference: Beyer et al. 2022, "Knowledge distillation: A good teacher is patient and
    consistent", section 3.
    """
    network = finished_network(manifest)
    wanted = ImageSpec.from_dict(manifest.input)
    fitted = _fitting(spec, wanted)
    return lambda pictures: network(fitted(pictures), training=False)


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
