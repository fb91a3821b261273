"""Arrays at an address from which TensorFlow takes them without a copy; numpy only."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

_ALIGNMENT = 64  # bytes, of tensors


def aligned_array(shape: tuple[int, ...], dtype: DTypeLike) -> np.ndarray:
    """An array of that shape, not filled in."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.empty(size + _ALIGNMENT, np.uint8)
    first = -memory.ctypes.data % _ALIGNMENT
    return memory[first : first + size].view(dtype).reshape(shape)


def is_aligned(array: np.ndarray) -> bool:
    """Whether an array lies in one piece at such an address."""
    return array.flags.c_contiguous and array.ctypes.data % _ALIGNMENT == 0
