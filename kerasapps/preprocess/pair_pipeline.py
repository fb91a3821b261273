"""Encoded pairs become batches of about as many target pieces each, in few shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from kerasapps.preprocess.buckets import Bucket, PlannedBatch, plan_buckets, plan_epoch, plan_once
from kerasapps.preprocess.pairs import EncodedPairs
from kerasapps.preprocess.pipeline import feeding_options
from kerasapps.preprocess.tokenizers.spec import PAD_ID
from kerasapps.preprocess.tokenizers.subword import START_ID
from kerasapps.start import WHOLE, Share, Start


def steps_per_epoch(pairs: EncodedPairs, *, batch_tokens: int, max_pairs: int | None = None) -> int:
    """Batches in every epoch of `pair_batches` with these arguments, and in all of
    `pair_validation_batches`.
    """
    buckets = plan_buckets(pairs, batch_tokens=batch_tokens, max_pairs=max_pairs)
    return sum(bucket.steps for bucket in buckets)


def pair_batches(
    pairs: EncodedPairs,
    *,
    batch_tokens: int,
    seed: int,
    start: Start = Start(),
    max_pairs: int | None = None,
) -> tf.data.Dataset:
    """Endless batches of at most 12 shapes, in an order that only `seed` and the epoch decide.

    Each epoch has `steps_per_epoch` batches and shows every pair once. What begins at a
    `start` is exactly what an uninterrupted run would see from there on. See `buckets.plan_buckets`
    for the shapes.

    Args:
        pairs: at least one.
        batch_tokens: target pieces in a batch at most, padding included.
        seed: of the order.
        start: where to begin, and which rows of every batch to read.
        max_pairs: pairs in a batch at most, or None.

    Returns:
        Batches `((source, target_in), target_out)`, int32: sources `(batch, s)` with the end mark;
        targets behind a start mark, without their last piece, `(batch, t)`; targets with the end
        mark `(batch, t)`. 0 is padding; a batch that is not full has a row or more of nothing else.

    Raises:
        ValueError: if there are no pairs.

    Examples:
        >>> splits = kerasapps.data.load_pairs("builtin:phrases")
        >>> tokenizer = kerasapps.preprocess.learn_pair_tokenizer(
        ...     splits.train.sources, splits.train.targets
        ... )
        >>> pairs = kerasapps.preprocess.encode_pairs(splits.train, tokenizer)
        >>> batches = kerasapps.preprocess.pair_batches(pairs, batch_tokens=256, seed=0)
        >>> (source, target_in), target_out = next(iter(batches))
        >>> target_in.shape == target_out.shape
        True
    """
    buckets = plan_buckets(pairs, batch_tokens=batch_tokens, max_pairs=max_pairs)
    if not buckets:
        raise ValueError("no pairs to train on")
    order = _Order(buckets, seed)
    numbers = tf.data.Dataset.range(start.number(order.steps), np.iinfo(np.int64).max)
    dataset = _read(numbers, pairs, order, start.share)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY))
    return dataset.prefetch(2).with_options(feeding_options())


def pair_validation_batches(
    pairs: EncodedPairs, *, batch_tokens: int, max_pairs: int | None = None
) -> tf.data.Dataset:
    """Every pair once, the short ones first: batches as those of `pair_batches`.

    Examples:
        >>> splits = kerasapps.data.load_pairs("builtin:phrases")
        >>> tokenizer = kerasapps.preprocess.learn_pair_tokenizer(
        ...     splits.train.sources, splits.train.targets
        ... )
        >>> pairs = kerasapps.preprocess.encode_pairs(splits.train, tokenizer)
        >>> batches = kerasapps.preprocess.pair_validation_batches(pairs, batch_tokens=256)
        >>> len(batches) >= 1
        True
    """
    buckets = plan_buckets(pairs, batch_tokens=batch_tokens, max_pairs=max_pairs)
    batches = plan_once(buckets)
    dataset = _read(tf.data.Dataset.range(len(batches)), pairs, batches.__getitem__)
    return dataset.prefetch(2).with_options(feeding_options())


class _Order:
    """The pairs of each training step."""

    def __init__(self, buckets: tuple[Bucket, ...], seed: int) -> None:
        self.steps = sum(bucket.steps for bucket in buckets)
        self._buckets = buckets
        self._seed = seed
        self._known: tuple[int, list[PlannedBatch]] = (-1, [])

    def __call__(self, step: int) -> PlannedBatch:
        epoch, batch = divmod(step, self.steps)
        known, batches = self._known
        if known != epoch:
            batches = plan_epoch(self._buckets, seed=self._seed, epoch=epoch)
            self._known = (epoch, batches)
        return batches[batch]


def _read(
    steps: tf.data.Dataset,
    pairs: EncodedPairs,
    batch_of: Callable[[int], PlannedBatch],
    share: Share = WHOLE,
) -> tf.data.Dataset:
    def gather(step: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        whole, bucket = batch_of(int(step))
        rows = share.of(whole)
        target = pairs.targets(rows, bucket.target)
        return pairs.sources(rows, bucket.source), _behind_start(target), target

    def read(step: tf.Tensor) -> Any:
        arrays = tf.numpy_function(gather, [step], [tf.int32] * 3, stateful=False)
        for array in arrays:
            array.set_shape((None, None))
        source, target_in, target_out = arrays
        return (source, target_in), target_out

    return steps.map(read)


def _behind_start(target: np.ndarray) -> np.ndarray:
    """What the decoder has seen when it writes each piece; nothing where there is none to write."""
    shifted = np.empty_like(target)
    shifted[:, 0], shifted[:, 1:] = START_ID, target[:, :-1]
    return np.where(target == PAD_ID, PAD_ID, shifted)
