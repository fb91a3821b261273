"""From our inputs to the tensors of a file's signature, and from its scores to ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kerasapps.deploy.feeds import as_channels, feeds

STEPS = 256  # of whole-number scores
SERVING = "serving_default"
ENCODE, STEP = "encode", "decode_step"


def tensors(example: Any, details: Mapping[str, Mapping[str, Any]]) -> dict[str, np.ndarray]:
    """One example as a batch for each input of a file.

    Args:
        example: what our preprocessing gave.
        details: name of each input → its `shape` and `dtype`.
    """
    values = feeds(tuple(details), example)
    return {name: _fitted(value, **_plain(details[name])) for name, value in values.items()}


def scaled(output: np.ndarray) -> np.ndarray:
    """What a file gives as float32; whole-number scores are of 1/256."""
    divisor = np.float32(STEPS if output.dtype == np.uint8 else 1)
    return output.astype(np.float32) / divisor


def _plain(details: Mapping[str, Any]) -> dict[str, Any]:
    return {"shape": tuple(map(int, details["shape"])), "dtype": np.dtype(details["dtype"])}


def _fitted(value: np.ndarray, *, shape: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray:
    return np.ascontiguousarray(as_channels(value, shape[1:])[np.newaxis], dtype)
