"""How far a chain over tags is from another."""

from __future__ import annotations

import itertools

import numpy as np
import tensorflow as tf

from kerasapps.layers.chain import IMPOSSIBLE, chain_divergence

DRAWS = np.random.default_rng(0)
TAGS, LENGTHS = 3, (4, 1, 0)
MASK = np.arange(4) < np.array(LENGTHS)[:, None]


def drawn() -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Emissions and moves; no sentence starts with the last tag, nor has it behind the first."""
    start, between, end = (DRAWS.normal(size=size) for size in (3, (3, 3), 3))
    start[2] = between[0, 2] = IMPOSSIBLE
    scores = tuple(each.astype(np.float32) for each in (start, between, end))
    return DRAWS.normal(size=(3, 4, TAGS)).astype(np.float32), scores


def log_chances(emissions: np.ndarray, scores: tuple[np.ndarray, ...], length: int) -> np.ndarray:
    """Of every sequence of tags, by going through all of them."""
    start, between, end = (each.astype(np.float64) for each in scores)
    sums = [
        start[path[0]]
        + sum(emissions[place, tag] for place, tag in enumerate(path))
        + sum(between[before, after] for before, after in itertools.pairwise(path))
        + end[path[-1]]
        for path in itertools.product(range(TAGS), repeat=length)
    ]
    return np.array(sums) - np.logaddexp.reduce(sums)


def test_it_is_the_divergence_over_all_tags_that_a_sentence_could_have() -> None:
    (learnt, moves), (known, known_moves) = drawn(), drawn()
    found = chain_divergence(learnt, moves, known, known_moves, MASK).numpy()
    for row, length in enumerate(LENGTHS[:2]):
        ours = log_chances(learnt[row], moves, length)
        theirs = log_chances(known[row], known_moves, length)
        expected = np.sum(np.exp(theirs) * np.where(theirs > -99, theirs - ours, 0))
        np.testing.assert_allclose(found[row], expected, rtol=1e-4)
    assert found[2] == 0 and found[0] > 0.1
    same = chain_divergence(known, known_moves, known, known_moves, MASK).numpy()
    np.testing.assert_allclose(same, 0, atol=1e-5)


def test_what_stands_behind_a_sentence_says_nothing() -> None:
    (learnt, moves), (known, known_moves) = drawn(), drawn()
    found = chain_divergence(learnt, moves, known, known_moves, MASK).numpy()
    learnt[~MASK], known[~MASK] = 50, -50
    again = chain_divergence(learnt, moves, known, known_moves, MASK).numpy()
    np.testing.assert_allclose(again, found, rtol=1e-5)


def test_only_the_chain_that_learns_has_a_gradient_and_it_leads_to_the_teacher() -> None:
    (learnt, moves), (known, known_moves) = drawn(), drawn()
    ours = [tf.Variable(each) for each in (learnt, *moves)]
    theirs = [tf.Variable(each) for each in (known, *known_moves)]

    @tf.function
    def loss() -> tf.Tensor:
        return tf.reduce_sum(
            chain_divergence(ours[0], tuple(ours[1:]), theirs[0], tuple(theirs[1:]), MASK)
        )

    with tf.GradientTape() as tape:
        first = loss()
    slopes = tape.gradient(first, [*ours, *theirs])
    assert all(each is not None for each in slopes[:4]) and slopes[4:] == [None] * 4
    step = 1e-3
    for place in ((0, 1, 2), (1, 0, 0)):  # one of a sentence's midst, and of one of a single word
        moved = learnt.copy()
        moved[place] += step
        change = chain_divergence(moved, moves, known, known_moves, MASK).numpy().sum() - first
        np.testing.assert_allclose(slopes[0][place], change / step, rtol=0.05, atol=2e-3)
    for _ in range(300):
        with tf.GradientTape() as tape:
            last = loss()
        for variable, slope in zip(ours, tape.gradient(last, ours), strict=True):
            variable.assign_sub(0.3 * slope)
    assert float(last) < 0.05 * float(first)
