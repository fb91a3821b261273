from __future__ import annotations

import numpy as np
import pytest

from kerasapps.layers import NgramIds, NgramVotes, ngrams
from kerasapps.layers.ngrams import bayes_votes
from tests.layers.check_id_layer import check_id_layer
from tests.values import defaults_of

IDS = np.array([[1, 5, 9, 5, 9, 0, 0], [1, 4, 3, 9, 8, 7, 2], [0] * 7], np.int32)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_ngram_ids(order: int) -> None:
    layer = NgramIds(10, order=order, buckets=1000)
    check_id_layer(layer, IDS, output_shape=(3, 7 * order))


def test_each_ngram_of_a_text_once() -> None:
    rows = np.asarray(NgramIds(10, order=3, buckets=2**20)(IDS))
    # 1 5 9, then 1-5 5-9 9-5, then 1-5-9 5-9-5 9-5-9.
    assert np.count_nonzero(rows[0]) == 3 + 3 + 3
    assert sorted(rows[0][(rows[0] > 0) & (rows[0] < 10)]) == [1, 5, 9]
    assert len(set(rows[0][rows[0] > 0])) == 9
    assert np.count_nonzero(rows[1]) == 7 + 6 + 5
    assert not rows[2].any()


def test_padding_and_order_matter_to_nothing_and_to_pairs() -> None:
    layer = NgramIds(10, buckets=2**20)
    short = {int(i) for i in np.asarray(layer(IDS[:1, :5])).ravel() if i}
    assert short == {int(i) for i in np.asarray(layer(IDS[:1])).ravel() if i}
    turned = {int(i) for i in np.asarray(layer(IDS[:1, 4::-1])).ravel() if i}
    assert {i for i in turned if i < 10} == {i for i in short if i < 10} and turned != short


def test_largest_ids_stay_within_int32_and_the_table() -> None:
    ids = np.full((1, 4), 2**15 - 1, np.int32)
    ids[0, 1] = 2
    rows = np.asarray(NgramIds(2**15, order=3, buckets=2**20)(ids))
    assert rows.min() >= 0 and rows.max() < 2**15 + 2**20
    a, b, c = (int(i) for i in ids[0, :3])
    pair = (a * 33_201 + b * 9_089) % 1_048_573
    triple = (pair * 1_021 + c * 32_749) % 1_048_573
    # In Python's unbounded integers: nothing overflowed.
    assert {2**15 + pair, 2**15 + triple} <= set(rows[0].tolist())


