"""The commands for texts as a user meets them: real processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.test_cli import run

FAULTY = (
    b"\xef\xbb\xbftext,label\r\n"
    + b"".join(
        b"%s number %d,%s\r\n" % (text, number, label)
        for number in range(60)
        for text, label in ((b"lovely warm soup", b"good"), (b"cold stale bread", b"bad"))
    )
    + b'"a quoted text\r\nof two lines",good\r\n'
    + b"bad \xff byte,good\r\n"
    + b",bad\r\n"
    + b"one,bad,stray\r\n"
    + b"lovely warm soup number 3,bad\r\n"
)


@pytest.mark.slow  # tests/recipes/text_classification/test_task.py calls the functions behind
def test_train_predict_and_explain(tmp_path: Path, run_here: Callable[..., Any]) -> None:
    data, folder = tmp_path / "faulty.csv", tmp_path / "run"
    data.write_bytes(FAULTY)
    ended = run_here(
        "train", "sentiment", data, "--output-dir", folder, "--model", "bag_of_embeddings",
        "--epochs", "12", "--quantization", "int8", "--no-saved-model", "--json",
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    answer = json.loads(ended.stdout)
    assert answer["labels"] == ["bad", "good"] and answer["metrics"]["accuracy"] > 0.9
    assert "3 broken rows are left out" in ended.stderr

    ended = run("predict", folder, "lovely warm soup", "cold stale bread", "--json")
    rows = json.loads(ended.stdout)["predictions"]
    assert [row["labels"][0] for row in rows] == ["good", "bad"]
    assert rows[0]["text"] == "lovely warm soup"

    lines = b"lovely warm soup\nbad \xff byte\r\n\ncold stale bread"
    piped = subprocess.run(
        [sys.executable, "-m", "kerasapps", "predict", folder, "-", "--json"],
        input=lines, capture_output=True, check=False,
    )  # fmt: skip
    answer = json.loads(piped.stdout)
    assert piped.returncode == 1 and answer["errors"] == ["line 2 is not UTF-8 at byte 5"]
    texts = ["lovely warm soup", "", "cold stale bread"]
    assert [row["text"] for row in answer["predictions"]] == texts

    ended = run("explain", folder, "lovely warm bread", "--label", "good", "--json")
    weights = {row["word"]: row["weight"] for row in json.loads(ended.stdout)["words"]}
    assert weights["lovely"] > 0 > weights["bread"]
    ended = run("explain", folder, "lovely warm bread", "--label", "god")
    assert ended.returncode == 2 and "Did you mean 'good'?" in ended.stderr


def test_check_names_every_fault(tmp_path: Path) -> None:
    data = tmp_path / "faulty.csv"
    data.write_bytes(FAULTY)
    ended = run("check", data)
    assert ended.returncode == 0, ended.stdout
    for fault in ("row 124", "UTF-8", "row 125", "empty", "row 126", "Same text, different"):
        assert fault in ended.stdout
    audit = json.loads(run("check", data, "--json").stdout)
    assert audit["broken"]["total"] == 3 and audit["conflicts"]["total"] == 1
    ended = run("check", data, "--max-broken", "0.001")
    assert ended.returncode == 1 and "more than the 0.1% that --max-broken allows" in ended.stdout
    ended = run("check", data, "--text-column", "said")
    assert ended.returncode == 1 and "no column 'said' (--text-column)" in ended.stdout
    ended = run("check", data, "--task", "sentimnt")
    assert ended.returncode == 2 and "Did you mean 'sentiment'?" in ended.stderr


def test_check_tells_texts_from_pictures(shapes: Path, tmp_path: Path) -> None:
    assert "Sizes in pixels" in run("check", shapes).stdout
    assert "Words of a text" in run("check", "builtin:reviews").stdout
    ended = run("check", shapes, "--task", "sentiment")
    assert ended.returncode == 1 and "error" in ended.stdout.lower()
