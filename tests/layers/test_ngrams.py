from __future__ import annotations

import itertools

import numpy as np
import pytest

from kerasapps.layers import NgramIds, SolvedVotes, ngrams
from kerasapps.layers.ngrams import suitable_buckets
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


def test_solved_votes() -> None:
    check_id_layer(SolvedVotes(3, 10, tokens=6), IDS, output_shape=(3, 3))


def test_votes_count_one_over_the_root_of_how_many_there_are() -> None:
    layer = SolvedVotes(2, 10, tokens=6)
    layer.build((None, None))
    draw = np.random.default_rng(0)
    table = draw.normal(size=(10, 2)).astype(np.float32)
    layer.votes.assign(table)
    layer.bias.assign([0.5, -2.0])
    expected = []
    for row in IDS:
        single, longer = row[(row > 0) & (row < 6)], row[row >= 6]
        sums = [table[each].sum(0) / max(1, len(each)) ** 0.5 for each in (single, longer)]
        expected.append(sums[0] + sums[1] + [0.5, -2.0])
    np.testing.assert_allclose(layer(IDS), expected, atol=1e-5)
    assert not layer.trainable_weights, "gradients leave alone what is solved for"


def test_adapt_solves_for_the_votes_of_this_very_layer() -> None:
    draw = np.random.default_rng(0)
    labels = draw.integers(0, 3, 300)
    ids = draw.integers(1, 6, (300, 6)).astype(np.int32)
    ids[:, 0] = np.where(draw.random(300) < 0.9, 6 + labels, 9)
    layer = SolvedVotes(3, 12, tokens=6)
    layer.adapt(ids, labels)
    votes = np.asarray(layer.votes)
    assert [row.argmax() for row in votes[6:9]] == [0, 1, 2]
    assert np.abs(votes[6:9]).max() > 5 * np.abs(votes[1:6]).max()
    assert not votes[[0, 10, 11]].any(), "padding and what was never seen have no vote"
    assert (np.asarray(layer(ids)).argmax(1) == labels).mean() > 0.85


def test_a_class_that_counts_more_gets_the_texts_in_doubt() -> None:
    ids = np.tile(np.array([1, 2, 0], np.int32), (100, 1))
    labels = (np.arange(100) % 4 == 0).astype(int)
    answers = []
    for weights in (None, [1.0, 1.0], [0.1, 10.0]):
        layer = SolvedVotes(2, 9, tokens=5)
        layer.adapt(ids, labels, class_weights=weights)
        answers.append(np.asarray(layer(ids[:1]))[0])
    np.testing.assert_array_equal(answers[0], answers[1])
    assert answers[0].argmax() == 0 and answers[2].argmax() == 1


def test_adapt_refuses() -> None:
    with pytest.raises(ValueError, match="0 texts and 0 labels"):
        SolvedVotes(2, 9, tokens=5).adapt(np.zeros((0, 3), np.int32), [])
    with pytest.raises(ValueError, match="3 texts and 2 labels"):
        SolvedVotes(2, 9, tokens=5).adapt(IDS, [0, 1])


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


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(ngrams) == {
        "NgramIds": {"order": 2, "buckets": 262144},
    }


def test_buckets_are_twice_the_pairs_that_there_are_and_bounded_by_the_votes() -> None:
    draw = np.random.default_rng(0)
    ids = draw.integers(1, 2000, (900, 12)).astype(np.int32)  # some 9,900 pairs
    ids[:, 9:] = 0
    pairs = len({each for row in ids.tolist() for each in itertools.pairwise(row[:9])})
    assert 4096 < pairs < 8192
    assert suitable_buckets(ids, classes=2) == 2**14
    assert suitable_buckets(ids, classes=600) == 2**13 == suitable_buckets(ids, classes=1024)
    assert suitable_buckets(ids[:2], classes=2) == suitable_buckets(ids, classes=10**6) == 2**12
    assert suitable_buckets(np.zeros((1, 2), np.int32), classes=2) == 2**12