def test_pairs_of_frequent_tokens_share_fewer_numbers_than_under_a_random_hash() -> None:
    rng, buckets = np.random.default_rng(0), 2**17
    odds = 1 / np.arange(1, 5001)
    tokens = rng.choice(np.arange(2, 5002), (4000, 40), p=odds / odds.sum()).astype(np.int32)
    pairs = np.unique(np.stack([tokens[:, :-1], tokens[:, 1:]], -1).reshape(-1, 2), axis=0)
    ids = np.asarray(NgramIds(2**15, buckets=buckets)(pairs.astype(np.int32)))
    used = np.unique(ids[ids >= 2**15]).size
    assert used > buckets * (1 - (1 - 1 / buckets) ** len(pairs))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"order": 4}, "order must be from 1 to 3"),
        ({"vocabulary_size": 2**15 + 1}, "up to 32768 tokens"),
        ({"buckets": 2**20 + 1}, "buckets must be up to 1048576"),
    ],
)
def test_refuses_what_would_overflow(options: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NgramIds(**({"vocabulary_size": 10} | options))


def test_ngram_votes() -> None:
    layer = NgramVotes(3, 10)
    check_id_layer(layer, IDS, output_shape=(3, 3))


def test_votes_are_summed_over_what_is_there() -> None:
    layer = NgramVotes(2, 10, dropout=0.5)
    layer.build((None, None))
    table = np.random.default_rng(0).normal(size=(10, 2)).astype(np.float32)
    layer.votes.assign(table)
    expected = [table[row[row > 0]].sum(0) for row in IDS]
    np.testing.assert_allclose(layer(IDS), expected, atol=1e-6)
    trained = np.asarray(layer(np.tile(IDS, (2000, 1)), training=True)).reshape(2000, 3, 2)
    np.testing.assert_allclose(trained.mean(0), expected, atol=0.3)
    assert trained[:, :2].std(0).min() > 0.5, "other n-grams are dropped in each text"


def test_adapt_is_naive_bayes() -> None:
    ids = np.array([[4, 5, 0], [4, 0, 0], [4, 6, 0], [6, 7, 0]], np.int32)
    labels = [1, 1, 0, 0]
    layer = NgramVotes(2, 9, spread=3.0)
    layer.adapt(ids, labels)
    votes = np.asarray(layer.votes)
    # Smoothed counts of the n-grams 4 to 7: class 0 has 2, 1, 3, 2 (of 8), class 1 3, 2, 1, 1 of 7.
    ratio = np.log(np.array([3, 2, 1, 1]) / 7) - np.log(np.array([2, 1, 3, 2]) / 8)
    factor = votes[4, 1] / (ratio[0] / 2)
    np.testing.assert_allclose(votes[4:8, 1], factor * ratio / 2, rtol=1e-5)
    np.testing.assert_allclose(votes[:, 0], -votes[:, 1], atol=1e-6)
    assert not votes[[0, 1, 2, 3, 8]].any(), "padding and what was never seen have no vote"
    np.testing.assert_allclose(np.asarray(layer(ids)).std(), 3.0, rtol=1e-4)
    np.testing.assert_array_equal(np.asarray(layer(ids)).argmax(1), labels)


def test_bayes_votes_of_three_classes_are_centred() -> None:
    counts = np.array([[9, 9, 9], [5, 0, 1], [0, 0, 0], [2, 2, 2.0]])
    votes = bayes_votes(counts, smoothing=1.0)
    np.testing.assert_allclose(votes.sum(1), 0, atol=1e-6)
    assert votes[1].argmax() == 0 and not votes[[0, 2]].any()


def test_adapt_refuses() -> None:
    with pytest.raises(ValueError, match="0 texts and 0 labels"):
        NgramVotes(2, 9).adapt(np.zeros((0, 3), np.int32), [])
    with pytest.raises(ValueError, match="3 texts and 2 labels"):
        NgramVotes(2, 9).adapt(IDS, [0, 1])


def test_votes_of_half_the_ngrams_are_dropped_and_the_rest_doubled() -> None:
    layer = NgramVotes(1, 10, dropout=0.5)
    layer.build((None, None))
    layer.votes.assign(np.ones((10, 1)))
    ids = np.tile(np.array([[3, 4, 5, 0]], np.int32), (500, 1))
    counts = np.asarray(layer.call(ids, training=True))[:, 0]
    assert set(counts) == {0.0, 2.0, 4.0, 6.0}
    np.testing.assert_array_equal(layer.call(ids, training=False), 3)
    np.testing.assert_array_equal(layer.call(ids), 3)


def test_adapt_counts_texts_in_all_chunks() -> None:
    """More texts than are read at a time: the last decide as much as the first."""
    ids = np.tile(np.array([[4, 5], [6, 0]], np.int32), (2000, 1))
    ids[-1] = [7, 0]
    labels = np.tile([0, 1], 2000)
    layer = NgramVotes(2, 9)
    layer.adapt(ids, labels)
    votes = np.asarray(layer.votes)
    counts = np.zeros((9, 2))
    counts[[4, 5], 0] = 2000
    counts[6, 1], counts[7, 1] = 1999, 1
    expected = bayes_votes(counts, smoothing=1.0)
    np.testing.assert_allclose(votes / votes[7, 1], expected / expected[7, 1], rtol=1e-4)


def test_bayes_votes_are_log_likelihoods_less_their_mean() -> None:
    counts = np.array([[0, 0], [3, 1], [0, 2], [0, 0]], float)
    votes = bayes_votes(counts, smoothing=0.5)
    likelihood = np.log([[3.5 / 4, 1.5 / 4], [0.5 / 4, 2.5 / 4]])
    np.testing.assert_allclose(
        votes[1:3], likelihood - likelihood.mean(1, keepdims=True), atol=1e-6
    )
    assert not votes[[0, 3]].any() and votes.dtype == np.float32


def test_a_pair_of_tokens_is_numbered_by_the_hash_within_its_buckets() -> None:
    rows = np.asarray(NgramIds(10, order=3, buckets=7)(np.array([[4, 3, 9, 0]], np.int32)))
    first, second = (4 * 33_201 + 3 * 9_089), (3 * 33_201 + 9 * 9_089)
    triple = first * 1_021 + 9 * 32_749
    expected = {4, 3, 9, *(10 + number % 1_048_573 % 7 for number in (first, second, triple))}
    assert set(rows[rows > 0].tolist()) == expected


def test_limits_are_taken_and_defaults_are_pairs() -> None:
    assert NgramIds(2**15, order=3, buckets=2**20).order == 3
    assert NgramIds(1, order=1, buckets=1).buckets == 1
    plain = NgramIds(10)
    assert (plain.order, plain.buckets) == (2, 2**18)
    for options in ({"order": 0}, {"buckets": 0}):
        with pytest.raises(ValueError, match="NgramIds"):
            NgramIds(10, **options)
    with pytest.raises(ValueError, match="up to 32768 tokens, got 0"):
        NgramIds(0)
    votes = NgramVotes(2, 9)
    assert (votes.dropout, votes.spread, votes.smoothing) == (0.0, 1.0, 1.0)


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(ngrams) == {
        "NgramIds": {"order": 2, "buckets": 262144},
        "NgramVotes": {"dropout": 0.0, "spread": 1.0, "smoothing": 1.0},
    }
