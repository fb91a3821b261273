from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from kerasapps.preprocess import buckets as buckets_module
from kerasapps.preprocess.buckets import (
    Bucket,
    _best_widths,
    plan_buckets,
    plan_epoch,
    plan_once,
)
from kerasapps.preprocess.pairs import EncodedPairs
from tests.preprocess.pairs import pairs_of_lengths
from tests.values import kinds_of


def sentence_pairs(count: int, seed: int = 0) -> EncodedPairs:
    """Lengths as those of captions: mostly 8 to 30, a few of 60, the sides correlated."""
    draw = np.random.default_rng(seed)
    targets = np.clip(draw.lognormal(2.7, 0.4, count), 2, 60).astype(int)
    sources = np.clip(targets * draw.uniform(0.6, 1.6, count), 2, 70).astype(int)
    return pairs_of_lengths(sources, targets)


PAIRS = sentence_pairs(5000)


def padding(buckets: tuple[Bucket, ...], pairs: EncodedPairs) -> float:
    places = sum(bucket.steps * bucket.rows * bucket.target for bucket in buckets)
    return places / int(pairs.target_lengths.sum())


@pytest.mark.parametrize("batch_tokens", [512, 2048])
def test_a_plan_holds_what_it_promises(batch_tokens: int) -> None:
    buckets = plan_buckets(PAIRS, batch_tokens=batch_tokens)
    assert 4 <= len(buckets) <= 12
    assert len({(bucket.source, bucket.target) for bucket in buckets}) == len(buckets)
    everyone = np.concatenate([bucket.members for bucket in buckets])
    np.testing.assert_array_equal(np.sort(everyone), np.arange(len(PAIRS)))
    for bucket in buckets:
        assert PAIRS.source_lengths[bucket.members].max() <= bucket.source
        assert PAIRS.target_lengths[bucket.members].max() <= bucket.target
        assert bucket.target % 4 == 0 or bucket.target == PAIRS.target_lengths.max()
        assert bucket.source % 4 == 0 or bucket.source == PAIRS.source_lengths.max()
        assert bucket.rows * bucket.target <= batch_tokens
        assert bucket.rows * bucket.source <= 2 * batch_tokens + bucket.rows
        # Evenly dealt, and no step of a handful of pairs.
        assert 0 <= bucket.steps * bucket.rows - len(bucket.members) < bucket.steps
        assert bucket.rows >= batch_tokens // bucket.target // 4
    # Without buckets it would be 2.5 and more.
    assert padding(buckets, PAIRS) < 1.25
    assert PAIRS.target_lengths.max() / PAIRS.target_lengths.mean() > 2.5


def test_long_sources_do_not_blow_a_batch_up() -> None:
    pairs = pairs_of_lengths(np.full(100, 128), np.full(100, 8))
    (bucket,) = plan_buckets(pairs, batch_tokens=512)
    assert bucket.rows * 128 <= 2 * 512


def test_pairs_in_a_batch_are_bounded() -> None:
    buckets = plan_buckets(PAIRS, batch_tokens=2048, max_pairs=32)
    assert max(bucket.rows for bucket in buckets) <= 32
    assert sum(len(bucket.members) for bucket in buckets) == len(PAIRS)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_few_pairs_and_pairs_larger_than_a_batch(count: int) -> None:
    pairs = pairs_of_lengths(np.full(count, 5), np.full(count, 90))
    (bucket,) = plan_buckets(pairs, batch_tokens=64)
    assert (bucket.source, bucket.target, bucket.rows, bucket.steps) == (5, 90, 1, count)
    assert plan_buckets(EncodedPairs(np.empty(0, np.int32)), batch_tokens=64) == ()


