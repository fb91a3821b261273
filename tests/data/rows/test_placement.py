from __future__ import annotations

from typing import Any

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.rows.collect import RowCollection, collect_rows, list_rows
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.copies import list_conflicts, list_copies
from kerasapps.data.rows.placement import RowPlacement, fingerprint_table, place_rows
from kerasapps.data.splits import SPLITS

LOAD = LoadConfig()


def placed(data: Any, *, seed: int = 0, **options: Any) -> tuple[RowCollection, RowPlacement]:
    config = TabularConfig(**options)
    collection, _ = collect_rows(list_rows(data, config=config), config=config)
    return collection, place_rows(collection, config=LOAD, seed=seed)


def table(count: int = 200) -> dict[str, list[Any]]:
    return {"x": list(range(count)), "y": ["ab"[n % 4 == 0] for n in range(count)]}


def sizes(placement: RowPlacement) -> list[int]:
    return [len(placement.of_split(split)) for split in SPLITS]


def test_splits_are_drawn_with_their_share_of_every_class() -> None:
    _, placement = placed(table())
    assert sizes(placement) == [140, 20, 40]
    assert placement.labels == ("a", "b") and placement.answers("test").dtype == np.int32
    for split in SPLITS:
        assert np.mean(placement.answers(split)) == 0.25
    _, other = placed(table(), seed=1)
    assert (other.splits != placement.splits).any()


def test_where_a_row_goes_depends_on_its_content_only() -> None:
    data = table()
    _, placement = placed(data)
    turned = {name: cells[::-1] for name, cells in data.items()}
    _, again = placed(turned)
    np.testing.assert_array_equal(again.splits[::-1], placement.splits)


def test_copies_are_kept_and_go_the_same_way() -> None:
    data = table(100)
    doubled = {name: cells * 2 for name, cells in data.items()}
    collection, placement = placed(doubled)
    assert sum(sizes(placement)) == 200
    np.testing.assert_array_equal(placement.splits[:100], placement.splits[100:])
    assert list_copies(collection, placement).total == 0


def test_copies_in_splits_that_the_data_brings_along_are_named_and_kept() -> None:
    data = {"train": table(100), "test": {"x": [5, 1000, 5], "y": ["a", "b", "a"]}}
    collection, placement = placed(data)
    assert len(placement.of_split("test")) == 3 and sum(sizes(placement)) == 103
    copies = list_copies(collection, placement)
    assert (copies.total == 1 and copies.first[0].copy == "train, example 5") or copies.first
    assert (copies.first[0].copy_split, copies.first[0].kept_split) == ("train", "test")


def test_where_the_data_parts_copies_what_is_drawn_does_too() -> None:
    doubled = {name: cells * 2 for name, cells in table(100).items()}
    _, together = placed({"train": doubled, "test": {"x": [1000, 1001], "y": ["a", "b"]}})
    np.testing.assert_array_equal(together.splits[:100], together.splits[100:200])
    collection, parted = placed({"train": doubled, "test": {"x": [5, 1001], "y": ["a", "b"]}})
    assert 8 <= (parted.splits[:100] != parted.splits[100:200]).sum() <= 40
    assert sizes(parted) == [180, 20, 2]
    assert list_copies(collection, parted).total > 10
    turned = {name: cells[::-1] for name, cells in doubled.items()}
    _, again = placed({"train": turned, "test": {"x": [5, 1001], "y": ["a", "b"]}})
    content = np.array(doubled["x"])
    for place in range(100):
        drawn = sorted(parted.splits[:200][content == place])
        assert drawn == sorted(again.splits[:200][content[::-1] == place])


def test_numbers_are_drawn_whatever_they_are() -> None:
    data = {"x": list(range(100)), "y": [n / 3 for n in range(100)]}
    collection, placement = placed(data)
    assert placement.labels == () and placement.answers("test").dtype == np.float64
    assert sizes(placement) == [70, 10, 20]
    assert placement.numbers.dtype == np.int32 and not placement.numbers.any()
    assert list_conflicts(collection, placement).total == 0


def test_rows_of_labels_have_their_share_of_every_split() -> None:
    data = {"x": list(range(120)), "y": [("a|b", "b", "", "a")[n % 4] for n in range(120)]}
    collection, placement = placed(data, target_kind="labels")
    assert sizes(placement) == [84, 12, 24] and placement.labels == ("a", "b")
    for split in SPLITS:
        answers = placement.answers(split)
        assert answers.dtype == np.uint8 and answers.shape[1] == 2
        np.testing.assert_allclose(answers.mean(axis=0), 0.5, atol=0.1)
    _, merged = placed({"x": [1, 1, *range(2, 60)], "y": ["a", "b"] * 30}, target_kind="labels")
    assert sum(sizes(merged)) == 59, "a row that only adds a label is no further one"
    assert list_conflicts(collection, placement).total == 0


def test_equal_rows_of_two_classes_are_a_conflict() -> None:
    data = {"x": [1, 2, 1, 3, 2, 1], "y": ["a", "a", "b", "b", "a", "a"]}
    conflicts = list_conflicts(*placed(data))
    assert conflicts.total == 1 and conflicts.first[0].labels == ("a", "b")
    assert conflicts.first[0].origins == ("example 0", "example 2", "example 5")


def test_equal_data_has_an_equal_fingerprint() -> None:
    def fingerprint(data: dict[str, list[Any]], **options: Any) -> str:
        collection, placement = placed(data, **options)
        return fingerprint_table(collection, placement)

    data = table()
    turned = {name: cells[::-1] for name, cells in data.items()}
    assert fingerprint(turned) == fingerprint(data) != fingerprint(data, seed=1)
    changed = data | {"x": [*data["x"][:-1], 1000]}
    assert fingerprint(changed) != fingerprint(data)
    numbers = {"x": list(range(50)), "y": [n / 3 for n in range(50)]}
    other = numbers | {"y": [*numbers["y"][:-1], 99.5]}
    assert fingerprint(other) != fingerprint(numbers)
