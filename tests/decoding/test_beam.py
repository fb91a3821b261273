"""Beam search step by step: what stays open, what is kept, when it ends."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.decoding.beam import beam_search
from kerasapps.deploy import translation_search as search
from kerasapps.deploy.hypotheses import END
from tests.decoding.table_translator import OneAtATime, TableTranslator, padded, random_sources

NEVER = -60.0


class Told(TableTranslator):
    """Log-probabilities of end mark and words by position and last piece; counts eager steps."""

    def __init__(self, *told: dict[int, list[float]], max_target: int = 8) -> None:
        super().__init__(0, vocabulary=6, max_target=max_target)
        self.told, self.positions = told, []

    def decode_step(self, tokens, position, memory, cache):
        self.positions.append(int(position))
        _, cache, attention = super().decode_step(tokens, position, memory, cache)
        rows = self.told[min(int(position), len(self.told) - 1)]
        shares = [rows.get(int(token), rows.get(-1, [1, 0, 0])) for token in tokens]
        logits = np.log(np.maximum(shares, math.exp(NEVER)))
        return (
            tf.constant(np.pad(logits, ((0, 0), (3, 0)), constant_values=NEVER), tf.float32),
            (cache),
            attention,
        )


SOURCE = tf.constant([[4, 5, END]])


def found_by(network: Told, **options) -> list[tuple[tuple[int, ...], float]]:
    ids, scores, attention = beam_search(network, SOURCE, **options)
    assert attention is None
    return [
        (tuple(row[row > 0].tolist()), round(float(score), 4))
        for row, score in zip(ids[0].numpy(), scores[0].numpy(), strict=True)
    ]


# After the start: end 0.1, 4: 0.5, 5: 0.4. After 4: end 0.2, 4: 0.3, 5: 0.5. After 5: end 0.9.
NETWORK = (
    {-1: [0.1, 0.5, 0.4]},
    {4: [0.2, 0.3, 0.5], 5: [0.9, 0.05, 0.05]},
    {-1: [1.0, 0.0, 0.0]},
)


def test_the_best_and_what_follows() -> None:
    """By hand: without a penalty a score is the logarithm of the probability."""
    found = found_by(Told(*NETWORK), beam=4, n_best=4, length_penalty=0.0)
    # 5: 0.4 * 0.9; 4 5: 0.25; 4 4: 0.15; 4 and nothing at all have 0.1: the earlier one is kept.
    assert [ids for ids, _ in found] == [(5, 3), (4, 5, 3), (4, 4, 3), (3,)]
    assert [score for _, score in found] == pytest.approx(np.log([0.36, 0.25, 0.15, 0.1]), abs=1e-4)


def test_the_penalty_divides_by_the_length() -> None:
    found = found_by(Told(*NETWORK), beam=4, n_best=2, length_penalty=1.0)
    # log 0.25 / 3 = -0.462; log 0.36 / 2 = -0.511
    assert found == [((4, 5, 3), -0.4621), ((5, 3), -0.5108)]
    # By default by the length itself, and one is returned.
    assert found_by(Told(*NETWORK), beam=4) == found[:1]


def test_only_the_first_of_the_likeliest_ways_end() -> None:
    """With a beam of 2 the end of 0.1 at once is only third, so it is not kept."""
    found = found_by(Told(*NETWORK), beam=2, n_best=2, length_penalty=0.0)
    assert [ids for ids, _ in found] == [(5, 3), (4, 5, 3)]
    # With a beam of 1 only what is likeliest goes on.
    assert [ids for ids, _ in found_by(Told(*NETWORK), beam=1, length_penalty=0.0)] == [(4, 5, 3)]


@pytest.mark.parametrize(
    ("beam", "n_best", "penalty", "steps"),
    [
        # After two steps 0.36 is kept; the best open one has 0.25, and cannot gain.
        (4, 1, 0.0, 2),
        # The second best will be 0.25, for which one more step is needed; then 0.15.
        (4, 2, 0.0, 3),
        (4, 3, 0.0, 3),
        (4, 1, 1.0, 3),
    ],
)
def test_it_ends_when_nothing_open_can_win(beam, n_best, penalty, steps) -> None:
    network = Told(*NETWORK)
    found_by(network, beam=beam, n_best=n_best, length_penalty=penalty)
    assert network.positions == list(range(steps))


@pytest.mark.parametrize(("penalty", "steps"), [(0.0, 1), (0.5, 8), (1.0, 8)])
def test_what_is_open_is_judged_as_if_it_went_on_for_free(penalty: float, steps: int) -> None:
    """log 0.4 is less than log 0.6, but not over the greatest length, 8, or its root."""
    network = Told({-1: [0.6, 0.4, 0.0]}, {-1: [0.0, 1.0, 0.0]})
    ((ids, _),) = found_by(network, beam=2, length_penalty=penalty)
    assert ids == (3,) and network.positions == list(range(steps))


def test_the_greatest_length_ends_everything() -> None:
    network = Told({-1: [0.0, 0.6, 0.4]})
    ((ids, score),) = found_by(network, beam=2, max_length=3, length_penalty=0.0)
    assert ids == (4, 4, 3) and network.positions == [0, 1, 2]
    assert score == pytest.approx(2 * math.log(0.6) + NEVER, abs=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_as_many_steps_as_the_search_in_numpy(seed: int) -> None:
    class Counts(TableTranslator):
        steps = 0

        def decode_step(self, tokens, position, memory, cache):
            self.steps = int(position) + 1
            return super().decode_step(tokens, position, memory, cache)

    class Stepper(OneAtATime):
        longest = 0

        def step(self, token, position, state):
            self.longest = max(self.longest, position + 1)
            return super().step(token, position, state)

    network = Counts(seed, max_target=12)
    (row,) = random_sources(seed, 3, network)[2:]
    stepper = Stepper(TableTranslator(seed, max_target=12))
    expected = search.beam_search(stepper, row, beam=3, n_best=2, max_length=12)
    found = beam_search(network, tf.constant(padded([row])), beam=3, n_best=2)
    assert network.steps == stepper.longest
    np.testing.assert_allclose(found.scores[0], [each.score for each in expected], atol=1e-5)
