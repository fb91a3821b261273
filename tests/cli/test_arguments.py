"""Paths and data that a command line names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["check", ""], "DATA"),
        (["check", "  "], "DATA"),
        (["check", "~nobody9/x"], "DATA"),
        (["check", "http://a.b/c.csv"], "DATA"),
        (["check", "--source", "", "--target", "x"], "--source"),
        (["check", "--source", "x", "--target", ""], "--target"),
        (["train", "image-classification", ""], "DATA"),
        (["train", "sentiment", "~nobody9/x"], "DATA"),
        (["train", "translation", ""], "DATA"),
        (["train", "sentiment", "builtin:reviews", "--output-dir", " "], "--output-dir"),
        (["train", "sentiment", "builtin:reviews", "--output-dir", "~nobody9/x"], "--output-dir"),
        (["train", "sentiment", "builtin:reviews", "--output-dir", "s3://b/x"], "--output-dir"),
        (["evaluate", "", "builtin:reviews"], "BUNDLE"),
        (["evaluate", "x", ""], "DATA"),
        (["predict", "", "x"], "BUNDLE"),
        (["predict", "~nobody9", "x"], "BUNDLE"),
        (["predict", "x", "y", "--csv", ""], "--csv"),
        (["predict", "x", "y", "--csv", "~nobody9/x.csv"], "--csv"),
        (["export", ""], "BUNDLE"),
        (["export", "x", "--data", ""], "--data"),
        (["benchmark", ""], "BUNDLE"),
        (["explain", "", "x"], "BUNDLE"),
    ],
)
def test_a_path_that_cannot_be_meant_is_refused_by_its_argument(
    arguments: list[str], named: str, run_here: Callable[..., Any], tmp_path: Path
) -> None:
    ended = run_here(*arguments, cwd=tmp_path)
    message = " ".join(ended.stderr.replace("│", " ").split())
    assert ended.returncode == 2 and f"{named}" in message
    assert any(why in message for why in ("empty", "no such user", "is a URL"))
    assert ended.stdout == "" and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (
            ["train", "sentiment", "builtin:reviews", "--word-vectors", ""],
            "--word-vectors is empty",
        ),
        (["tune", "sentiment", "builtin:reviews", "--space", ""], "--space is empty"),
        (["tune", "sentiment", "builtin:reviews", "--space", "~nobody9"], "--space is ~nobody9"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_by_its_option(
    arguments: list[str], named: str, run_here: Callable[..., Any], tmp_path: Path
) -> None:
    ended = run_here(*arguments, cwd=tmp_path)
    assert ended.returncode == 2 and named in ended.stderr + ended.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_home_folder_that_the_shell_left_alone(
    run_here: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data" / "train").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    ended = run_here(
        "train", "sentiment", "~/data", "--output-dir=~/data/run", cwd=tmp_path / "here"
    )
    assert ended.returncode == 1 and "lies in the data" in ended.stderr
    assert list((tmp_path / "here").iterdir()) == []
