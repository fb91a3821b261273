"""What a bundle makes of an input, as plain values: for `examples.json`, by which others check."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from kerasapps.model_inputs import ModelInputs

EXAMPLES_FILE = "examples.json"
EXAMPLES_FOLDER = "examples"
MOST_SCORES = 100
"""Classes up to which an example has the scores of all."""

Worked = tuple[Mapping[str, Any], Mapping[str, Any]]
"""What preparing an input gives, and the answer."""


def plain_inputs(inputs: ModelInputs) -> dict[str, Any]:
    """What a network takes, as plain values; of pixels a hash and the mean of each channel.

    Args:
        inputs: of one example, without the batch.
    """
    if isinstance(inputs, Mapping):
        return {name: plain_numbers(array) for name, array in inputs.items()}
    if inputs.ndim < 3:
        return {"ids": plain_numbers(inputs)}
    pixels = np.ascontiguousarray(inputs)
    means = pixels.reshape(-1, pixels.shape[-1]).mean(axis=0, dtype=np.float64)
    return {
        "pixels_sha256": hashlib.sha256(pixels.tobytes()).hexdigest(),
        "mean": [round(float(mean), 2) for mean in means],
    }


def plain_numbers(array: np.ndarray) -> list[Any]:
    """Numbers of one row; of float32 in as few digits as give them again."""
    if array.dtype == np.float32:
        return [float(str(number)) for number in array.reshape(-1)]
    numbers: list[Any] = array.reshape(-1).tolist()
    return numbers
