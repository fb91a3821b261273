"""The rows of a step and their labels, from arrays to tensors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from kerasapps.start import WHOLE, Share

_ALIGNMENT = 64  # bytes, of tensors
_MULTIPLE = 8  # widths of trimmed batches


def variant_draw(
    variants: np.ndarray, seed: int, share: Share
) -> Callable[[np.ndarray, int], np.ndarray]:
    """From the rows of a step and its number to variants of those of the share, all as likely."""

    def draw(rows: np.ndarray, step: int) -> np.ndarray:
        # Three numbers, so that no draw is that of an epoch's order.
        random = np.random.default_rng((seed, step, len(variants)))
        numbers = random.integers(len(variants), size=len(rows))
        drawn: np.ndarray = variants[share.of(numbers), share.of(rows)]
        return drawn

    return draw


def row_reader(
    inputs: np.ndarray,
    labels: Sequence[int] | np.ndarray,
    rows_of: Callable[[int], np.ndarray],
    lengths: np.ndarray | None,
    *,
    take: Callable[[np.ndarray, int], np.ndarray] | None = None,
    share: Share = WHOLE,
) -> Callable[[tf.Tensor, int | None], tuple[tf.Tensor, tf.Tensor]]:
    """A graph function from a step to its rows of `inputs` and their labels.

    Of class numbers int32 `(batch,)`, of targets float32 `(batch, k)`.
    """
    numbers = values_of(labels)
    shape = inputs.shape[1:] if lengths is None else (None,)

    def gather(step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        whole = rows_of(int(step))
        rows = share.of(whole)
        if take is not None:
            return take(whole, int(step)), numbers[rows]
        if lengths is None:
            return _rows_of(inputs, rows), numbers[rows]
        longest = max(1, int(lengths[whole].max()))  # all shares of a batch are as wide
        width = min(inputs.shape[1], -(-longest // _MULTIPLE) * _MULTIPLE)
        return inputs[rows, :width], numbers[rows]

    def read(step: tf.Tensor, batch_size: int | None) -> tuple[tf.Tensor, tf.Tensor]:
        kinds = [tf.as_dtype(inputs.dtype), tf.as_dtype(numbers.dtype)]
        x, y = tf.numpy_function(gather, [step], kinds, stateful=False)
        x.set_shape((batch_size, *shape))
        y.set_shape((batch_size, *numbers.shape[1:]))
        return x, y

    return read


def _rows_of(inputs: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """`inputs[rows]` at an address from which TensorFlow takes it without a copy."""
    if not isinstance(inputs, np.ndarray):
        return inputs[rows]
    shape = (len(rows), *inputs.shape[1:])
    size = math.prod(shape) * inputs.itemsize
    memory = np.empty(size + _ALIGNMENT, np.uint8)
    first = -memory.ctypes.data % _ALIGNMENT
    taken = memory[first : first + size].view(inputs.dtype).reshape(shape)
    # Without "clip", which no row needs, numpy would take the rows elsewhere and copy them.
    return np.take(inputs, rows, axis=0, out=taken, mode="clip")


def values_of(labels: Sequence[int] | np.ndarray) -> np.ndarray:
    """Class numbers as int32 `(n,)`, targets as float32 `(n, k)`."""
    values = np.asarray(labels)
    return values.astype(np.int32 if values.ndim == 1 else np.float32)
