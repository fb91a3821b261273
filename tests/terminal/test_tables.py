"""Tables at the width there is."""

from __future__ import annotations

import io
import re

from rich.console import Console

from kerasapps.terminal.tables import fitted_table

COLUMNS = ("file", "size", "accuracy", "p50", "p95", "memory", "verdict")
ROWS = [
    ("float32", "0.44 MB", "83.33 %", "0.02 ms", "0.03 ms", "5.9 MB", "passed"),
    ("saved_model", "1.09 MB", "83.33 %", "7.65 ms", "11.88 ms", "172.8 MB", "failed, kept"),
]


def shown(width, columns=COLUMNS, rows=ROWS, **options):
    console = Console(file=io.StringIO(), width=width)
    table = fitted_table(columns, rows, width=width, **options)
    console.print(table.shown)
    return console.file.getvalue().splitlines(), table.left_out


def words_of(rows):
    return {word for row in rows for cell in row for word in cell.split()}


def test_all_columns_where_there_is_room():
    lines, left_out = shown(120, spare=("p95",))
    assert left_out == () and len(lines) == 6
    assert [cell.strip() for cell in lines[1].strip("┃").split("┃")] == [*COLUMNS]


def test_spare_columns_go_first_and_are_named():
    lines, left_out = shown(70, spare=("p95", "memory"))
    assert left_out == ("p95", "memory") and max(map(len, lines)) <= 70
    assert "failed, kept" in lines[4] and "172.8" not in "".join(lines)
    assert shown(80, spare=("p95", "memory"))[1] == ("p95",)


def test_what_does_not_fit_is_a_block_a_row_and_no_word_is_broken():
    lines, left_out = shown(40, spare=("p95",))
    assert left_out == ()
    text = "\n".join(lines)
    assert words_of(ROWS) <= set(text.split()) and max(map(len, lines)) <= 40
    assert lines[0] == "float32" and lines[1] == "  size      0.44 MB"
    assert lines[7] == "saved_model"


def test_long_cells_are_broken_between_words():
    rows = [("1", "learning_rate 0.001, width 0.5, label_smoothing 0.1, dropout 0.25, depth 2")]
    lines, _ = shown(44, ("rank", "options"), rows, left=(1,))
    assert max(map(len, lines)) <= 44 and "┃" in lines[1]
    assert words_of(rows) <= set(re.split(r"[\s│]+", "\n".join(lines)))


def test_an_empty_cell_of_a_block_is_left_out():
    lines, _ = shown(12, ("name", "found", "mark"), [("a", "", "ok" * 5)])
    assert lines == ["a", "  mark   " + "ok" * 5] or (lines[0] == "a" and "found" not in lines[1])
