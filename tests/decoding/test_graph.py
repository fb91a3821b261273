"""Batched searches against the same searches in numpy, and what no network may upset."""

from __future__ import annotations

import inspect
import math
from functools import partial

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.decoding import graph
from kerasapps.decoding.chances import draw, log_probabilities
from kerasapps.deploy import translation_search as search
from kerasapps.deploy.hypotheses import END, Sampling
from kerasapps.errors import ConfigError
from tests.decoding.table_translator import OneAtATime, TableTranslator, padded, random_sources


def ids_of(row: np.ndarray) -> tuple[int, ...]:
    """Up to the end mark; what follows must be padding."""
    end = row.tolist().index(END)
    assert not row[end + 1 :].any()
    return tuple(row[: end + 1].tolist())


@pytest.mark.parametrize(("seed", "length_penalty"), [(0, 0.0), (1, 0.7), (3, 1.0)])
def test_equal_the_searches_in_numpy(seed: int, length_penalty: float) -> None:
    network = TableTranslator(seed)
    rows = random_sources(seed, 7, network)
    source, stepper = tf.constant(padded(rows)), OneAtATime(network)
    options = {"length_penalty": length_penalty}
    single = graph.greedy(network, source, with_attention=True, **options)
    several = graph.beam_search(network, source, beam=5, n_best=3, **options)
    assert several.attention is None
    lengths = set()
    for number, row in enumerate(rows):
        expected = search.greedy(stepper, row, max_length=7, **options)
        assert ids_of(single.ids[number, 0].numpy()) == expected.ids
        assert float(single.scores[number, 0]) == pytest.approx(expected.score, abs=1e-5)
        looked = single.attention[number].numpy()
        np.testing.assert_allclose(
            looked[: len(expected.ids), : len(row)], expected.attention[:, : len(row)], atol=1e-5
        )
        assert not looked[len(expected.ids) :].any()
        best = search.beam_search(stepper, row, beam=5, n_best=3, max_length=7, **options)
        assert [ids_of(each) for each in several.ids[number].numpy()] == [each.ids for each in best]
        np.testing.assert_allclose(several.scores[number], [each.score for each in best], atol=1e-5)
        lengths.add(len(expected.ids))
    assert len(lengths) > 1  # rows that end early beside rows that go on


def test_a_row_does_not_depend_on_its_neighbours_nor_on_padding() -> None:
    network = TableTranslator(0)
    rows = random_sources(5, 8, network)
    together = graph.beam_search(network, tf.constant(padded(rows)), beam=4, n_best=2)
    for number, row in enumerate(rows):
        alone = graph.beam_search(network, tf.constant(row[None]), beam=4, n_best=2)
        np.testing.assert_array_equal(alone.ids[0], together.ids[number])
        np.testing.assert_allclose(alone.scores[0], together.scores[number], atol=1e-5)


def test_the_best_of_a_wide_beam_is_the_best_there_is() -> None:
    network = TableTranslator(2, vocabulary=6, max_target=4, scale=1.0)
    row = np.array([5, 4, END], np.int32)
    wide = graph.beam_search(network, tf.constant(row[None]), beam=20, n_best=20)
    # Two words: 1 + 2 + 4 + 8 translations of at most four pieces, and no more.
    found = wide.scores[0].numpy()
    assert np.isfinite(found).sum() == 15
    assert (np.diff(found[:15]) <= 0).all()
    assert not wide.ids[0, 15:].numpy().any()
    assert len({ids_of(each) for each in wide.ids[0, :15].numpy()}) == 15
    narrow = graph.beam_search(network, tf.constant(row[None]), beam=20)
    assert float(narrow.scores[0, 0]) == found[0]


class Fixed(TableTranslator):
    """Says the same at every step from the last row on; counts steps of eager searches."""

    def __init__(self, *logits: list[float], **options: int) -> None:
        super().__init__(0, vocabulary=len(logits[0]), **options)
        self.logits, self.steps = [[float(each) for each in row] for row in logits], 0

    def decode_step(self, tokens, position, memory, cache):
        self.steps += 1
        _, cache, attention = super().decode_step(tokens, position, memory, cache)
        logits = self.logits[min(int(position), len(self.logits) - 1)]
        return tf.repeat([logits], tf.shape(tokens)[0], axis=0), cache, attention


SOURCE = tf.constant([[4, 5, END], [5, END, 0]])


@pytest.mark.parametrize("impossible", [-1e9, -np.inf])
def test_a_network_that_never_ends_is_ended(impossible: float) -> None:
    network = Fixed([9, 9, 9, impossible, 1, 2], max_target=30)
    for found in (
        graph.greedy(network, SOURCE, max_length=11),
        graph.beam_search(network, SOURCE, beam=3, max_length=11),
        graph.sample(network, SOURCE, sampling=Sampling(), max_length=11),
    ):
        assert found.ids.shape == (2, 1, 11)
        assert [len(ids_of(row[0])) for row in found.ids.numpy()] == [11, 11]
        assert np.isfinite(found.scores).all()
        assert set(np.ravel(found.ids[:, :, :-1])) <= {4, 5}
    assert network.steps == 33


