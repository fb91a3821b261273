"""Paths and data that a command line names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerasapps.cli.arguments import pairs_from
from kerasapps.errors import ConfigError


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
    assert ended.returncode == 1 and named in ended.stderr + ended.stdout
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


def test_one_place_or_two_files() -> None:
    assert pairs_from("data", None, None) == "data"
    assert pairs_from(None, "a.en", "a.de") == ("a.en", "a.de")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((None, None, None), "There is no data: give DATA, or two files"),
        ((None, "a", None), "--source goes with --target: give both"),
        ((None, None, "b"), "--target goes with --source: give both"),
        (("data", "a", None), r"DATA \(data\) and --source exclude each other"),
        (("data", None, "b"), r"DATA \(data\) and --target exclude each other"),
        (("data", "a", "b"), r"DATA \(data\) and --source exclude each other"),
    ],
)
def test_all_else_is_refused(given: tuple[str | None, ...], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        pairs_from(*given)
