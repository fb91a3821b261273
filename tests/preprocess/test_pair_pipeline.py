from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.preprocess import pair_pipeline
from kerasapps.preprocess.pair_pipeline import (
    pair_batches,
    pair_validation_batches,
    steps_per_epoch,
)
from kerasapps.preprocess.pairs import EncodedPairs
from kerasapps.start import Share, Start
from tests.preprocess.pairs import pairs_of_lengths

DRAW = np.random.default_rng(1)
PAIRS = pairs_of_lengths(DRAW.integers(3, 25, 700), DRAW.integers(3, 41, 700))
TOKENS = 512
STEPS = steps_per_epoch(PAIRS, batch_tokens=TOKENS)


def batches(dataset: tf.data.Dataset, count: int | None = None) -> list[Any]:
    return list(islice(dataset.as_numpy_iterator(), count))


def training(*, epochs: int = 1, **options: Any) -> list[Any]:
    dataset = pair_batches(PAIRS, **{"batch_tokens": TOKENS, "seed": 4, **options})
    return batches(dataset, epochs * STEPS)


def check_and_number(batch: Any) -> list[int]:
    """Which pairs a batch holds, after a look at every row of it."""
    (source, target_in), target_out = batch
    assert source.dtype == target_in.dtype == target_out.dtype == np.int32
    assert target_in.shape == target_out.shape and len(source) == len(target_out)
    numbers = []
    for read, seen, written in zip(source, target_in, target_out, strict=True):
        if not written.any():
            assert not seen.any() and not read.any()
            continue
        number = (written[0] - 10) * 1000 + written[1] - 10
        numbers.append(int(number))
        assert read[read > 0].tolist() == PAIRS.source(number).tolist()
        target = PAIRS.target(number).tolist()
        assert written.tolist() == target + [0] * (len(written) - len(target))
        shifted = [2, *target[:-1]]
        assert seen.tolist() == shifted + [0] * (len(seen) - len(shifted))
    return numbers


def test_every_epoch_shows_every_pair_once() -> None:
    shown = training(epochs=2)
    for epoch in (shown[:STEPS], shown[STEPS:]):
        numbers = [number for batch in epoch for number in check_and_number(batch)]
        assert sorted(numbers) == list(range(700))
    shapes = {(source.shape, target.shape) for (source, _), target in shown}
    assert 3 <= len(shapes) <= 12
    assert all(target.size <= TOKENS for _, target in shown)


def test_validation_shows_every_pair_once_and_ends() -> None:
    shown = batches(pair_validation_batches(PAIRS, batch_tokens=TOKENS))
    numbers = [number for batch in shown for number in check_and_number(batch)]
    assert len(shown) == STEPS and sorted(numbers) == list(range(700))
    dataset = pair_validation_batches(PAIRS, batch_tokens=TOKENS)
    assert int(dataset.cardinality()) == STEPS
    assert not batches(pair_validation_batches(EncodedPairs(np.empty(0, np.int32)), batch_tokens=9))


def test_resuming_goes_on_as_an_uninterrupted_run() -> None:
    whole, resumed = training(epochs=3)[STEPS:], training(epochs=2, start=Start(1))
    for one, other in zip(whole, resumed, strict=True):
        for left, right in zip(tf.nest.flatten(one), tf.nest.flatten(other), strict=True):
            np.testing.assert_array_equal(left, right)
    ((source, _), target) = training(start=Start(1, 2, Share(0, 2)))[0]
    ((whole_source, _), whole_target) = whole[2]
    half = len(whole_source) // 2
    np.testing.assert_array_equal(source, whole_source[:half])
    np.testing.assert_array_equal(target, whole_target[:half])


def test_seed_and_epoch_decide_the_order() -> None:
    def order(**options: Any) -> list[int]:
        return [number for batch in training(**options) for number in check_and_number(batch)]

    assert order() == order()
    assert order() != order(seed=5) and order() != order(start=Start(1))


def test_rows_are_bounded_and_the_steps_say_so() -> None:
    dataset = pair_validation_batches(PAIRS, batch_tokens=TOKENS, max_pairs=8)
    shown = batches(dataset)
    assert max(len(target) for _, target in shown) == 8
    assert len(shown) == steps_per_epoch(PAIRS, batch_tokens=TOKENS, max_pairs=8) > STEPS


def test_training_is_endless_and_needs_pairs() -> None:
    dataset = pair_batches(PAIRS, batch_tokens=TOKENS, seed=0)
    assert dataset.cardinality() == tf.data.INFINITE_CARDINALITY
    (source, target_in), target_out = dataset.element_spec
    assert all(spec.shape.as_list() == [None, None] for spec in (source, target_in, target_out))
    with pytest.raises(ValueError, match="no pairs"):
        pair_batches(EncodedPairs(np.empty(0, np.int32)), batch_tokens=TOKENS, seed=0)


def test_an_order_is_made_once_an_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    plan = pair_pipeline.plan_epoch

    def counted(*arguments: Any, epoch: int, **options: Any) -> Any:
        made.append(epoch)
        return plan(*arguments, epoch=epoch, **options)

    monkeypatch.setattr(pair_pipeline, "plan_epoch", counted)
    buckets = pair_pipeline.plan_buckets(PAIRS, batch_tokens=TOKENS)
    order = pair_pipeline._Order(buckets, 4)
    assert order.steps == STEPS
    steps = [order(step) for step in range(STEPS + 2)]
    assert made == [0, 1]
    for found, epoch in ((steps[:STEPS], 0), (steps[STEPS:], 1)):
        for one, other in zip(found, plan(buckets, seed=4, epoch=epoch), strict=False):
            np.testing.assert_array_equal(one.rows, other.rows)


def test_few_threads_feed() -> None:
    for dataset in (
        pair_batches(PAIRS, batch_tokens=TOKENS, seed=0),
        pair_validation_batches(PAIRS, batch_tokens=TOKENS),
    ):
        assert dataset.options().threading.max_intra_op_parallelism == 1
