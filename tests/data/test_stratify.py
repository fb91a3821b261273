from __future__ import annotations

import numpy as np
import pytest

from kerasapps.data.stratify import deal_out, share_out

SHARES = {"test": 0.2, "validation": 0.1}


def test_every_label_has_its_share_of_every_split() -> None:
    """Also rare ones, which a draw by chance would miss (Sechidis et al., 2011)."""
    rng = np.random.default_rng(0)
    often = np.array([0.5, 0.3, 0.1, 0.02])
    table = rng.random((1000, 4)) < often
    splits, few = deal_out([np.flatnonzero(row) for row in table], SHARES)
    assert not few
    where = np.array(splits)
    for name, share in {**SHARES, "train": 0.7}.items():
        assert (where == name).mean() == pytest.approx(share, abs=0.005)
        for label in range(4):
            count = table[:, label].sum()
            assert table[where == name, label].sum() == pytest.approx(share * count, abs=2)


def test_a_label_of_too_few_examples_is_named_and_stays_in_training() -> None:
    sets = [np.array([0]), np.array([0, 1]), np.array([1]), *[np.array([0])] * 20]
    splits, few = deal_out(sets, SHARES)
    assert few == {1: 2}
    assert splits[1:3] == ["train", "train"]


def test_it_stays_there_beside_a_label_of_which_fewer_are_left() -> None:
    """When the one example of 2 is dealt out, 0 has no more left than 1, and its turn is first."""
    sets = [np.array(each) for each in ([0, 2], [0, 1], [0], [1], *[[3]] * 20)]
    splits, few = deal_out(sets, SHARES)
    assert few == {1: 2, 2: 1}
    assert splits[:2] == ["train", "train"] and splits[3] == "train"


def test_examples_without_labels_fill_the_splits() -> None:
    nothing = np.empty(0, np.intp)
    splits, _ = deal_out([nothing] * 10, SHARES)
    assert {name: splits.count(name) for name in set(splits)} == share_out(10, SHARES)
    assert deal_out([], SHARES) == ([], {})


def test_of_splits_that_lack_equally_the_one_with_most_room_is_next() -> None:
    rare = [np.array([0])] * 4  # one for test, one for validation, two for training
    splits, few = deal_out([*rare, *[np.array([1])] * 36], SHARES)
    assert not few
    assert splits[:4] == ["train", "train", "test", "validation"]


def test_training_is_never_left_without() -> None:
    assert share_out(2, {"test": 0.9}) == {"test": 1, "train": 1}
    assert share_out(3, SHARES) == {"test": 1, "validation": 1, "train": 1}
