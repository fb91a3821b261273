"""Cells that are not what their column has are named, as they count as missing."""

from __future__ import annotations

import json
from pathlib import Path

from kerasapps.recipes.tabular.feed import feed_of_rows
from kerasapps.recipes.tabular.reader import gather_rows
from kerasapps.recipes.tabular.unread import unread_cells
from tests.data.row_samples import columns, write_csv
from tests.recipes.tabular.test_reader import READER, ROW

ODD = (
    "3 values of 'age' are no number, such as 'about forty', and count as missing",
    "1 value of 'since' is no date, such as 'spring', and counts as missing",
)


def odd_table(file: Path) -> str:
    """Numbers and a date that are none, beside a missing number and a category of no row."""
    table = columns(5)
    table["age"][:4] = ["about forty", "?", "old", "about forty"]
    table["since"][3], table["job"][0] = "spring", "pirate"
    return str(write_csv(file, table))


def test_what_a_row_has_in_place_of_numbers_and_dates() -> None:
    assert unread_cells(ROW, READER.spec) == {}
    odd = ROW | {"age": "forty", "since": "spring", "job": "pirate", "hours": "n/a"}
    assert unread_cells(odd, READER.spec) == {"age": "forty", "since": "spring"}


def test_such_cells_of_a_table_are_counted(tmp_path: Path) -> None:
    file = odd_table(tmp_path / "a.csv")
    gathered = gather_rows([file], reader=READER, encoding=None)
    assert gathered.notes[-2:] == tuple(f"{file}: {odd}" for odd in ODD)
    typed = json.dumps(ROW | {"age": "forty"})
    (typed,) = gather_rows([typed], reader=READER, encoding=None).notes
    assert typed.startswith("the row: 1 value of 'age' is no number, such as 'forty'")


def test_they_are_when_the_rows_are_read_one_by_one(tmp_path: Path) -> None:
    file = odd_table(tmp_path / "a.csv")
    (part,) = feed_of_rows([file], reader=READER, encoding=None).parts
    before = [*part.notes]
    assert len([*part.items()]) == 5
    assert [*part.notes][len(before) :] == [f"{file}: {odd}" for odd in ODD]