def test_searches_stop_when_every_row_is_finished() -> None:
    network = Fixed([0, 0, 0, 9, 1, 2], max_target=30)
    graph.greedy(network, SOURCE)
    assert network.steps == 1
    graph.beam_search(network, SOURCE, beam=2)
    assert network.steps <= 4


def test_the_search_goes_on_while_something_open_can_still_win() -> None:
    # Ending at once scores log 0.6; a free run of words after one of 0.3 scores more in the end,
    # though less than that as long as it is short.
    first = [-30, -30, -30, *np.log([0.6, 0.3]), -30, math.log(0.1)]
    network = Fixed(first, [-30, -30, -30, -30, -30, 0, -30], max_target=30)
    network.logits += [network.logits[1]] * 3 + [first]
    found = graph.beam_search(network, SOURCE, beam=2, max_length=6)
    assert ids_of(found.ids[0, 0].numpy()) == (4, 5, 5, 5, 5, END)


def test_of_equally_likely_pieces_the_lowest_ids_come_first() -> None:
    network = Fixed([0, 0, 0, -1, 0, 0, 0], max_target=3)
    found = graph.beam_search(network, SOURCE, beam=2, n_best=2).ids.numpy()
    assert found[1].tolist() == [[4, 4, END], [4, 5, END]]
    assert graph.greedy(network, SOURCE).ids[0, 0].numpy().tolist() == [4, 4, END]


@pytest.mark.parametrize("broken", [np.nan, -np.inf, np.inf])
def test_a_broken_network_gets_an_ended_answer(broken: float) -> None:
    network = Fixed([broken] * 6, max_target=5)
    for found in (graph.greedy(network, SOURCE), graph.beam_search(network, SOURCE, beam=3)):
        assert all(ids_of(row[0]) for row in found.ids.numpy())


def test_probabilities_and_draws_equal_those_in_numpy() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(scale=3, size=(200, 30)).astype(np.float32)
    points = random.random(200).astype(np.float32)
    for only_end in (False, True):
        expected = [search.log_probabilities(row, only_end=only_end) for row in logits]
        chances = log_probabilities(tf.constant(logits), only_end=only_end)
        np.testing.assert_allclose(chances, expected, atol=1e-5)
        for sampling in (
            Sampling(),
            Sampling(temperature=2.5),
            Sampling(top_k=4),
            Sampling(top_k=400, top_p=0.7),
        ):
            drawn = draw(chances, tf.constant(points), sampling).numpy().tolist()
            pairs = zip(expected, points, strict=True)
            assert drawn == [search.draw(row, float(point), sampling) for row, point in pairs]
            assert only_end == (len(set(drawn)) == 1)


def test_samples_follow_the_seed_and_the_distribution() -> None:
    network = Fixed([5, 5, 5, -9, *np.log([0.1, 0.2, 0.7])], max_target=2)
    source = tf.repeat(SOURCE[:1], 4000, axis=0)
    drawn = graph.sample(network, source, sampling=Sampling(seed=1)).ids[:, 0, 0].numpy()
    np.testing.assert_allclose(
        np.bincount(drawn, minlength=7)[4:] / 4000, [0.1, 0.2, 0.7], atol=0.03
    )
    again = graph.sample(network, source, sampling=Sampling(seed=1))
    np.testing.assert_array_equal(again.ids[:, 0, 0], drawn)
    other = graph.sample(network, source, sampling=Sampling(seed=1), seed=2)
    assert (other.ids[:, 0, 0].numpy() != drawn).any()


def test_drawing_the_likeliest_only_is_greedy_search() -> None:
    network = TableTranslator(1)
    source = tf.constant(padded(random_sources(0, 6, network)))
    drawn = graph.sample(network, source, sampling=Sampling(top_k=1), with_attention=True)
    single = graph.greedy(network, source, with_attention=True)
    for found, expected in zip(drawn, single, strict=True):
        np.testing.assert_array_equal(found, expected)


class KnowsItsSource(TableTranslator):
    """Notes which file the code of its step was compiled from."""

    compiled_from = ""

    def decode_step(self, tokens, position, memory, cache):
        self.compiled_from = inspect.currentframe().f_code.co_filename
        return super().decode_step(tokens, position, memory, cache)


@pytest.mark.parametrize("search_for", [graph.greedy, partial(graph.beam_search, beam=2)])
def test_autograph_does_not_rewrite_the_network(search_for) -> None:
    network = KnowsItsSource(0)
    tf.function(lambda source: search_for(network, source).ids)(SOURCE)
    assert network.compiled_from == __file__


def test_refusals() -> None:
    network = TableTranslator(0)
    with pytest.raises(ConfigError, match="max_length 8 is more than the network writes: 7"):
        graph.greedy(network, SOURCE, max_length=8)
    with pytest.raises(ConfigError, match="n_best 3 is more than the beam keeps"):
        graph.beam_search(network, SOURCE, beam=2, n_best=3)
