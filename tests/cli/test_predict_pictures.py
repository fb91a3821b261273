"""`kerasapps predict` of a classifier of pictures."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from tests.shapes import shape_picture


def test_pictures_do_not_come_line_by_line(
    trained: kerasapps.RecipeResult, run_here: Callable[..., Any], shapes: Path
) -> None:
    ended = run_here("predict", trained.bundle_dir, "-", stdin=b"a.png\n")
    assert ended.returncode == 2 and "takes picture files" in ended.stderr
    picture = next((shapes / "red").iterdir())
    ended = run_here("predict", trained.bundle_dir, picture, "--json")
    (row,) = json.loads(ended.stdout)["predictions"]
    assert set(row) == {"file", "labels", "scores"}


def test_a_folder_is_labelled_whole_and_written_as_csv(
    trained: kerasapps.RecipeResult, run_here: Callable[..., Any], tmp_path: Path
) -> None:
    for label in ("red", "blue"):
        (tmp_path / "new" / label).mkdir(parents=True)
        shape_picture(label, 990).save(tmp_path / "new" / label / "1.png")
    (tmp_path / "new" / "red" / "2.png").write_bytes(b"broken")
    (tmp_path / "new" / "notes.txt").write_text("no picture")
    ended = run_here("predict", trained.bundle_dir, tmp_path / "new")
    first, second = ended.stdout.splitlines()
    assert first.startswith(f"{tmp_path}/new/blue/1.png: blue ") and "red/1.png: red " in second
    assert ended.returncode == 1 and "red/2.png: not a picture" in ended.stderr

    table = tmp_path / "out.csv"
    ended = run_here("predict", trained.bundle_dir, tmp_path / "new", "--csv", table, "--top-k", 2)
    assert ended.stdout == f"3 rows in {table}\n" and ended.returncode == 1
    with table.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert header == ["file", "label", "score", "label 2", "score 2", "error"]
    assert [row[1] for row in rows] == ["blue", "red", ""]
    assert 0.5 < float(rows[0][2]) <= 1 and float(rows[0][2]) >= float(rows[0][4])
    assert rows[2][0].endswith("red/2.png") and "not a picture" in rows[2][5]

    ended = run_here("predict", trained.bundle_dir, tmp_path / "new", "--csv", table, "--json")
    answer = json.loads(ended.stdout)
    assert answer["csv"] == str(table) and len(answer["predictions"]) == 2


def test_what_predict_cannot_read_or_write_is_named(
    trained: kerasapps.RecipeResult, run_here: Callable[..., Any], tmp_path: Path
) -> None:
    ended = run_here("predict", trained.bundle_dir, "https://a.org/cat.png")
    assert ended.returncode == 1 and "https://a.org/cat.png is a URL: download" in ended.stderr
    target = tmp_path / "none" / "out.csv"
    ended = run_here("predict", trained.bundle_dir, "a.png", "--csv", target)
    assert ended.returncode == 2 and "is no folder: make it first (--csv)" in ended.stderr
    with pytest.raises(kerasapps.DataError, match="is a folder: give the pictures in it"):
        kerasapps.load_bundle(trained.bundle_dir).predict(tmp_path)


def test_file_names_command_no_terminal(
    trained: kerasapps.RecipeResult, shapes: Path, tmp_path: Path, run_here: Callable[..., Any]
) -> None:
    evil = tmp_path / "a\x1b[2J\nerror: b.png"
    ended = run_here("predict", trained.bundle_dir, evil)
    assert ended.returncode == 1 and ended.stderr.splitlines() == [
        f"error: {tmp_path}/a\\x1b[2J\\nerror: b.png: no such file (or a symbolic link to nothing)"
    ]
    evil.write_bytes(next((shapes / "red").iterdir()).read_bytes())
    ended = run_here("predict", trained.bundle_dir, evil)
    assert ended.returncode == 0 and "\x1b" not in ended.stdout
