"""What a network gives for rows of words, those of like length at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from kerasapps.outputs.tags.sentences import Rows

NO_WORD: Final = -1
"""The target where no word is; words stand before all of these."""
_BATCH = 128  # rows
_MULTIPLE = 8  # widths


@dataclass(frozen=True, eq=False)
class TagRows:
    """The sentences of one split as a network takes them.

    Attributes:
        rows: which words of which sentence each row holds.
        inputs: name of an input → `(n, length, …)`.
        targets: int32 `(n, length)`, numbers of tags; `NO_WORD` where none is.
        of_words: names of the inputs whose second axis is that of the words; of others it is that
            of the pieces that words are cut into, padded with 0.
    """

    rows: Rows
    inputs: Mapping[str, np.ndarray]
    targets: np.ndarray
    of_words: Collection[str]

    def batch(self, chosen: NDArray[np.int64]) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Inputs and targets of some rows, cut where none of them has a word."""
        width = rounded_up(int(self.rows.lengths[chosen].max()))
        inputs = {}
        for name, values in self.inputs.items():
            some = values[chosen]
            inputs[name] = some[:, : width if name in self.of_words else _used(some)]
        return inputs, self.targets[chosen][:, :width]


def _used(values: np.ndarray) -> int:
    """Columns of which one of the rows has a piece, and a few more."""
    return rounded_up(1 + int(np.flatnonzero(values.any(axis=0)).max(initial=0)))


def rounded_up(width: int) -> int:
    """The width of a batch whose longest row has so many columns: there are few of them."""
    return -(-width // _MULTIPLE) * _MULTIPLE


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
