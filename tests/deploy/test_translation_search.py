"""Searches over a network that is a plain function of the pieces so far."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest

from kerasapps.deploy.hypotheses import END, FLOOR, PADDING, START, Sampling
from kerasapps.deploy.translation_search import beam_search, draw, greedy, log_probabilities, sample
from kerasapps.errors import ConfigError
from kerasapps.preprocess.tokenizers import subword

WORDS = (4, 5, 6)
VOCABULARY = 7
SOURCE = np.array([5, 6, END], np.int32)
Prefix = tuple[int, ...]


class Scripted:
    """Its state is the pieces so far; logits and attention are functions of them."""

    def __init__(self, logits: Callable[[Prefix], np.ndarray]) -> None:
        self.logits = logits
        self.steps = 0

    def start(self, source_ids: np.ndarray) -> Prefix:
        assert source_ids is SOURCE
        return ()

    def step(self, token: int, position: int, state: Prefix):
        assert position == len(state)
        assert (token == START) == (position == 0)
        self.steps += 1
        state = (*state, token)
        return self.logits(state[1:]), state, looked_at(state[1:])


def looked_at(prefix: Prefix) -> np.ndarray:
    return np.array([len(prefix), sum(prefix), 1], np.float32)


def random_logits(seed: int) -> Callable[[Prefix], np.ndarray]:
    return lambda prefix: (
        np.random.default_rng([seed, *prefix]).normal(scale=2, size=VOCABULARY).astype(np.float32)
    )


def always(*logits: float) -> Callable[[Prefix], np.ndarray]:
    return lambda prefix: np.array(logits, np.float32)


def score_of(ids: Prefix, logits: Callable[[Prefix], np.ndarray], length_penalty: float) -> float:
    total = 0.0
    for position, piece in enumerate(ids):
        row = logits(ids[:position]).astype(np.float64)
        total += row[piece] - np.log(np.exp(row).sum())
    return total / len(ids) ** length_penalty


def all_translations(max_length: int) -> list[Prefix]:
    return [
        (*words, END)
        for length in range(max_length)
        for words in itertools.product(WORDS, repeat=length)
    ]


@pytest.mark.parametrize("length_penalty", [0.0, 0.6, 1.0, 2.0])
@pytest.mark.parametrize("seed", range(8))
def test_a_wide_beam_finds_what_exhaustive_search_finds(seed: int, length_penalty: float) -> None:
    logits = random_logits(seed)
    every = all_translations(4)
    assert len(every) == 1 + 3 + 9 + 27
    ranked = sorted(every, key=lambda ids: -score_of(ids, logits, length_penalty))
    options = {"max_length": 4, "length_penalty": length_penalty}
    found = beam_search(Scripted(logits), SOURCE, beam=40, n_best=5, **options)
    assert [each.ids for each in found] == ranked[:5]
    expected = [score_of(ids, logits, length_penalty) for ids in ranked[:5]]
    np.testing.assert_allclose([each.score for each in found], expected, atol=1e-5)
    alone = beam_search(Scripted(logits), SOURCE, beam=40, **options)
    assert [each.ids for each in alone] == ranked[:1]


def test_all_translations_are_given_where_fewer_exist_than_wanted() -> None:
    found = beam_search(Scripted(random_logits(0)), SOURCE, beam=50, n_best=50, max_length=3)
    assert sorted(each.ids for each in found) == sorted(all_translations(3))


def test_beam_search_escapes_the_trap_that_greedy_search_falls_into() -> None:
    def logits(prefix: Prefix) -> np.ndarray:
        chances = np.full(VOCABULARY, 1e-6)
        if not prefix:
            chances[[4, 5]] = 0.6, 0.4  # the likelier first word …
        elif prefix[0] == 4:
            chances[[4, 5, 6, END]] = 0.25  # … has no good continuation
        else:
            chances[END] = 1
        return np.log(chances).astype(np.float32)

    assert greedy(Scripted(logits), SOURCE, max_length=2).ids == (4, END)
    (best,) = beam_search(Scripted(logits), SOURCE, beam=2, max_length=2)
    assert best.ids == (5, END)
    assert best.score == pytest.approx(math.log(0.4) / 2, abs=1e-4)


def test_a_narrow_beam_keeps_open_hypotheses_apart_from_finished_ones() -> None:
    # The end is the likeliest at once; a longer translation is better by the penalty used.
    stepper = Scripted(lambda prefix: always(0, 0, 0, 2, 1.9, 0, 0)(prefix) * (len(prefix) < 5))
    found = beam_search(stepper, SOURCE, beam=1, max_length=6, length_penalty=2.0)
    assert found[0].ids == (4, 4, 4, 4, 4, END)


def test_what_ends_counts_only_among_the_beams_likeliest() -> None:
    # At the first step the end is third: a beam of two must not finish the empty translation.
    stepper = Scripted(lambda prefix: always(0, 0, 0, 1.8, 2, 1.9, 0)(prefix) * (len(prefix) == 0))
    options = {"max_length": 6, "length_penalty": 0.0}
    narrow = beam_search(stepper, SOURCE, beam=2, **options)
    assert narrow[0].ids != (END,)
    wide = beam_search(stepper, SOURCE, beam=3, **options)
    assert wide[0].ids == (END,)


def test_of_equally_likely_pieces_the_lowest_ids_come_first() -> None:
    stepper = Scripted(always(0, 0, 0, -1, 0, 0, 0))
    assert greedy(stepper, SOURCE, max_length=3).ids == (4, 4, END)
    found = beam_search(stepper, SOURCE, beam=2, n_best=2, max_length=3)
    assert [each.ids for each in found] == [(4, 4, END), (4, 5, END)]


@pytest.mark.parametrize("impossible", [-1e9, -np.inf])
def test_a_network_that_never_ends_is_ended(impossible: float) -> None:
    stepper = Scripted(always(9, 9, 9, impossible, 1, 2, 0))
    single = greedy(stepper, SOURCE, max_length=9)
    drawn = sample(stepper, SOURCE, max_length=9, sampling=Sampling())
    (best,) = beam_search(stepper, SOURCE, beam=4, max_length=9)
    for found in (single, drawn, best):
        assert len(found.ids) == 9
        assert found.ids.index(END) == 8
        assert np.isfinite(found.score)
        assert found.attention is not None
        assert found.attention.shape == (9, 3)


@pytest.mark.parametrize("broken", [np.nan, -np.inf, np.inf])
def test_a_broken_network_gets_an_ended_answer(broken: float) -> None:
    stepper = Scripted(always(*[broken] * VOCABULARY))
    assert greedy(stepper, SOURCE, max_length=4).ids[-1] == END
    assert beam_search(stepper, SOURCE, beam=2, max_length=4)[0].ids[-1] == END


def test_padding_unknown_and_start_are_never_taken() -> None:
    stepper = Scripted(always(9, 9, 9, 0, 1, 0, 0))
    assert greedy(stepper, SOURCE, max_length=3).ids == (4, 4, END)
    for seed in range(20):
        drawn = sample(stepper, SOURCE, max_length=5, sampling=Sampling(seed=seed))
        assert set(drawn.ids) <= {END, *WORDS}
    for found in beam_search(stepper, SOURCE, beam=50, n_best=50, max_length=3):
        assert set(found.ids) <= {END, *WORDS}


def test_a_vocabulary_without_words_gives_empty_translations() -> None:
    stepper = Scripted(always(5, 5, 5, 0))
    assert greedy(stepper, SOURCE, max_length=4).ids == (END,)
    found = beam_search(stepper, SOURCE, beam=3, n_best=3, max_length=4)
    assert [each.ids for each in found] == [(END,)]


def test_the_search_stops_when_nothing_open_can_still_win() -> None:
    def logits(prefix: Prefix) -> np.ndarray:
        return np.array([0, 0, 0, 0 if len(prefix) < 2 else 20, 10, 0, 0], np.float32)

    stepper = Scripted(logits)
    (best,) = beam_search(stepper, SOURCE, beam=3, max_length=50)
    assert best.ids == (4, 4, END)
    # One open hypothesis at first, then three at each of a few steps, instead of 50.
    assert stepper.steps <= 1 + 3 * 3


def test_the_search_goes_on_while_something_open_can_still_win() -> None:
    # Ending at once scores log 0.6; a free run of words after one of 0.3 scores more in the end,
    # though less than that as long as it is short.
    first, later = np.full((2, VOCABULARY), -30, np.float32)
    first[[END, 4, 6]] = np.log([0.6, 0.3, 0.1])
    later[5] = 0
    (best,) = beam_search(
        Scripted(lambda prefix: later if 0 < len(prefix) < 5 else first),
        SOURCE,
        beam=2,
        max_length=6,
    )
    assert best.ids == (4, 5, 5, 5, 5, END)


def test_each_hypothesis_has_its_own_attention() -> None:
    for found in beam_search(
        Scripted(random_logits(3)), SOURCE, beam=6, n_best=6, max_length=4, length_penalty=0.5
    ):
        own = [looked_at(found.ids[:position]) for position in range(len(found.ids))]
        np.testing.assert_array_equal(found.attention, own)


def test_the_marks_are_those_of_the_tokenizers() -> None:
    # A piece below the end mark is never taken.
    assert (PADDING, START, END) == (subword.PAD_ID, subword.START_ID, subword.END_ID)
    assert subword.UNKNOWN_ID < END


def test_log_probabilities_are_those_of_all_pieces() -> None:
    logits = np.array([1, 2, 3, 0, -1, 500, 2], np.float32)
    chances = log_probabilities(logits, only_end=False)
    np.testing.assert_array_equal(chances[:3], -np.inf)
    np.testing.assert_allclose(chances[3:], logits[3:] - 500, atol=1e-4)
    last = log_probabilities(logits - 1e6 * (np.arange(7) == END), only_end=True)
    np.testing.assert_array_equal(last, [-np.inf] * 3 + [FLOOR] + [-np.inf] * 3)


def test_log_probabilities_of_several_hypotheses_are_those_of_each() -> None:
    rows = np.stack([random_logits(seed)(()) for seed in range(3)])
    for only_end in (False, True):
        found = log_probabilities(rows, only_end=only_end)
        each = [log_probabilities(row, only_end=only_end) for row in rows]
        np.testing.assert_array_equal(found, each)


def test_draws_follow_the_distribution() -> None:
    chances = np.log(np.array([0.1, 0.2, 0.3, 0.4], np.float32))
    points = (np.arange(2000) + 0.5) / 2000

    def shares(**options: float) -> object:
        drawn = [draw(chances, point, Sampling(**options)) for point in points]
        return pytest.approx(np.bincount(drawn, minlength=4) / len(points), abs=2e-3)

    assert shares() == [0.1, 0.2, 0.3, 0.4]
    assert shares(top_k=2) == [0, 0, 3 / 7, 4 / 7]
    assert shares(top_p=0.75) == [0, 2 / 9, 3 / 9, 4 / 9]
    assert shares(top_p=0.4, top_k=3) == [0, 0, 0, 1]
    assert shares(temperature=0.5) == [0.01 / 0.3, 0.04 / 0.3, 0.09 / 0.3, 0.16 / 0.3]


def test_a_share_begins_where_the_one_before_it_ends() -> None:
    chances = np.log(np.array([0.5, 0.25, 0.25], np.float32))
    drawn = [draw(chances, point, Sampling()) for point in (0.0, 0.49, 0.5, 0.74, 0.75, 0.999)]
    assert drawn == [0, 0, 1, 1, 2, 2]
    # Pieces that make up half of all: the first does so alone.
    assert draw(chances, 0.999, Sampling(top_p=0.5)) == 0
    assert draw(chances, 0.999, Sampling(top_p=0.51)) == 1


def test_equally_likely_pieces_are_drawn_by_their_ids() -> None:
    chances = np.zeros(256, np.float32)
    assert [draw(chances, place / 256, Sampling()) for place in range(256)] == list(range(256))


def test_a_seed_repeats_a_sample_and_its_score_is_the_networks() -> None:
    logits = random_logits(1)

    def drawn(seed: int, **options: float):
        sampling = Sampling(seed=seed, **options)
        return sample(Scripted(logits), SOURCE, max_length=8, sampling=sampling, length_penalty=0.0)

    first = drawn(0, temperature=3.0)
    assert first.ids == drawn(0, temperature=3.0).ids
    if len(first.ids) < 8:
        assert first.score == pytest.approx(score_of(first.ids, logits, 0.0), abs=1e-4)
    assert len({drawn(seed, temperature=3.0).ids for seed in range(20)}) > 5
    likeliest = greedy(Scripted(logits), SOURCE, max_length=8).ids
    assert {drawn(seed, top_k=1).ids for seed in range(5)} == {likeliest}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"beam": 0}, "beam must be at least 1, got 0"),
        ({"beam": 2, "n_best": 3}, "n_best 3 is more than the beam keeps"),
        ({"beam": 2, "n_best": 0}, "n_best must be at least 1"),
        ({"beam": 2, "max_length": 0}, "max_length must be at least 1"),
        ({"beam": 2, "length_penalty": -0.5}, "length_penalty must be a number of at least 0"),
        ({"beam": 2, "length_penalty": math.nan}, "length_penalty must be a number of at least 0"),
    ],
)
def test_refusals(options: dict[str, float], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        beam_search(Scripted(random_logits(0)), SOURCE, **{"max_length": 4, **options})
    with pytest.raises(ConfigError, match=r"Sampling\.top_p must be a number"):
        Sampling(top_p=0.0)
