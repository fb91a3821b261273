"""The commands for sentence pairs as a user meets them: real processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.cli.options import in_options
from kerasapps.errors import ConfigError
from tests.test_cli import run
from tests.words import word_pairs


@pytest.mark.slow  # tests/recipes/translation/test_task.py calls the function behind the command
def test_train_translation_from_two_files(tmp_path: Path, run_here: Callable[..., Any]) -> None:
    fresh = word_pairs(120)
    source, target = tmp_path / "a.en", tmp_path / "a.de"
    for side, file in enumerate((source, target)):
        file.write_text("".join(f"{pair[side]}\n" for pair in fresh), encoding="utf-8")
    ended = run_here(
        "train", "translation", "--source", source, "--target", target, "--epochs", "1",
        "--width", "0.125", "--depth", "0.25", "--vocab-size", "60", "--beam", "2",
        "--output-dir", tmp_path / "run", "--quantization", "float32", "--no-saved-model", "--json",
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    answer = json.loads(ended.stdout)
    assert {"bleu", "bleu_greedy", "chrf", "signature"} <= set(answer["metrics"])
    assert answer["labels"] == [] and answer["artifacts"][0]["name"] == "float32"
    manifest = json.loads((tmp_path / "run" / "bundle" / "bundle.json").read_text("utf-8"))
    assert manifest["data"]["source"] == [str(source), str(target)]
    assert manifest["settings"]["translation"]["beam"] == 2


def test_predict_explain_and_evaluate(translated: kerasapps.RecipeResult, pairs: Path) -> None:
    folder = translated.bundle_dir
    ended = run("predict", folder, "two green dog", "--beam", "3", "--n-best", "2", "--json")
    assert ended.returncode == 0, ended.stderr
    (first,) = json.loads(ended.stdout)["predictions"]
    assert first["text"] == "two green dog" and first["translation"]
    assert len(first["alternatives"]) == 1
    ended = run("predict", folder, "two green dog", "")
    assert ended.returncode == 1 and "is empty" in ended.stderr
    assert first["translation"] in ended.stdout  # the other is answered
    ended = run("predict", folder, "two green dog")
    assert ended.stdout.strip() == first["translation"]
    ended = run("explain", folder, "two green dog")
    assert first["translation"] in ended.stdout and "looked at most" in ended.stdout
    ended = run("evaluate", folder, pairs, "--artifact", "float32", "--beam", "1")
    assert ended.returncode == 0, ended.stderr
    assert "40 sentence pairs" in ended.stdout and "tok:13a" in ended.stdout
    # What the recipe says of the data reaches the user.
    assert "what was held out for testing is judged" in ended.stderr


def test_options_of_another_task_are_refused(translated: kerasapps.RecipeResult) -> None:
    ended = run("predict", translated.bundle_dir, "two", "--top-k", "3")
    assert ended.returncode == 2 and "--top-k is not for" in ended.stderr
    ended = run("predict", translated.bundle_dir, "two", "--beam", "0")
    assert ended.returncode == 2 and "beam" in ended.stderr


def test_check_knows_pairs_and_names_what_is_wrong(pairs: Path, tmp_path: Path) -> None:
    ended = run("check", pairs, "--json")
    assert ended.returncode == 0, ended.stdout
    assert json.loads(ended.stdout)["counts"]["test"] == 40
    short = tmp_path / "short.de"
    short.write_text("eins\n", encoding="utf-8")
    ended = run("check", "--source", pairs / "train.en", "--target", short)
    assert ended.returncode == 1 and "short.de" in ended.stdout and "620" in ended.stdout
    (tmp_path / "empty").mkdir()
    ended = run("check", tmp_path / "empty")
    assert ended.returncode == 1
    assert all(word in ended.stderr for word in ("pictures", "texts", "sentence pairs"))


def test_check_takes_the_ratio_that_training_takes(tmp_path: Path) -> None:
    lines = [f"{source}\t{target}" for source, target in word_pairs(60)]
    lines[3] = f"{'very ' * 20}long\teins zwei drei"
    table = tmp_path / "ratio.tsv"
    table.write_text("en\tde\n" + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    for more, broken in ((), 0), (("--max-ratio", "3"), 1):
        ended = run("check", table, "--json", *more)
        assert ended.returncode == 0, ended.stdout
        assert json.loads(ended.stdout)["broken"]["total"] == broken
    ended = run("check", table, "--max-ratio", "0.5")
    assert ended.returncode == 2 and "--max-ratio" in ended.stderr
    ended = run("check", table, "--task", "sentiment", "--max-ratio", "3")
    assert ended.returncode == 2 and "--max-ratio is not for sentiment" in ended.stderr


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ((), "There is no data: give DATA, or two files with --source and --target."),
        (("folder", "--source", "a"), "DATA (folder) and --source exclude each other"),
        (("--source", "a"), "--source goes with --target: give both files."),
        (("--target", "b"), "--target goes with --source: give both files."),
    ],
)
def test_data_is_named_in_one_way(
    line: tuple[str, ...], message: str, run_here: Callable[..., Any]
) -> None:
    for command in (("train", "translation"), ("tune", "translation"), ("check",)):
        ended = run_here(*command, *line)
        assert ended.returncode == 2 and message in ended.stderr


def test_files_apart_are_not_for_every_task(run_here: Callable[..., Any]) -> None:
    ended = run_here("check", "--task", "sentiment", "--source", "a", "--target", "b")
    assert ended.returncode == 2
    assert "error: --source and --target are not for sentiment: give DATA." in ended.stderr


def test_errors_name_the_options() -> None:
    with pytest.raises(ConfigError) as caught:
        kerasapps.TranslationConfig(length_penalty=9)
    assert "--length-penalty" in in_options(str(caught.value))
    ended = subprocess.run(
        [sys.executable, "-m", "kerasapps", "train", "translation", "x", "--subwords", "bpee"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 2 and "--subwords 'bpee' is not known" in ended.stderr