def test_an_epoch_shows_every_pair_once_in_another_order() -> None:
    buckets = plan_buckets(PAIRS, batch_tokens=1024)
    epochs = [
        plan_epoch(buckets, seed=seed, epoch=epoch) for seed, epoch in ((0, 0), (0, 1), (1, 0))
    ]
    shown = [np.concatenate([batch.rows for batch in epoch]) for epoch in epochs]
    for epoch, rows in zip(epochs, shown, strict=True):
        assert len(epoch) == sum(bucket.steps for bucket in buckets)
        np.testing.assert_array_equal(np.sort(rows[rows >= 0]), np.arange(len(PAIRS)))
        for batch in epoch:
            assert len(batch.rows) == batch.bucket.rows and (batch.rows < 0).sum() <= 1
    assert {int(row) for rows in shown for row in rows if row < 0} == {-1}
    assert not np.array_equal(shown[0], shown[1]) and not np.array_equal(shown[0], shown[2])
    again = plan_epoch(buckets, seed=0, epoch=1)
    np.testing.assert_array_equal(np.concatenate([b.rows for b in again]), shown[1])
    # Pairs meet other pairs, and lengths are mixed over the epoch.
    first, second = ({frozenset(b.rows.tolist()) for b in epoch} for epoch in epochs[:2])
    assert not {batch for batch in first & second if len(batch) > 2}
    widths = np.array([batch.bucket.target for batch in epochs[0]])
    assert abs(np.corrcoef(widths, np.arange(len(widths)))[0, 1]) < 0.3


def test_once_is_in_order_of_length() -> None:
    buckets = plan_buckets(PAIRS, batch_tokens=1024)
    batches = plan_once(buckets)
    rows = np.concatenate([batch.rows for batch in batches])
    np.testing.assert_array_equal(np.sort(rows[rows >= 0]), np.arange(len(PAIRS)))
    assert np.all(np.diff([batch.bucket.target for batch in batches]) >= 0)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("least", [0, 40])
def test_no_other_choice_of_widths_pads_less(seed: int, least: int) -> None:
    lengths = np.random.default_rng(seed).geometric(0.1, 200).clip(1, 30)
    edges = np.arange(4, 33, 4)[: -(-int(lengths.max()) // 4)]

    def cost(widths: tuple[int, ...]) -> float:
        place = np.searchsorted(widths, lengths)
        count = np.bincount(place, minlength=len(widths))
        fits = len(widths) == 1 or (count >= max(1, least)).all()
        return float((count * widths).sum()) if fits else np.inf

    choices = [
        (*some, int(edges[-1]))
        for number in range(3)
        for some in combinations(edges[:-1].tolist(), number)
    ]
    found = _best_widths(lengths, edges, most=3, least=np.full(len(edges), least))
    assert cost(tuple(found.tolist())) == min(map(cost, choices)) < np.inf


WIDTHS = [
    (12, 12), (20, 12), (16, 16), (28, 16), (20, 20), (32, 20), (28, 24), (40, 24), (36, 32),
    (52, 32), (40, 54), (70, 54),
]  # fmt: skip
MEMBERS = [1410, 480, 754, 516, 463, 409, 336, 138, 289, 89, 66, 50]


@pytest.mark.parametrize(
    ("batch_tokens", "max_pairs", "rows"),
    [
        (512, None, [42, 40, 32, 31, 25, 25, 21, 20, 16, 15, 9, 9]),
        (2048, None, [157, 160, 126, 104, 93, 82, 84, 69, 58, 45, 33, 25]),
        (2048, 32, [32, 32, 32, 31, 31, 32, 31, 28, 29, 30, 22, 25]),
    ],
)
def test_the_plan_is_the_one_that_a_checkpoint_goes_on_with(
    batch_tokens: int, max_pairs: int | None, rows: list[int]
) -> None:
    buckets = plan_buckets(PAIRS, batch_tokens=batch_tokens, max_pairs=max_pairs)
    found = [(bucket.source, bucket.target) for bucket in buckets]
    assert found == WIDTHS and [bucket.rows for bucket in buckets] == rows
    assert [len(bucket.members) for bucket in buckets] == MEMBERS


def test_a_bucket_fills_half_a_batch() -> None:
    """A few long pairs would make a step of their own; they are enough for one of half a batch."""
    for few, buckets in ((7, [(8, 40)]), (8, [(8, 8), (8, 40)])):
        targets = np.array([8] * 400 + [40] * few)
        pairs = pairs_of_lengths(np.full(400 + few, 8), targets)
        found = plan_buckets(pairs, batch_tokens=640)
        assert [(bucket.source, bucket.target) for bucket in found] == buckets


def test_kinds_of_values() -> None:
    assert kinds_of(buckets_module) == {"Bucket": "frozen, by identity"}
