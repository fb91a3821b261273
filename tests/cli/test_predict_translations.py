"""`kerasapps predict` of a translator: line n of the input is translated by line n."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kerasapps

LONG = b"two green dog " * 40


@pytest.mark.parametrize("more", [(), ("--n-best", "2", "--beam", "2")])
def test_a_translator_answers_each_line_with_one(
    translated: kerasapps.RecipeResult, run_here: Callable[..., Any], more: tuple[str, ...]
) -> None:
    texts = [
        b"two green dog",
        LONG,
        b"",
        b"bad \xff byte",
        b"one \x1b[31mred\x0b cat\r",
        b"two dog",
    ]
    ended = run_here("predict", translated.bundle_dir, "-", *more, stdin=b"\n".join(texts))
    lines = ended.stdout.split("\n")
    assert ended.returncode == 1 and lines.pop() == "" and len(lines) == len(texts)
    bundle = kerasapps.load_bundle(translated.bundle_dir)
    expected = [
        translation.text
        for translation in bundle.predict(["two green dog", LONG.decode(), "two dog"])
    ]
    best = [line.split("\t")[0] for line in lines]
    if not more:
        assert [best[0], best[1], best[5]] == expected
    assert best[2] == best[3] == ""
    assert lines[0].count("\t") == (1 if more else 0)
    assert ended.stderr.splitlines() == [
        "note: line 2 is longer than the model reads: its end was ignored",
        "error: line 4 is not UTF-8 at byte 5",
    ]


def test_alternatives_of_an_argument_are_lines_of_their_own(
    translated: kerasapps.RecipeResult, run_here: Callable[..., Any]
) -> None:
    ended = run_here("predict", translated.bundle_dir, "two dog", "--n-best", "2", "--beam", "2")
    best, other = ended.stdout.splitlines()
    (translation,) = kerasapps.load_bundle(translated.bundle_dir).predict(
        "two dog", beam=2, n_best=2
    )
    assert best == translation.text
    assert (
        other == f"  {translation.alternatives[0].text}  ({translation.alternatives[0].score:.3f})"
    )


def test_translations_are_written_as_csv(
    translated: kerasapps.RecipeResult, run_here: Callable[..., Any], tmp_path: Path
) -> None:
    table = tmp_path / "out.csv"
    options = ("--csv", table, "--n-best", "2", "--beam", "2")
    ended = run_here("predict", translated.bundle_dir, "two green dog", *options)
    assert ended.returncode == 0 and ended.stdout == f"1 row in {table}\n"
    with table.open(encoding="utf-8", newline="") as stream:
        header, row = csv.reader(stream)
    assert header == ["text", "translation", "score", "translation 2", "score 2", "error"]
    bundle = kerasapps.load_bundle(translated.bundle_dir)
    (translation,) = bundle.predict("two green dog", beam=2, n_best=2)
    assert row == [
        "two green dog",
        translation.text,
        f"{translation.score:.6g}",
        translation.alternatives[0].text,
        f"{translation.alternatives[0].score:.6g}",
        "",
    ]
