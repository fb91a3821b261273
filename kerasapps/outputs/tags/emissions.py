"""What a network gives for rows of words, those of like length at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from kerasapps.outputs.tags.sentences import Rows

_BATCH = 128  # rows
_MULTIPLE = 8  # widths


@dataclass(frozen=True, eq=False)
class TagRows:
    """The sentences of one split as a network takes them.

    Attributes:
        rows: which words of which sentence each row holds.
        inputs: name of an input → `(n, length, …)`.
        targets: int32 `(n, length)`, numbers of tags; -1 where no word is.
        trims: whether the second axis of every input is that of the words, so that rows may be cut
            where only padding is left.
    """

    rows: Rows
    inputs: Mapping[str, np.ndarray]
    targets: np.ndarray
    trims: bool = True

    def batch(self, chosen: NDArray[np.int64]) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Inputs and targets of some rows, cut where none of them has a word."""
        width = self.targets.shape[1]
        if self.trims:
            longest = int(self.rows.lengths[chosen].max())
            width = min(width, -(-longest // _MULTIPLE) * _MULTIPLE)
        cut = width if self.trims else None
        inputs = {name: values[chosen][:, :cut] for name, values in self.inputs.items()}
        return inputs, self.targets[chosen][:, :width]


def emitting(network: keras.Model) -> Callable[[TagRows], NDArray[np.float32]]:
    """A function from rows to a network's scores, to be called often.

    Args:
        network: from named inputs to scores, `(batch, length, tags)`.

    Returns:
        A function from rows to float32 `(n, length, tags)`; 0 where rows were cut.
    """
    kinds = {each.name: each.dtype for each in network.inputs}

    @tf.function(reduce_retracing=True, autograph=False)
    def step(batch: Any) -> Any:
        inputs = {name: tf.cast(values, kinds[name]) for name, values in batch.items()}
        return tf.cast(network(inputs, training=False), tf.float32)

    def emissions(rows: TagRows) -> NDArray[np.float32]:
        length, tags = rows.targets.shape[1], int(network.output_shape[-1])
        scores = np.zeros((len(rows.rows), length, tags), np.float32)
        order = np.argsort(rows.rows.lengths, kind="stable")
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            inputs, _ = rows.batch(chosen)
            found = step({name: tf.constant(values) for name, values in inputs.items()}).numpy()
            scores[chosen, : found.shape[1]] = found
        return scores

    return emissions
