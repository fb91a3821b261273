"""What is nearly the same is told with where it is, its split, and what it is answered with."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from kerasapps.config import LoadConfig, TextConfig
from kerasapps.data.load import load_texts
from kerasapps.data.near.copies import (
    SERIES,
    NearCopy,
    are_many,
    near_copies,
    near_findings,
)
from kerasapps.data.near.pairs import NearPairs, best_partners, each_once
from kerasapps.data.texts import near

BOOK = "a long and tender book on the sea and on those who never come home"


def test_across_splits_comes_first(tmp_path: Path) -> None:
    rows = [(f"{n} plain words about thing {n * 7} and {n * 13}", "ab"[n % 2]) for n in range(30)]
    lines = ["text,label,split"]
    for place, (text, label) in enumerate(rows):
        lines.append(f"{text},{label},{('train', 'validation', 'test')[place % 3]}")
    lines += [f"{BOOK},a,test", f"{BOOK.replace('tender', 'bitter')},b,train"]
    lines += ["quite another poem of the moon and rain,a,train"]
    lines += ["quite another poem of the moon and snow,a,train"]
    (file := tmp_path / "texts.csv").write_text("\n".join(lines) + "\n")
    splits = load_texts(file, text=TextConfig(), load=LoadConfig(), folder=tmp_path / "work")
    first, *others = near_copies(near, splits)
    assert (first.copy, first.copy_split, first.copy_label) == ("texts.csv, row 33", "train", "b")
    assert (first.kept, first.kept_split, first.kept_label) == ("texts.csv, row 32", "test", "a")
    assert str(first).startswith("texts.csv, row 33 (train) ≈ texts.csv, row 32 (test), 9")
    assert "alike, b and a: a long and bitter" in str(first)
    (other,) = others
    assert not other.across and {other.copy[-2:], other.kept[-2:]} == {"34", "35"}
    across, within = near_findings([first, other, other], total=30)
    assert (across.key, across.total, within.key, within.total) == (
        *("near_duplicates", 1),
        *("near_copies", 2),
    )
    # Validation that stands in the place of the test split has no copies there.
    unproven = dataclasses.replace(splits, test=splits.validation)
    (alone,) = near_copies(near, unproven)
    assert (alone.copy, alone.kept, alone.across) == (other.copy, other.kept, False)
    assert unproven.total == splits.total - len(splits.test)


@pytest.mark.parametrize(
    ("near", "total", "many"),
    [(20, 30, False), (21, 30, True), (60, 600, False), (61, 600, True), (1, 1, False)],
)
def test_so_many_are_no_copies(near: int, total: int, many: bool) -> None:
    assert are_many(near, total) is many
    copy = NearCopy("a", "train", "x", "b", "test", "x", 0.9)
    across, _ = near_findings([copy] * near, total=total)
    assert (SERIES in across.said) is many and (SERIES in across.note) is many
    assert across.few == (5 if many else None) and across.total == near


def test_each_copy_has_one_partner_and_rather_one_of_another_split() -> None:
    pairs = NearPairs(
        np.array([0, 0, 1, 2]), np.array([1, 3, 2, 4]), np.array([0.9, 0.8, 0.95, 0.85], "f4")
    )
    best = best_partners(pairs, np.array([0, 0, 0, 2, 2]))
    assert best.first.tolist() == [0, 1, 2]
    assert best.second.tolist() == [3, 0, 4]


def test_pairs_once_and_none_with_itself() -> None:
    first, second = each_once(np.array([3, 1, 2, 1]), np.array([1, 3, 2, 0]))
    assert (first.tolist(), second.tolist()) == ([0, 1], [1, 3])
