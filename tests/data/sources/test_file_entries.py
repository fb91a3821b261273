"""Entries in columns are those that were added, wherever rows, targets and splits go."""

from __future__ import annotations

from pathlib import Path

from kerasapps.data.sources.file_entries import EntryColumns, FileEntries, concatenated


def entries(*rows: tuple[str, str | None], where: str = "") -> FileEntries:
    """A label and a split each, from row 2 on."""
    columns = EntryColumns()
    for number, (label, split) in enumerate(rows, 2):
        columns.add(Path(f"{label}.png"), label, split, where=where, number=number)
    return columns.finish()


def test_entries_move_to_other_splits_all_at_once() -> None:
    before = entries(("a", "train"), ("b", "validation"), ("c", "test"), ("d", None))
    to = {"train": "validation", "validation": "test", "test": "train", None: None}
    moved = before.moved(to.__getitem__)
    assert [each.split for each in moved] == ["validation", "test", "train", None]
    assert [each.split for each in before] == ["train", "validation", "test", None]
    assert moved.seen == before.seen == {*to}


def test_other_targets_of_some_rows_leave_the_others_alone() -> None:
    before = entries(("a", None), ("b", None), ("a", None))
    after = before.with_labels({2: "c", 1: "a"})
    assert [each.label for each in after] == ["a", "a", "c"]
    assert [each.label for each in before] == ["a", "b", "a"]
    renamed = before.relabelled(str.upper)
    assert [renamed.label(row) for row in range(3)] == ["A", "B", "A"]
    assert before.relabelled(lambda _: "x").labels == ("x",)


def test_entries_that_are_joined_keep_their_targets_splits_and_origins() -> None:
    parts = [
        entries(("a", "train"), ("b", "test"), where="one.csv"),
        entries(("b", None), ("c", "train"), where="two.csv"),
        entries(("a", None)),
        FileEntries.of([(Path("a.png"), "c", "test")]),
    ]
    assert [*concatenated(parts)] == [each for part in parts for each in part]
    assert [each.origin for each in concatenated(parts)] == [
        *("row 2 of one.csv", "row 3 of one.csv", "row 2 of two.csv", "row 3 of two.csv"),
        *("example 2", ""),
    ]
