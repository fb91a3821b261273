"""The CSV file of `kerasapps predict`."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from kerasapps.errors import ConfigError, OutputError
from kerasapps.workflow.bulk import table as tables
from kerasapps.workflow.bulk.table import AnswerRow, AnswerTable, check_target, write_answers
from tests.full_disk import file_limit
from tests.values import kinds_of, left_open_in

LABELS = ("label", "score")


def table(
    *rows: AnswerRow, inputs: Sequence[str] = ("file",), answers: Sequence[str] = LABELS
) -> AnswerTable:
    return AnswerTable(inputs=inputs, answers=answers, rows=rows)


def read(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_a_row_for_each_input(tmp_path: Path) -> None:
    rows = [
        AnswerRow(["a, b.png"], ("rot", "0.9", "grün", "0.1")),
        AnswerRow(["c.png"], ("rot", "1")),
        AnswerRow(["d.png"], (), "no such file"),
        AnswerRow(['=cmd|"x"'], ("+1", "-0.5")),
        AnswerRow(["two\nlines"], ("x", "0")),
    ]
    file = tmp_path / "out.csv"
    file.write_text("old")
    write_answers(file, table(*rows))
    assert read(file) == [
        ["file", "label", "score", "label 2", "score 2", "error"],
        ["a, b.png", "rot", "0.9", "grün", "0.1", ""],
        ["c.png", "rot", "1", "", "", ""],
        ["d.png", "", "", "", "", "no such file"],
        ['\'=cmd|"x"', "+1", "-0.5", "", "", ""],
        ["two\nlines", "x", "0", "", "", ""],
    ]
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]
    assert file.stat().st_mode & 0o777 == 0o644


def test_no_inputs_and_names_that_are_not_utf8(tmp_path: Path) -> None:
    write_answers(tmp_path / "a.csv", table(inputs=["text"], answers=["translation", "score"]))
    assert read(tmp_path / "a.csv") == [["text", "translation", "score", "error"]]
    name = os.fsdecode(b"\xff.png")
    odd = AnswerRow([name], ("x", "1"), f"{name} is no picture")
    write_answers(tmp_path / "b.csv", table(odd))
    row = ["\\udcff.png", "x", "1", "\\udcff.png is no picture"]
    assert read(tmp_path / "b.csv")[1] == row


def test_where_it_can_be_written(tmp_path: Path) -> None:
    assert check_target(tmp_path / "a.csv", columns=LABELS) == tmp_path / "a.csv"
    assert check_target(Path("~/a.csv"), columns=LABELS) == Path.home() / "a.csv"
    with pytest.raises(ConfigError, match=r"none is no folder: make it first \(--csv\)"):
        check_target(tmp_path / "none" / "a.csv", columns=LABELS)
    with pytest.raises(ConfigError, match="--csv is -, which is the name of no file"):
        check_target(Path("-"), columns=LABELS)
    with pytest.raises(ConfigError, match="is a folder: give the name of a file"):
        check_target(tmp_path, columns=LABELS)
    with pytest.raises(OutputError, match=r"cannot write .*gone/a\.csv: "):
        (tmp_path / "gone").touch()
        write_answers(tmp_path / "gone" / "a.csv", table())


def test_a_pipe_or_a_device_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in (tmp_path / "pipe", Path("/dev/null"), Path("/dev/full")):
        with pytest.raises(ConfigError, match=rf"{name} is a pipe or a device.*\(--csv\)"):
            check_target(name, columns=LABELS)
    ends = os.pipe()
    (tmp_path / "out").symlink_to(f"/proc/self/fd/{ends[1]}")  # as /dev/stdout is of a pipe
    with pytest.raises(ConfigError, match="out is a pipe or a device"):
        check_target(tmp_path / "out", columns=LABELS)
    for end in ends:
        os.close(end)


def test_only_a_table_of_predict_is_replaced(tmp_path: Path) -> None:
    for content in (b"\x89PNG\r\n\x1a\n", b"file,label\na.png,cat\n", b"file,score,label,error\n"):
        (tmp_path / "a").write_bytes(content)
        with pytest.raises(ConfigError, match=r"a is there, and no table that predict wrote: give"):
            check_target(tmp_path / "a", columns=LABELS)
    (tmp_path / "a").write_bytes(b"")
    for kind, answer in (("file", "label"), ("text", "translation")):
        target = check_target(tmp_path / "a", columns=LABELS)
        row = AnswerRow(["x"], ("y", 1, "z", 0))
        write_answers(target, table(row, inputs=[kind], answers=[answer, "score"]))
    assert check_target(tmp_path / "a", columns=LABELS) == target


def test_a_table_beside_the_columns_of_rows_is_replaced_by_its_like_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    rows = [AnswerRow(["3", "x, y"], ("12.5",)), AnswerRow(["=4", "z"], (), "no price")]
    mine = table(*rows, inputs=["age", "name, first"], answers=["price"])
    write_answers(file, mine)
    assert file.read_text() == mine.text
    assert read(file) == [
        ["age", "name, first", "price", "error"],
        ["3", "x, y", "12.5", ""],
        ["'=4", "z", "", "no price"],
    ]
    assert check_target(file, columns=["price"]) == file
    for columns in (["cost"], LABELS, ["age"]):
        with pytest.raises(ConfigError, match="no table that predict wrote"):
            check_target(file, columns=columns)
    labels = AnswerRow(["3", "y"], ("a", 1, "b", 0, "c", 0))
    write_answers(file, table(labels, inputs=["age", "name"]))
    assert check_target(file, columns=LABELS) == file
    for head in ("label,score,error", "age,label,score\n", "age,score,label,error"):
        file.write_text(head)
        with pytest.raises(ConfigError, match="no table that predict wrote"):
            check_target(file, columns=LABELS)


def test_a_link_to_itself_is_replaced_as_a_name_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    write_answers(check_target(tmp_path / "loop.csv", columns=LABELS), table())
    assert read(tmp_path / "loop.csv")


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to("real.csv")
    target = check_target(tmp_path / "link.csv", columns=LABELS)
    write_answers(target, table())
    assert target == tmp_path / "real.csv"
    assert (tmp_path / "link.csv").is_symlink() and read(tmp_path / "link.csv")


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(OutputError, match="cannot write"):
        write_answers(tmp_path / "a.csv", table())
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


def test_a_full_disk_leaves_the_table_that_stood_there_and_is_told_with_what_is_free(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("old")
    row = AnswerRow(["x" * 5000], ("y", 1))
    with (
        file_limit(1000),
        pytest.raises(OutputError, match=rf"a\.csv: File too large\. Free: .* MB in {tmp_path}$"),
    ):
        write_answers(file, table(row))
    assert [each.read_text() for each in tmp_path.iterdir()] == ["old"]


def test_kinds_of_values() -> None:
    assert kinds_of(tables) == {"AnswerRow": "frozen", "AnswerTable": "frozen, by name"}


def test_what_need_not_be_given() -> None:
    assert left_open_in(tables) == {"AnswerRow": {"cells": (), "problem": ""}}


def test_columns_of_answers_are_told_from_those_of_inputs(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    for _ in range(2):  # the second replaces what is known to be ours
        assert check_target(file, columns=LABELS) == file
        write_answers(file, table(AnswerRow([7, "a"], ("b", "0.9")), inputs=["age", "label"]))
    assert read(file) == [
        ["age", "label", "predicted label", "predicted score", "predicted error"],
        ["7", "a", "b", "0.9", ""],
    ]
