from __future__ import annotations

import numpy as np
import pytest

from kerasapps.layers import linear_votes
from kerasapps.layers.characters import character_runs
from kerasapps.layers.linear_votes import COSTS, solve_votes


def questions(count: int, *, classes: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Texts of ids 1 to 29, of which `10 + class` mostly stands in texts of its class."""
    draw = np.random.default_rng(seed)
    labels = draw.integers(0, classes, count)
    ids = draw.integers(10 + classes, 30, (count, 8)).astype(np.int32)
    ids[:, 0] = np.where(draw.random(count) < 0.9, 10 + labels, 1)
    return np.sort(ids, axis=1)[:, ::-1].copy(), labels


def logits(ids: np.ndarray, solved: object, *, tokens: int) -> np.ndarray:
    rows = []
    for row in ids:
        parts = [row[(row > 0) & (row < tokens)], row[row >= tokens]]
        rows.append(sum(solved.votes[each].sum(0) / max(1, len(each)) ** 0.5 for each in parts))
    return np.stack(rows) + solved.bias


@pytest.mark.parametrize("classes", [2, 3, 9])
def test_labels_are_found_and_logits_are_likely(classes: int) -> None:
    ids, labels = questions(1500, classes=classes)
    solved = solve_votes(ids, labels, classes=classes, ngrams=40, tokens=20)
    assert solved.votes.shape == (40, classes) and solved.bias.shape == (classes,)
    assert solved.votes.dtype == solved.bias.dtype == np.float32
    fresh, truth = questions(1000, classes=classes, seed=1)
    scores = logits(fresh, solved, tokens=20)
    # A tenth of the texts can only be guessed.
    assert (scores.argmax(1) == truth).mean() > 0.87
    chances = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    sure = chances.max(1)
    assert abs(sure.mean() - (scores.argmax(1) == truth).mean()) < 0.06


def test_each_label_of_a_set_has_votes_of_its_own() -> None:
    ids, first = questions(1500, classes=3)
    sets = np.stack([first == 0, first != 1, np.ones_like(first, bool)], axis=1).astype(np.int64)
    solved = solve_votes(ids, sets, classes=3, ngrams=40, tokens=20)
    fresh, truth = questions(1000, classes=3, seed=1)
    scores = logits(fresh, solved, tokens=20)
    given = scores > 0
    assert (given[:, 0] == (truth == 0)).mean() > 0.87 < (given[:, 1] == (truth != 1)).mean()
    assert given[:, 2].all()
    chances = 1 / (1 + np.exp(-scores[:, 0]))
    assert abs(np.maximum(chances, 1 - chances).mean() - 0.93) < 0.06, "sure as it is right"


def test_votes_for_a_number_add_up_to_it() -> None:
    ids, first = questions(1500, classes=3)
    numbers = (5.0 + 2 * first[:, np.newaxis]).astype(np.float32)
    solved = solve_votes(ids, numbers, classes=1, ngrams=40, tokens=20)
    assert solved.votes.shape == (40, 1) and solved.bias.shape == (1,)
    fresh, truth = questions(1000, classes=3, seed=1)
    errors = logits(fresh, solved, tokens=20)[:, 0] - (5 + 2 * truth)
    assert np.mean(errors**2) < 0.25 * np.var(2 * truth)
    empty = solve_votes(np.zeros((6, 3), np.int32), numbers[:6], classes=1, ngrams=40, tokens=20)
    assert not empty.votes.any() and empty.bias[0] == pytest.approx(numbers[:6].mean())


def test_rare_ngrams_speak_louder_than_common_ones() -> None:
    """Both tell the class in each of their texts, but one is in every other text."""
    ids = np.array([[3, 5], [3, 6], [4, 7], [4, 8]] * 30, np.int32)
    labels = np.tile([0, 0, 1, 1], 30)
    solved = solve_votes(ids, labels, classes=2, ngrams=9, tokens=9)
    assert solved.votes[5, 0] > solved.votes[3, 0] * 0.5 > 0
    np.testing.assert_allclose(solved.votes[:, 0], -solved.votes[:, 1], atol=1e-5)


def test_characters_hand_their_votes_to_the_words_that_hold_them() -> None:
    ids = np.array([[1, 3], [1, 4]] * 30, np.int32)
    labels = np.tile([0, 1], 30)
    held = character_runs(["", "", "", "<flights>", "<banking>", "<flight>", "<bank>", "<zzz>"])
    options = {"classes": 2, "ngrams": 20, "tokens": 8}
    plain = solve_votes(ids, labels, **options)
    solved = solve_votes(ids, labels, characters=held, **options)
    assert not plain.votes[5:].any()
    assert solved.votes[5, 0] > 0.2 and solved.votes[6, 1] > 0.1 and not solved.votes[7:].any()


def test_characters_are_left_out_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = np.array([[1, 3], [1, 4]] * 30, np.int32)
    labels = np.tile([0, 1], 30)
    held = character_runs(["", "", "", "<flights>", "<banking>", "<flight>", "<bank>"])
    options = {"classes": 2, "ngrams": 20, "tokens": 7, "characters": held}
    runs = 30 * int(held[[3, 4]].sum())
    monkeypatch.setattr(linear_votes, "MOST_RUNS", runs)
    assert solve_votes(ids, labels, **options).votes[5:].any()
    monkeypatch.setattr(linear_votes, "MOST_RUNS", runs - 1)
    assert not solve_votes(ids, labels, **options).votes[5:].any()


def test_few_texts_and_missing_classes_are_no_error() -> None:
    ids = np.array([[3, 0], [4, 5]], np.int32)
    solved = solve_votes(ids, np.array([2, 0]), classes=3, ngrams=6, tokens=6)
    assert logits(ids, solved, tokens=6).argmax(1).tolist() == [2, 0]
    alone = solve_votes(ids, np.array([1, 1]), classes=3, ngrams=6, tokens=6)
    assert logits(ids, alone, tokens=6).argmax(1).tolist() == [1, 1]
    empty = solve_votes(np.zeros((6, 2), np.int32), np.arange(6) % 2, classes=2, ngrams=6, tokens=6)
    assert np.isfinite(empty.votes).all() and np.isfinite(empty.bias).all()


@pytest.mark.parametrize("weights", [[1.0, 0.0], [0.0, 1.0], [1.0, 2.0, 0.0], [0.0, 2.0, 1.0]])
def test_a_class_that_does_not_count_never_wins(weights: list[float]) -> None:
    classes = len(weights)
    ids, labels = questions(120, classes=classes)
    solved = solve_votes(ids, labels, classes=classes, ngrams=40, tokens=20, class_weights=weights)
    answers = logits(ids, solved, tokens=20).argmax(1)
    counted = np.asarray(weights)[labels] > 0
    assert (answers[counted] == labels[counted]).mean() > 0.85
    assert np.asarray(weights)[answers].all()


def test_the_same_texts_give_the_same_votes_and_noise_gets_small_ones() -> None:
    ids, labels = questions(600, classes=3)
    first, second = (solve_votes(ids, labels, classes=3, ngrams=40, tokens=20) for _ in range(2))
    np.testing.assert_array_equal(first.votes, second.votes)
    noise = solve_votes(
        ids, np.random.default_rng(2).integers(0, 3, 600), classes=3, ngrams=40, tokens=20
    )
    assert np.abs(noise.votes).max() < 0.5 * np.abs(first.votes).max()
    assert COSTS[0] < COSTS[-1]


def test_texts_that_count_little_are_outvoted() -> None:
    ids, labels = questions(600, classes=2)
    wrong = np.concatenate([labels[:200], 1 - labels[200:]])
    weights = np.where(np.arange(600) < 200, 1.0, 0.01)
    plain = solve_votes(ids, wrong, classes=2, ngrams=40, tokens=20)
    weighed = solve_votes(ids, wrong, classes=2, ngrams=40, tokens=20, example_weights=weights)
    fresh, truth = questions(500, classes=2, seed=1)
    assert (logits(fresh, plain, tokens=20).argmax(1) == truth).mean() < 0.2
    assert (logits(fresh, weighed, tokens=20).argmax(1) == truth).mean() > 0.85
    sets = np.eye(2, dtype=np.int64)[wrong]
    weighed = solve_votes(ids, sets, classes=2, ngrams=40, tokens=20, example_weights=weights)
    assert (logits(fresh, weighed, tokens=20).argmax(1) == truth).mean() > 0.85
