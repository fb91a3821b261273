"""The rows of each training step: shuffled anew in every epoch, of which each shows every row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kerasapps.preprocess.block_order import BlockOrder, sorted_in_chunks
from kerasapps.start import WHOLE, Share
from kerasapps.streamed import StreamedArray


def steps_per_epoch(count: int, batch_size: int) -> int:
    """Batches in an epoch; the last one is filled up.

    Examples:
        >>> kerasapps.preprocess.steps_per_epoch(10, 4)
        3
    """
    return -(-count // batch_size)


def order_of(
    inputs: np.ndarray, batch_size: int, seed: int, *, lengths: np.ndarray | None, share: Share
) -> tuple[Callable[[int], np.ndarray], Share]:
    """From a step to its rows, and which share of these is to be read.

    Rows that lie behind each other and are not held are read in blocks, of which every share has
    its own.
    """
    stored = inputs.maker.stored() if isinstance(inputs, StreamedArray) else None
    if stored is None or not isinstance(inputs, StreamedArray):
        return StepOrder(len(inputs), batch_size, seed, lengths), share
    order = BlockOrder(
        stored,
        batch_size=batch_size,
        seed=seed,
        share=share,
        lengths=lengths,
        read_ahead=inputs.read_ahead,
    )
    return order, WHOLE


class StepOrder:
    """The rows of each training step."""

    def __init__(
        self, count: int, batch_size: int, seed: int, lengths: np.ndarray | None = None
    ) -> None:
        self._count = count
        self._batch_size = batch_size
        self._seed = seed
        self._lengths = lengths
        self._known: tuple[int, np.ndarray] = (-1, np.empty(0, np.int64))

    def __call__(self, step: int) -> np.ndarray:
        epoch, batch = divmod(step, steps_per_epoch(self._count, self._batch_size))
        known, batches = self._known
        if known != epoch:
            batches = self._shuffled(epoch)
            self._known = (epoch, batches)
        return batches[batch]

    def _shuffled(self, epoch: int) -> np.ndarray:
        """Row numbers, `(steps, batch_size)`."""
        draw = np.random.default_rng((self._seed, epoch))
        steps = steps_per_epoch(self._count, self._batch_size)
        order = np.resize(draw.permutation(self._count), steps * self._batch_size)
        if self._lengths is not None:
            order = sorted_in_chunks(order, self._lengths, self._batch_size)
        batches = order.reshape(steps, self._batch_size)
        return batches if self._lengths is None else batches[draw.permutation(steps)]
