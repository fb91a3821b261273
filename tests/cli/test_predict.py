"""`kerasapps predict` line by line: what goes in as line n comes out as line n."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.cli import predict as predict_module
from tests.values import kinds_of


def test_a_classifier_says_which_texts_it_cut(
    reviewed: kerasapps.RecipeResult, run_here: Callable[..., Any]
) -> None:
    long = b"warm soup and good bread " * 60
    ended = run_here("predict", reviewed.bundle_dir, "-", stdin=b"nice\n" + long + b"\n\xfe\nbad\n")
    first, second, third, fourth = ended.stdout.splitlines()
    assert first.startswith("nice: ") and second.startswith("warm soup") and "%" in second
    assert third == "" and fourth.startswith("bad: ")
    assert "line 2 is longer" in ended.stderr and "line 3 is not UTF-8" in ended.stderr

    ended = run_here("predict", reviewed.bundle_dir, "nice", long.decode())
    assert len(ended.stdout.splitlines()) == 2 and ended.returncode == 0
    assert ended.stderr == "note: text 2 is longer than the model reads: its end was ignored\n"


def test_the_json_object_has_a_row_for_each_line(
    reviewed: kerasapps.RecipeResult, run_here: Callable[..., Any]
) -> None:
    long = b"warm soup and good bread " * 60
    ended = run_here("predict", reviewed.bundle_dir, "-", "--json", stdin=b"nice\n\xfe\n" + long)
    answer = json.loads(ended.stdout)
    one, two, three = answer["predictions"]
    assert one["text"] == "nice" and one["truncated"] is False
    assert two == {"text": None, "error": "line 2 is not UTF-8 at byte 1"}
    assert three["truncated"] is True and ended.returncode == 1
    assert answer["errors"] == ["line 2 is not UTF-8 at byte 1"]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [(["-", "more"], "stands alone"), (["more", "-"], "stands alone")],
)
def test_standard_input_stands_alone(
    reviewed: kerasapps.RecipeResult,
    run_here: Callable[..., Any],
    inputs: list[str],
    message: str,
) -> None:
    ended = run_here("predict", reviewed.bundle_dir, *inputs, stdin=b"a\n")
    assert ended.returncode == 1 and message in ended.stderr and ended.stdout == ""


def test_texts_are_written_as_csv(
    reviewed: kerasapps.RecipeResult, run_here: Callable[..., Any], tmp_path: Path
) -> None:
    table = tmp_path / "out.csv"
    ended = run_here("predict", reviewed.bundle_dir, "-", "--csv", table, stdin=b"=good\n\xfe\n")
    assert ended.returncode == 1 and ended.stdout == f"2 rows in {table}\n"
    first, second, third = table.read_text(encoding="utf-8").splitlines()
    assert first.startswith("text,label,score,") and first.endswith(",error")
    assert second.startswith("'=good,")
    assert third.startswith(",,") and third.endswith("line 2 is not UTF-8 at byte 1")


def test_standard_input_is_read_in_its_encoding(
    reviewed: kerasapps.RecipeResult, run_here: Callable[..., Any]
) -> None:
    text = "the naïve café was nice\nit was bad and the entrée was cold\n"
    ended = run_here("predict", reviewed.bundle_dir, "-", stdin=text.encode("cp1252"))
    assert [line.split(":")[0] for line in ended.stdout.splitlines()] == text.splitlines()
    assert ended.stderr == (
        "note: standard input: read as cp1252, as it is not UTF-8; say otherwise with --encoding\n"
    )
    given = ("predict", reviewed.bundle_dir, "-", "--encoding", "cp850")
    ended = run_here(*given, stdin=text.encode("cp850"))
    assert [line.split(":")[0] for line in ended.stdout.splitlines()] == text.splitlines()
    ended = run_here("predict", reviewed.bundle_dir, "nice", "--encoding", "cp850")
    assert ended.returncode == 1 and "--encoding is for texts from standard input" in ended.stderr
    ended = run_here("predict", reviewed.bundle_dir, "-", "--encoding", "cp85", stdin=b"a\n")
    assert ended.returncode == 1 and "--encoding 'cp85' is not known. Did you" in ended.stderr


def test_evaluate_reads_another_encoding(
    reviewed: kerasapps.RecipeResult, run_here: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("text,label\nnice café,positive\nbad entrée,negative\n".encode("cp850"))
    ended = run_here("evaluate", reviewed.bundle_dir, path, "--encoding", "cp850")
    assert ended.returncode == 0, ended.stderr
    ended = run_here("evaluate", reviewed.bundle_dir, path, "--encoding", "cp85x")
    assert ended.returncode == 1 and "--encoding 'cp85x' is not known" in ended.stderr
    ended = run_here("check", path, "--encoding", "cp850")
    assert "text in 'text'" in ended.stdout and "UTF-8" not in ended.stdout


def test_kinds_of_values() -> None:
    assert kinds_of(predict_module) == {"_Answered": "frozen"}
