from __future__ import annotations

import numpy as np
import pytest

from kerasapps.data.folds import (
    fold_numbers,
    groups_of,
    held_back,
    joined_groups,
    ranges_of,
    sparing_last,
    strata_of,
)
from kerasapps.data.images.examples import PictureExamples
from kerasapps.data.pairs.examples import PairExamples
from kerasapps.data.sounds.examples import Clip, SoundExamples
from kerasapps.data.splits import Part, Target
from kerasapps.data.tags.examples import TagExamples


def counts_of(folds: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Examples by fold and class."""
    counts = np.zeros((folds.max() + 1, classes.max() + 1), int)
    np.add.at(counts, (folds, classes), 1)
    return counts


def test_each_class_has_its_share_of_every_fold() -> None:
    classes = np.random.default_rng(0).choice(4, 203, p=[0.6, 0.3, 0.08, 0.02])
    folds = fold_numbers(classes, np.arange(203), folds=5, seed=1)
    counts = counts_of(folds, classes)
    assert (np.ptp(counts, axis=0) <= 1).all()
    assert np.ptp(counts.sum(axis=1)) <= 1


def test_folds_are_a_function_of_the_seed() -> None:
    classes, groups = np.arange(60) % 3, np.arange(60)
    first, again, other = (fold_numbers(classes, groups, folds=3, seed=n) for n in (7, 7, 8))
    assert (first == again).all()
    assert (first != other).any()


def test_groups_stay_whole_and_the_classes_even() -> None:
    random = np.random.default_rng(3)
    groups = np.sort(random.integers(0, 60, 900))
    classes = (groups % 3 == 0).astype(int)  # a group has one class, as a speaker's sex
    folds = fold_numbers(classes, groups, folds=4, seed=0)
    assert all(len(set(folds[groups == each])) == 1 for each in np.unique(groups))
    shares = counts_of(folds, classes) / np.bincount(classes)
    assert np.abs(shares - 0.25).max() < 0.05


def test_copies_stay_together_among_single_examples() -> None:
    classes, groups = np.repeat([0, 1], 50), np.arange(100)
    groups[[3, 40, 41]] = 3
    folds = fold_numbers(classes, np.unique(groups, return_inverse=True)[1], folds=5, seed=0)
    assert len(set(folds[[3, 40, 41]])) == 1
    assert (counts_of(folds, classes) == 10).all()


def test_single_examples_make_even_what_groups_did_not() -> None:
    groups = np.repeat(np.arange(35), [6, 2, 2, *[1] * 32])
    folds = fold_numbers(np.zeros(42, int), groups, folds=3, seed=0)
    assert np.bincount(folds).tolist() == [14, 14, 14]


def test_labels_of_sets_have_their_share() -> None:
    random = np.random.default_rng(5)
    sets = (random.random((400, 3)) < [0.5, 0.1, 0.03]).astype(np.uint8)
    folds = fold_numbers(sets, np.arange(400), folds=4, seed=0)
    counts = np.array([sets[folds == each].sum(axis=0) for each in range(4)])
    assert (np.ptp(counts, axis=0) <= 1).all()
    assert np.ptp(np.bincount(folds)) <= 1


def test_numbers_have_their_share_by_ranges() -> None:
    numbers = np.random.default_rng(2).lognormal(size=500)
    ranges = strata_of(Target("number", ("price",)), PictureExamples((), numbers))
    assert np.bincount(ranges).tolist() == [50] * 10
    folds = fold_numbers(ranges, np.arange(500), folds=5, seed=0)
    means = [numbers[folds == each].mean() for each in range(5)]
    assert np.std(means) < 0.2
    assert set(ranges_of(np.ones(7))) == {9}  # equal ones are in one range


def test_several_answers_have_each_their_share() -> None:
    parts = (
        Part("breed", "class", ("husky", "pug")),
        Part("age", "number"),
        Part("tags", "labels", ("big", "wet")),
    )
    labels = np.array([[0, 3.5, 1, 0], [1, 9.0, 1, 1]])
    strata = strata_of(Target("several", (), parts), PictureExamples((), labels))
    assert strata[:, :2].tolist() == [[1, 0], [0, 1]]
    assert strata[:, -2:].tolist() == [[1, 0], [1, 1]]
    assert (strata[:, 2:-2].sum(axis=1) == 1).all()


def test_what_has_one_key_in_common_is_of_one_group() -> None:
    contents, speakers = np.array([9, 8, 8, 7, 6]), np.array(["a", "b", "c", "c", "d"])
    groups = joined_groups(5, [contents, speakers, np.empty(0, np.uint64)])
    assert groups.tolist() == [0, 1, 1, 1, 2]


def test_kinds_say_what_stays_together() -> None:
    clips = tuple(Clip(path=None, start=n) for n in range(4))  # type: ignore[arg-type]
    sounds = SoundExamples(clips, np.zeros(4, int), groups=("ann", None, "ann", None))
    assert groups_of(sounds).tolist() == [0, 1, 0, 2]
    pairs = PairExamples(["A dog.", "a dog", "a cat"], ["x", "y", "z"], ["", "", ""])
    assert groups_of(pairs).tolist() == [0, 0, 1]
    tags = TagExamples(
        [("Ana",), ("sees",), ("Rome",)],
        [("B-PER",), ("O",), ("B-LOC",)],
        documents=np.array([4, 4, -1], np.int32),
    )
    assert groups_of(tags).tolist() == [0, 0, 1]
    assert strata_of(Target(), tags).tolist() == [[0, 1], [0, 0], [1, 0]]


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_a_share_is_held_back_but_no_class_is_lost(share: float) -> None:
    classes = np.array([0] * 60 + [1] * 39 + [2])
    for seed in range(5):
        back = held_back(classes, np.arange(100), share=share, seed=seed)
        assert abs(back.mean() - share) < 0.03
        assert set(classes[~back]) == {0, 1, 2}
    sets = np.eye(3, dtype=np.uint8)[classes]
    assert sets[~held_back(sets, np.arange(100), share=share, seed=0)].any(axis=0).all()


def test_what_is_held_back_spares_the_groups_that_are_all_of_a_class() -> None:
    classes, groups = np.array([0, 0, 1, 1, 2, 0]), np.array([0, 1, 2, 2, 3, 1])
    back = np.array([False, True, True, True, True, True])
    # The twin of what is kept is held back with it.
    assert sparing_last(classes, groups, back).tolist() == [False, True, *[False] * 3, True]
    sets = np.eye(3, dtype=np.uint8)[classes]
    assert sparing_last(sets, groups, back).tolist() == [False, True, *[False] * 3, True]
    none = np.zeros(6, bool)
    assert not sparing_last(classes, groups, none).any()
