"""The best tags and their chances, held against all tags that short sentences could have."""

from __future__ import annotations

import doctest
import itertools

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config.iob2 import impossible_moves, impossible_starts
from kerasapps.decoding import viterbi as viterbi_module
from kerasapps.decoding import viterbi_graph
from kerasapps.decoding.viterbi import (
    Transitions,
    lattice,
    legal_transitions,
    marginals,
    viterbi,
)
from kerasapps.decoding.viterbi_graph import viterbi_in_graph

TAGS = ("O", "B-LOC", "B-PER", "I-LOC", "I-PER")
LENGTHS = (4, 1, 3, 2)

Path = tuple[int, ...]


def transitions_of(seed: int = 0) -> Transitions:
    """Random scores of what IOB2 allows."""
    rng, legal = np.random.default_rng(seed), legal_transitions(TAGS)
    start, between, end = (
        (rng.normal(size=each.shape) + each).astype(np.float32)
        for each in (legal.start, legal.between, legal.end)
    )
    return Transitions(start, between, end)


def emissions_of(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed + 100).normal(size=(4, 4, 5)).astype(np.float32)


def chances_of(emissions: np.ndarray, transitions: Transitions) -> dict[Path, float]:
    """Every choice of tags for one sentence, and its chance, by the definition."""
    scores = {}
    for path in itertools.product(range(5), repeat=len(emissions)):
        own = sum(float(emissions[word, tag]) for word, tag in enumerate(path))
        moves = sum(float(transitions.between[move]) for move in itertools.pairwise(path))
        ends = float(transitions.start[path[0]]) + float(transitions.end[path[-1]])
        scores[path] = ends + own + moves
    total = np.logaddexp.reduce(list(scores.values()))
    return {path: float(np.exp(score - total)) for path, score in scores.items()}


@pytest.mark.parametrize("seed", range(3))
def test_the_best_tags_in_numpy_and_in_a_graph_are_the_likeliest_of_all(seed: int) -> None:
    emissions, transitions = emissions_of(seed), transitions_of(seed)
    shape = [tf.TensorSpec((None, None, 5)), tf.TensorSpec((None,), tf.int32)]
    search = tf.function(
        lambda emissions, lengths: viterbi_in_graph(emissions, lengths, transitions),
        input_signature=shape,
        autograph=False,
    )
    found = search(emissions, np.array(LENGTHS, np.int32)).numpy()
    for row, length in enumerate(LENGTHS):
        chances = chances_of(emissions[row, :length], transitions)
        best = max(chances, key=lambda path: chances[path])
        assert tuple(viterbi(emissions[row, :length], transitions)) == best
        assert tuple(found[row]) == best + (0,) * (4 - length)
        assert best[0] not in impossible_starts(TAGS)
        assert not set(itertools.pairwise(best)) & set(impossible_moves(TAGS))


def test_no_scores_make_tags_that_are_no_iob2() -> None:
    emissions = np.zeros((6, 5), np.float32)
    emissions[:, 4] = 50.0
    legal = legal_transitions(TAGS)
    assert viterbi(emissions, legal).tolist() == [2, 4, 4, 4, 4, 4]
    lengths = np.array([6], np.int32)
    assert viterbi_in_graph(emissions[None], lengths, legal).numpy().tolist() == [
        [2, 4, 4, 4, 4, 4]
    ]


def test_a_batch_of_one_place_and_a_sentence_without_words() -> None:
    transitions = transitions_of()
    emissions = emissions_of()[:, :1]
    found = viterbi_in_graph(emissions, np.array([1, 1, 0, 1], np.int32), transitions).numpy()
    assert found[:, 0].tolist() == [
        *(viterbi(emissions[row], transitions)[0] for row in (0, 1)),
        0,
        viterbi(emissions[3], transitions)[0],
    ]
    assert viterbi(np.zeros((0, 5)), transitions).shape == (0,)
    assert marginals(np.zeros((0, 5)), transitions).shape == (0, 5)


def test_chances_of_tags_are_those_of_all_tags_summed_up() -> None:
    emissions, transitions = 3 * emissions_of()[0], transitions_of()
    expected = np.zeros((4, 5))
    for path, chance in chances_of(emissions, transitions).items():
        expected[range(4), path] += chance
    np.testing.assert_allclose(marginals(emissions, transitions), expected, atol=1e-9)


def test_the_chance_of_an_entity_is_that_of_all_tags_which_have_just_it() -> None:
    emissions, transitions = emissions_of()[0], transitions_of()
    whole, chances = lattice(emissions, transitions), chances_of(emissions, transitions)
    for first, last in itertools.combinations_with_replacement(range(4), 2):
        words = (2, *[4] * (last - first))
        expected = sum(
            chance
            for path, chance in chances.items()
            if path[first : last + 1] == words and path[last + 1 : last + 2] != (4,)
        )
        assert whole.entity_chance(first, last, 2, 4) == pytest.approx(expected, abs=1e-9)


def test_the_chance_of_an_entity_whose_type_has_no_further_words() -> None:
    tags = ("O", "B-DAY")
    legal = legal_transitions(tags)
    whole = lattice(np.array([[0.0, 1.0], [0.0, 0.0]]), legal)
    assert whole.entity_chance(0, 0, 1, None) == pytest.approx(np.e / (1 + np.e))
    assert whole.entity_chance(0, 1, 1, None) == 0.0


def test_long_sentences_of_large_scores_stay_finite() -> None:
    emissions = 1e3 * np.random.default_rng(0).normal(size=(2000, 5))
    chances = marginals(emissions, transitions_of())
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-9)
    assert (chances[0, [3, 4]] == 0).all()


@pytest.mark.parametrize("module", [viterbi_module, viterbi_graph])
def test_the_examples_run(module: object) -> None:
    globs = vars(module) | {"np": np, "tf": tf}
    assert doctest.testmod(module, globs=globs).failed == 0
