from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.giveaways import Giveaway, find_giveaways, giveaways_of, told
from kerasapps.data.rows.readings import read_columns
from kerasapps.data.rows.values import values_of
from kerasapps.data.splits import Target

RNG = np.random.default_rng(0)
CLASSES = RNG.integers(0, 3, 600).astype(np.int32)
NUMBERS = RNG.normal(size=600)
NOISE = RNG.normal(size=600).tolist()


def found(columns: dict[str, list[Any]], answers: np.ndarray) -> tuple[Giveaway, ...]:
    values = {name: values_of(cells) for name, cells in columns.items()}
    return find_giveaways(values, read_columns(values, config=TabularConfig()), answers)


def test_a_column_that_is_the_class_in_other_words_gives_it_away() -> None:
    words = ["xyz"[number] for number in CLASSES]
    level = [10 * int(number) + 0.001 * n for n, number in enumerate(CLASSES)]
    columns = {"noise": NOISE, "words": words, "level": level}
    words_first = found(columns, CLASSES)
    assert [each.name for each in words_first] == ["words", "level"]
    assert words_first[0] == Giveaway("words", 1.0) and words_first[1].share >= 0.99


def test_a_column_that_helps_a_lot_does_not_give_it_away() -> None:
    wrong = RNG.random(600) < 0.1
    words = ["xyz"[(number + one) % 3] for number, one in zip(CLASSES, wrong, strict=True)]
    assert found({"words": words}, CLASSES) == ()


def test_values_that_stand_once_tell_nothing() -> None:
    assert found({"x": [f"v{n // 2}" for n in range(600)]}, CLASSES) == ()
    # A rare class is no reason: guessing the common one is right nearly always.
    rare = (np.arange(600) % 100 == 0).astype(np.int32)
    assert found({"noise": NOISE}, rare) == ()


def test_a_number_that_is_the_target_in_another_unit_gives_it_away() -> None:
    given = found({"cents": (100 * NUMBERS + 7).tolist(), "noise": NOISE}, NUMBERS)
    assert [each.name for each in given] == ["cents"] and given[0].share >= 0.99
    assert found({"noise": (NUMBERS + RNG.normal(size=600)).tolist()}, NUMBERS) == ()
    assert found({"few": [*NUMBERS[:30].tolist(), *[None] * 570]}, NUMBERS) == ()


def test_few_rows_prove_nothing() -> None:
    assert found({"x": [int(n) for n in CLASSES[:30]]}, CLASSES[:30]) == ()


def test_what_is_told_is_a_share_of_what_there_is_to_tell() -> None:
    groups = np.repeat([0, 1], 100)
    answers = np.tile([0, 0, 0, 1], 50).astype(np.int32)
    assert told(groups, groups.astype(np.int32)) == pytest.approx(1)
    assert told(groups, answers) == pytest.approx(0, abs=0.1)
    assert told(groups, groups + 0.0) == pytest.approx(1)
    assert told(groups, np.ones(200)) == 0


def test_a_giveaway_is_told_in_words() -> None:
    assert str(Giveaway("area", 0.9902)) == "area (99.0% of the target)"


def test_of_sets_it_is_said_which_label_is_given_away() -> None:
    answers = np.stack([CLASSES == 0, RNG.random(600) < 0.5], axis=1).astype(np.uint8)
    values = {"noise": values_of(NOISE), "words": values_of([*map(str, CLASSES)])}
    readings = read_columns(values, config=TabularConfig())
    (only,) = giveaways_of(values, readings, answers, Target("labels", ("odd", "even")))
    assert only == Giveaway("words", 1.0, "odd") and str(only) == "words (100.0% of odd)"
