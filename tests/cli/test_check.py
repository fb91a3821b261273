"""`kerasapps check`: which task a data set is for, and what options it then takes."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.data.pictures import pixels, write_picture

Run = Callable[..., Any]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for number in range(12):
        write_picture(tmp_path / f"all/{number}.png", number)
    rows = [f"all/{number}.png,{number % 3},{'ab'[number % 2]}" for number in range(12)]
    (tmp_path / "pictures.csv").write_text("\n".join(["file,kind,note", *rows]) + "\n")
    rows = [f"text number {number},{number % 3},{'ab'[number % 2]}" for number in range(12)]
    (tmp_path / "texts.csv").write_text("\n".join(["body,kind,note", *rows]) + "\n")
    rows = [f"one {number},eins {number % 2}" for number in range(12)]
    (tmp_path / "pairs.csv").write_text("\n".join(["en,de", *rows]) + "\n")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "options", "shown"),
    [
        ("pictures.csv", ("--label-column", "note"), "picture in 'file', label in 'note'"),
        ("texts.csv", ("--label-column", "note"), "text in 'body', label in 'note'"),
        ("pictures.csv", ("--image-column", "file", "--label-column", "kind"), "Sizes in pixels"),
        ("texts.csv", ("--text-column", "body", "--label-column", "note"), "Words of a text"),
        ("pairs.csv", ("--label-column", "de"), "text in 'en', label in 'de'"),
    ],
)
def test_the_data_decides_where_an_option_is_of_several_tasks(
    root: Path, run_here: Run, file: str, options: tuple[str, ...], shown: str
) -> None:
    ended = run_here("check", root / file, *options)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert shown in ended.stdout


def test_columns_that_are_not_there_or_not_clear(root: Path, run_here: Run) -> None:
    ended = run_here("check", root / "pictures.csv")
    assert ended.returncode == 1 and "name it with --label-column" in ended.stdout
    options = ("--image-column", "body", "--label-column", "note")
    ended = run_here("check", root / "texts.csv", *options)
    assert ended.returncode == 1 and "no such file" in ended.stdout
    ended = run_here("check", root / "pictures.csv", "--image-column", "fil")
    assert "no column 'fil'" in ended.stdout and "did you mean 'file'" in ended.stdout
    options = ("--task", "sentiment", "--image-column", "body")
    ended = run_here("check", root / "texts.csv", *options)
    assert ended.returncode == 2 and "--image-column is not for sentiment" in ended.stderr
    ended = run_here("check", root / "pictures.csv", "--task", "translation", "--target", "kind")
    assert ended.returncode == 2 and "--target is not for translation" in ended.stderr


@pytest.mark.parametrize("seed", [-1, 2**31])
def test_a_seed_that_training_would_refuse_is_refused(run_here: Run, seed: int) -> None:
    ended = run_here("check", "builtin:digits", "--seed", seed)
    assert ended.returncode == 2 and "--seed must be a whole number from 0" in ended.stderr


def test_pictures_behind_any_number_of_other_files(tmp_path: Path, run_here: Run) -> None:
    for number in range(12):
        write_picture(tmp_path / f"{'xy'[number % 2]}/{number}.png", number)
    (tmp_path / "annotations").mkdir()
    for number in range(10_001):
        (tmp_path / f"annotations/{number}.xml").touch()
    ended = run_here("check", tmp_path)
    assert ended.returncode == 0 and "Sizes in pixels" in ended.stdout


@pytest.mark.parametrize(("kind", "name"), [("TIFF", "{}.tif"), ("AVIF", "{}.avif"), ("PNG", "{}")])
def test_a_folder_of_one_rare_kind_is_one_of_pictures(
    tmp_path: Path, run_here: Run, kind: str, name: str
) -> None:
    for number in range(12):
        file = tmp_path / "ab"[number % 2] / name.format(number)
        file.parent.mkdir(exist_ok=True)
        Image.fromarray(pixels(number)).save(file, kind)
    ended = run_here("check", tmp_path)
    assert ended.returncode == 0 and "Sizes in pixels" in ended.stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Go{n}.\tGeh{n}.\tCC-BY 2.0 Attribution: tatoeba.org #{n}", "Pairs (source → target)"),
        ("good thing {n}\t{label}", "text in 'column 1', label in 'column 2'"),
        ("__label__{label} good thing {n}", "labels behind __label__"),
        ("good thing {n}", "is one text"),
    ],
)
def test_a_plain_file_is_what_its_lines_say(
    line: str, said: str, run_here: Callable[..., Any], tmp_path: Path
) -> None:
    lines = [line.format(n=n, label=("pos", "neg")[n % 2]) for n in range(60)]
    (tmp_path / "deu.txt").write_text("\n".join(lines), encoding="utf-8")
    ended = run_here("check", "deu.txt", cwd=tmp_path)
    assert said in ended.stdout and "picture" not in ended.stdout
    assert ended.returncode == (1 if "one text" in said else 0)


def test_a_deep_check_tells_what_is_nearly_the_same(
    tmp_path: Path, run_here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        write_picture(tmp_path / f"data/{'xy'[number % 2]}/{number}.png", number, size=(40, 40))
    picture = Image.fromarray(pixels(2, size=(40, 40)))
    picture.save(tmp_path / "data/x/again.jpg", quality=95)
    ended = run_here("check", tmp_path / "data", "--deep", "--output", tmp_path / "lists", "--json")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    (copy,) = told["near_duplicates"] + told["near_copies"]
    assert {Path(copy["copy"]).name, Path(copy["kept"]).name} == {"2.png", "again.jpg"}
    (file,) = told["files"]
    header, row = Path(file).read_text().splitlines()
    assert header.startswith("where,split,label,like") and "again.jpg" in row and ",x," in row
    ended = run_here("check", tmp_path / "none", "--deep", "--output", tmp_path / "nothing")
    assert ended.returncode == 1 and not [*(tmp_path / "nothing").iterdir()]
    ended = run_here("check", tmp_path / "data")
    assert "Nearly the same" not in ended.stdout

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("kerasapps.workflow.deep.check.DeepCheck.write", full)
    ended = run_here("check", tmp_path / "data", "--deep", "--output", tmp_path / "lists")
    assert ended.returncode == 1 and f"in {tmp_path / 'lists'}" in ended.stderr
    assert "or choose another place (--output)" in ended.stderr
    ended = run_here("check", tmp_path / "data", "--minutes", "1")
    assert ended.returncode == 2 and "--minutes is for --deep" in ended.stderr
    ended = run_here("check", tmp_path / "data", "--output", tmp_path / "lists")
    assert ended.returncode == 2 and "--output is for --deep" in ended.stderr
