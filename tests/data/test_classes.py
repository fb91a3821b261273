from __future__ import annotations

from kerasapps.config import LoadConfig
from kerasapps.data.classes import check_classes, class_figures


def counts(
    train: dict[str, int], validation: dict[str, int], test: dict[str, int]
) -> dict[str, dict[str, int]]:
    return {"train": train, "validation": validation, "test": test}


def test_classes_are_compared_with_those_of_training() -> None:
    config = LoadConfig()
    assert check_classes(counts({}, {"a": 1}, {}), config=config, noun="text").errors == ()
    found = check_classes(counts({"a": 3}, {}, {}), config=config, noun="text")
    assert found.errors == ("a classifier needs at least two classes, found 1: 'a'",)
    found = check_classes(counts({"a": 3, "b": 2}, {"a": 1}, {}), config=config, noun="text")
    assert (found.errors, found.unknown) == ((), frozenset())
    assert found.warnings == ("class 'b' has no texts in validation: it is not judged there",)
    found = check_classes(
        counts({"a": 3, "b": 2}, {"c": 1}, {"a": 1, "b": 1, "d": 2}), config=config, noun="text"
    )
    assert found.unknown == {"c", "d"}
    assert [error.split(":")[0] for error in found.errors] == [
        "class 'c' is in validation (1 texts) but not in train",
        "class 'd' is in test (2 texts) but not in train",
    ]
    assert all("set unknown_classes to skip" in error for error in found.errors)


def test_alike_classes_of_any_split_are_warned_of() -> None:
    found = check_classes(counts({"a": 3, "b": 2}, {}, {"A": 1}), config=LoadConfig(), noun="text")
    assert found.warnings[0].startswith("the labels 'A' and 'a' differ only by case")


def test_imbalance() -> None:
    def imbalance(*splits: dict[str, int]) -> object:
        return class_figures(counts(*splits), noun="Texts")[1].value

    assert imbalance({"a": 6, "b": 2, "c": 3}, {"a": 9}, {}) == 3
    assert imbalance({}, {"a": 9}, {}) == 1
    assert imbalance({"a": 6, "b": 2, "c": 0}, {"c": 9}, {}) == 3
    assert imbalance({"a": 0}, {}, {}) == 1


def many_counts(classes: int) -> dict[str, dict[str, int]]:
    sizes = {f"c{number:03d}": 100 + number * 7 % classes for number in range(classes)}
    return {"train": sizes, "validation": {}, "test": dict.fromkeys(sizes, 2)}


def test_up_to_30_classes_are_all_printed() -> None:
    text = class_figures(many_counts(30), noun="Texts")[0].said
    assert sum(line.startswith("c0") for line in text.splitlines()) == 30 and "…" not in text


def test_of_more_classes_the_smallest_are_printed_and_all_are_counted() -> None:
    many = many_counts(41)
    lines = class_figures(many, noun="Texts")[0].said.splitlines()
    shown = [line.split()[0] for line in lines if line.startswith("c0")]
    smallest = sorted(many["train"], key=lambda label: many["train"][label])[:30]
    assert shown == sorted(smallest)
    assert "… and 11 classes with more training examples (--json: all)" in lines
    (totals,) = [line.split() for line in lines if line.startswith("all")]
    assert totals == ["all", f"{sum(many['train'].values()):,}", "0", "82"]


def test_the_table_has_every_class_and_the_imbalance_is_of_training() -> None:
    splits = {"train": {"a": 1200, "b": 500}, "validation": {"a": 3}, "test": {"b": 1}}
    table, imbalance = class_figures(splits, noun="Pictures")
    assert (table.key, table.value) == ("counts", splits)
    assert table.heading == "Pictures per class"
    assert tuple(table.columns) == ("class", "train", "validation", "test")
    assert list(table.rows) == [("a", 1200, 3, 0), ("b", 500, 0, 1)]
    assert table.note == "Largest training class over smallest: 2.40."
    assert table.said.splitlines() == [
        "class       train  validation        test",
        "a           1,200           3           0",
        "b             500           0           1",
        "all         1,700           3           1",
        "Imbalance (largest class over smallest, training): 2.40",
    ]
    assert (imbalance.key, imbalance.value, imbalance.said) == ("imbalance", 2.4, "")


def test_of_no_examples_nothing_is_said() -> None:
    table, imbalance = class_figures({}, noun="Texts")
    assert (table.said, table.rows, imbalance.value) == ("", (), 1.0)
