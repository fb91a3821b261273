"""The rows of a step and their labels, from arrays to tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from kerasapps.preprocess.aligned import aligned_array, is_aligned
from kerasapps.start import WHOLE, Share

MOST_COPIED = 64 << 20  # bytes of an array that TensorFlow may copy
_MULTIPLE = 8  # widths of trimmed batches
_STEPS_A_CALL = 32  # whose rows Python says at once


class Chosen(NamedTuple):
    """What a step reads of arrays.

    Attributes:
        rows: int64 `(batch,)`, of the inputs.
        targets: of these rows, see `values_of`.
        width: int64 `()`, columns of the inputs that are read where rows have lengths.
    """

    rows: Any
    targets: Any
    width: Any


def variant_draw(
    variants: int, count: int, seed: int, share: Share = WHOLE
) -> Callable[[np.ndarray, int], np.ndarray]:
    """Draws one of so many variants for each row of a step, all as likely.

    Args:
        variants: of each row.
        count: rows of a variant.
        seed: of the draws.
        share: whose rows are wanted.

    Returns:
        From the rows of a step and its number to rows of the variants of the share's rows, laid one
        variant behind the other.
    """

    def draw(rows: np.ndarray, step: int) -> np.ndarray:
        # Three numbers, so that no draw is that of an epoch's order.
        random = np.random.default_rng((seed, step, variants))
        numbers = random.integers(variants, size=len(rows))
        drawn: np.ndarray = share.of(numbers) * count + share.of(rows)
        return drawn

    return draw


@dataclass(frozen=True, eq=False)
class Chooser:
    """From the number of a step to what it reads, in numpy.

    Attributes:
        values: of all rows, see `values_of`.
        rows_of: the rows of the whole batch of a step.
        lengths: int `(n,)`, how many values of each row count, or None.
        widest: with `lengths`, columns of the inputs.
        draw: see `variant_draw`; None: the rows themselves.
        share: whose rows are wanted.
    """

    values: np.ndarray
    rows_of: Callable[[int], np.ndarray]
    lengths: np.ndarray | None = None
    widest: int = 0
    draw: Callable[[np.ndarray, int], np.ndarray] | None = None
    share: Share = WHOLE

    @property
    def trims(self) -> bool:
        """Whether batches are cut to a width."""
        return self.lengths is not None

    def __call__(self, step: int) -> Chosen:
        """What a step reads."""
        whole = self.rows_of(step)
        rows = self.share.of(whole)
        width = 0
        if self.lengths is not None:  # all shares of a batch are as wide
            longest = max(1, int(self.lengths[whole].max()))
            width = min(self.widest, -(-longest // _MULTIPLE) * _MULTIPLE)
        read = rows if self.draw is None else self.draw(whole, step)
        return Chosen(read.astype(np.int64), self.values[rows], np.int64(width))


def row_reader(
    inputs: np.ndarray, choose: Chooser, variants: np.ndarray | None = None
) -> Callable[[tf.Tensor, int | None], tuple[tf.Tensor, tf.Tensor]]:
    """A graph function from a step to its rows of `inputs` and their targets, by a call of Python.

    Of class numbers int32 `(batch,)`, of targets float32 `(batch, k)`.

    Args:
        inputs: `(n, ...)`, also rows that are made when they are asked for.
        choose: what a step reads.
        variants: `(variants, n, ...)`, read instead; see `variant_draw`.
    """
    shape = (None,) if choose.trims else inputs.shape[1:]
    kinds = [tf.as_dtype(inputs.dtype), tf.as_dtype(choose.values.dtype)]

    def gather(step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        chosen = choose(int(step))
        if variants is not None:
            return variants[np.divmod(chosen.rows, variants.shape[1])], chosen.targets
        if choose.trims:
            return inputs[chosen.rows, : chosen.width], chosen.targets
        return _rows_of(inputs, chosen.rows), chosen.targets

    def read(step: tf.Tensor, batch_size: int | None) -> tuple[tf.Tensor, tf.Tensor]:
        x, y = tf.numpy_function(gather, [step], kinds, stateful=False)
        x.set_shape((batch_size, *shape))
        y.set_shape((batch_size, *choose.values.shape[1:]))
        return x, y

    return read


def held_reader(
    *, trims: bool
) -> Callable[[tf.Tensor, tuple[Chosen, tf.Tensor]], tuple[tf.Tensor, tf.Tensor, tf.Tensor]]:
    """A graph function from all rows and what `chosen_steps` gives to `(x, y, step)`.

    Args:
        trims: whether batches are cut to a width.
    """

    def read(
        held: tf.Tensor, chosen_step: tuple[Chosen, tf.Tensor]
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        chosen, step = chosen_step
        x = tf.gather(held, chosen.rows)
        return x[:, : chosen.width] if trims else x, chosen.targets, step

    return read


def chosen_steps(choose: Chooser, first: int, *, size: int) -> tf.data.Dataset:
    """Endless `(Chosen, step)` from a step on; Python is called once for many of them.

    Args:
        choose: what a step reads.
        first: number of the first step.
        size: rows that each reads.
    """
    values = choose.values
    kinds = [tf.int64, tf.as_dtype(values.dtype), tf.int64]
    shapes: list[tuple[int, ...]] = [(size,), (size, *values.shape[1:]), ()]

    def several(step: np.ndarray) -> list[np.ndarray]:
        each = [choose(int(step) + further) for further in range(_STEPS_A_CALL)]
        return [np.stack(parts) for parts in zip(*each, strict=True)]

    def read(step: tf.Tensor) -> tuple[Chosen, tf.Tensor]:
        parts = tf.numpy_function(several, [step], kinds, stateful=False)
        for part, shape in zip(parts, shapes, strict=True):
            part.set_shape((_STEPS_A_CALL, *shape))
        return Chosen(*parts), step + tf.range(_STEPS_A_CALL, dtype=tf.int64)

    steps = tf.data.Dataset.range(first, np.iinfo(np.int64).max, _STEPS_A_CALL)
    return steps.map(read).unbatch()


def held_rows(inputs: np.ndarray, variants: np.ndarray | None = None) -> tf.data.Dataset | None:
    """All rows as a tensor in the memory of their array, or None where much would be copied.

    Args:
        inputs: `(n, ...)`.
        variants: `(variants, n, ...)`, held instead, one variant behind the other.

    Returns:
        Endless elements, all the same tensor: a map that captures a tensor would copy it.
    """
    array, shape = inputs, inputs.shape
    if variants is not None:
        array, shape = variants, (-1, *variants.shape[2:])
    if not isinstance(array, np.ndarray):
        return None
    if array.nbytes > MOST_COPIED and not is_aligned(array):
        return None

    def read(_: tf.Tensor) -> tf.Tensor:
        # What a call of Python gives becomes a tensor where it lies. Were the call not stateful, it
        # would be made ahead, and a copy of what it gives kept in the graph.
        rows = tf.numpy_function(lambda: array, [], tf.as_dtype(array.dtype), stateful=True)
        return tf.reshape(tf.ensure_shape(rows, array.shape), shape)

    return tf.data.Dataset.range(1).map(read).cache().repeat()


def _rows_of(inputs: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """`inputs[rows]` at an address from which TensorFlow takes it without a copy."""
    if not isinstance(inputs, np.ndarray):
        return inputs[rows]
    taken = aligned_array((len(rows), *inputs.shape[1:]), inputs.dtype)
    # Without "clip", which no row needs, numpy would take the rows elsewhere and copy them.
    return np.take(inputs, rows, axis=0, out=taken, mode="clip")


def values_of(labels: Sequence[int] | np.ndarray) -> np.ndarray:
    """Class numbers as int32 `(n,)`, targets as float32 `(n, k)`."""
    values = np.asarray(labels)
    return values.astype(np.int32 if values.ndim == 1 else np.float32)
