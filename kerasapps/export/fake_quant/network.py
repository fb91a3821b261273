"""A network whose values are rounded in training where its int8 file rounds them.

References: Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference", section 3; Nagel et al. 2021, "A White Paper on Neural Network
Quantization", section 4 (arXiv 2106.08295).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.export.fake_quant.places import Fingerprint
from kerasapps.export.fake_quant.traced import TracedNetwork
from kerasapps.export.ranges import Range, best_range
from kerasapps.model_inputs import ModelInputs, batch_of, count_of, each_of

_DECAY = 0.99  # of a moving range, a step
_BINS = 2048
_SAMPLED = 20_000  # values of an activation that are looked at of each batch
_TINY = 1e-8
_LARGEST = 127

# The ends that the kernels of int8 have fixed.
_FIXED = {
    "Softmax": (0.0, 255 / 256),
    "Sigmoid": (0.0, 255 / 256),
    "Tanh": (-1.0, 127 / 128),
}


@dataclass(frozen=True)
class Start:
    """Where the moving ranges of some activations begin.

    Attributes:
        ranges: float32 `(activations, 2)`.
        shares: the same as a share of the smallest and the largest value of a batch.
    """

    ranges: np.ndarray
    shares: np.ndarray


class FakeQuantized(keras.Model):
    """Weights and activations of a network, each rounded to what int8 can say.

    Weights are rounded in 255 steps around 0 up to the largest of each filter, activations in 256
    steps of their range, which includes 0. In training a range follows the smallest and the largest
    value of the batches: as much of either as was found to cost least at the start. Gradients pass
    rounding as if it were not there, and end at values beyond a range. Dropout rests, and batch
    normalization keeps its moments.

    The weights that learn are those of the network itself.

    Call arguments:
        inputs: as the network takes them.
        training: whether ranges move.

    Args:
        traced: the network's graph.
        names: of the activations that are rounded, as `traced.values` has them.
        start: of their ranges.
        floats: names of the operations whose weights stay as they are.

    Attributes:
        network: the network itself.
        ranges: weight, float32 `(activations, 2)`: the lower and the upper end of each.
    """

    def __init__(
        self,
        traced: TracedNetwork,
        names: Sequence[str],
        start: Start,
        *,
        floats: Collection[str] = (),
    ) -> None:
        super().__init__(name=f"{traced.network.name}_int8")
        self.network = traced.network
        self._graph = traced
        self._floats = frozenset(floats)
        self._rows = {name: row for row, name in enumerate(names)}
        self._shares = start.shares.astype(np.float32)
        self._stays = np.array([traced.values[name] in _FIXED for name in names])
        self.ranges = self.add_weight(
            shape=start.ranges.shape, dtype="float32", trainable=False, name="ranges"
        )
        self.ranges.assign(start.ranges)
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        ranges = tf.convert_to_tensor(self.ranges.value)
        seen: dict[int, Any] = {}

        def rounded(name: str, value: Any) -> Any:
            row = self._rows.get(name)
            if row is None:
                return value
            if training:
                seen[row] = extremes(value)
            return tf.quantization.fake_quant_with_min_max_vars(value, *tf.unstack(ranges[row]))

        def weighing(name: str, weights: Any, summed: Sequence[int]) -> Any:
            return weights if name in self._floats else rounded_weights(weights, summed)

        answers = self._graph.run(inputs, on_value=rounded, on_weight=weighing)
        if training:
            now = tf.stack([seen[row] for row in range(len(self._rows))]) * self._shares
            moved = _DECAY * ranges + (1 - _DECAY) * now
            self.ranges.assign(tf.where(self._stays[:, None], ranges, moved))
        return answers


def extremes(value: Any) -> Any:
    """The smallest and the largest of some values, with 0 among them, and apart."""
    low = tf.minimum(tf.reduce_min(value), 0.0)
    high = tf.maximum(tf.reduce_max(value), 0.0)
    return tf.stop_gradient(tf.stack([low, tf.maximum(high, low + _TINY)]))


def rounded_weights(weights: Any, summed: Sequence[int]) -> Any:
    """Weights as int8 says them, with a scale for each filter.

    Args:
        weights: of a product.
        summed: the axes that it sums over.
    """
    largest = tf.reduce_max(tf.abs(weights), axis=list(summed), keepdims=True)
    scale = tf.maximum(largest, _TINY) / _LARGEST
    return weights + tf.stop_gradient(tf.round(weights / scale) * scale - weights)


def fingerprints(traced: TracedNetwork, examples: ModelInputs) -> dict[str, Fingerprint]:
    """Each value of a network on some examples, one at a time.

    Args:
        traced: the network's graph.
        examples: as it takes them.
    """
    seen: dict[str, list[np.ndarray]] = {name: [] for name in traced.values}

    def keep(name: str, value: Any) -> Any:
        if name in seen:
            seen[name].append(np.array(value))
        return value

    for example in itertools.islice(each_of(examples), count_of(examples)):
        traced.run(batch_of(example), on_value=keep)
    return {name: Fingerprint.of(values) for name, values in seen.items() if values[0].size}


def start_ranges(traced: TracedNetwork, names: Sequence[str], batches: Iterable[Any]) -> Start:
    """The ranges that int8 rounds least in on some batches; see `ranges.best_range`.

    Args:
        traced: the network's graph.
        names: of activations.
        batches: inputs.
    """
    kinds = [traced.values[name] for name in names]

    @tf.function(autograph=False)
    def look(inputs: Any) -> tuple[Any, list[Any]]:
        seen: dict[str, Any] = {}

        def keep(name: str, value: Any) -> Any:
            seen[name] = value
            return value

        traced.run(inputs, on_value=keep)
        values = [seen[name] for name in names]
        return tf.stack([*map(extremes, values)]), [*map(_sampled, values)]

    ends, samples = [], []
    for inputs in batches:
        found, some = look(inputs)
        ends.append(found.numpy())
        samples.append([each.numpy() for each in some])
    full = np.stack(ends)
    ranges = np.stack(
        [
            _FIXED[kind] if kind in _FIXED else _best(np.concatenate(values), full[:, row])
            for row, (kind, values) in enumerate(
                zip(kinds, zip(*samples, strict=True), strict=True)
            )
        ]
    ).astype(np.float32)
    mean = full.mean(axis=0)
    shares = np.divide(ranges, mean, out=np.ones_like(ranges), where=mean != 0)
    return Start(ranges, shares)


def _sampled(value: Any) -> Any:
    """Evenly chosen values of many; an odd stride meets every channel."""
    flat = tf.reshape(value, [-1])
    return flat[:: tf.maximum(1, tf.size(flat) // _SAMPLED) | 1]


def _best(values: np.ndarray, ends: np.ndarray) -> Range:
    low, high = float(ends[:, 0].min()), float(ends[:, 1].max())
    histogram, _ = np.histogram(values, _BINS, (low, high))
    return best_range(histogram, (low, high))
