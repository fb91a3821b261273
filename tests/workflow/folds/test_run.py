from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import kerasapps
from kerasapps.config import CompressConfig
from kerasapps.data.load import load_tags, load_texts
from kerasapps.errors import ConfigError
from kerasapps.workflow import carry as carrying
from kerasapps.workflow.folds import run as module
from kerasapps.workflow.folds.run import cross_validated
from tests.workflow.folds.test_cross import table

COMMAND = (
    *("kerasapps", "train", "tabular", "rows.jsonl", "--target", "rich", "--model", "linear"),
    *("--epochs", "3", "--quantization", "float32", "--no-saved-model", "--output-dir", "run"),
)


class BegunError(Exception):
    """The trainings would begin."""


def test_a_search_has_no_folds() -> None:
    with pytest.raises(ConfigError, match="folds is for a training, not for a search"):
        kerasapps.train_tabular(
            table(),
            target="rich",
            tune=kerasapps.TuneConfig(trials=2),
            repeat=kerasapps.RepeatConfig(folds=2),
        )


def test_a_single_fold_is_none() -> None:
    with pytest.raises(ConfigError, match=r"RepeatConfig.folds must be a whole number from 2"):
        kerasapps.RepeatConfig(folds=1)


@pytest.mark.parametrize(
    ("folds", "error", "words"),
    [
        (100, ConfigError, r"^RepeatConfig\.folds 100: .* fill \d+ folds"),
        (3, BegunError, ""),
    ],
)
def test_more_folds_than_groups_are_refused_before_tensorflow_is_there(
    folds: int,
    error: type[Exception],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def start(*_: object, **__: object) -> None:
        raise BegunError

    monkeypatch.setattr(carrying, "start_tensorflow", start)
    few = {name: cells[:80] for name, cells in table().items()}
    with pytest.raises(error, match=words):
        kerasapps.train_tabular(
            few,
            target="rich",
            model="linear",
            output_dir=tmp_path / "run",
            repeat=kerasapps.RepeatConfig(folds=folds),
        )


def crossed(splits: Any, monkeypatch: pytest.MonkeyPatch, *, folds: int, **options: Any) -> None:
    """The cross-validation of some splits without its trainings."""

    def begun(*_: object, **__: object) -> None:
        raise BegunError

    monkeypatch.setattr(module, "cross_validate", begun)
    order: Any = SimpleNamespace(
        repeat=kerasapps.RepeatConfig(folds=folds),
        task=SimpleNamespace(noun="texts"),
        options=options,
        settings={},
        hooks=None,
    )
    run: Any = SimpleNamespace(begin_repeats=lambda *_: None, folds="", team=None, logs="")
    with pytest.raises(BegunError):
        cross_validated(order, splits, run=run)


def texts_of(labels: list[str], folder: Path) -> Any:
    return load_texts(([f"the text {n} of all" for n in range(len(labels))], labels), folder=folder)


def test_a_teacher_that_saw_the_folds_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    splits = texts_of(["a", "b"] * 40, tmp_path)
    for options in ({}, {"compress": CompressConfig()}):
        crossed(splits, monkeypatch, folds=2, **options)
    assert "Warning" not in capsys.readouterr().err
    crossed(splits, monkeypatch, folds=2, compress=CompressConfig(teacher="t"))
    assert "Warning: the teacher learnt from examples that the folds" in capsys.readouterr().err


def test_classes_with_fewer_examples_than_folds_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    splits = texts_of(["often"] * 60 + ["rare"] * 8, tmp_path)
    crossed(splits, monkeypatch, folds=4)
    assert "fewer examples than folds" not in capsys.readouterr().err
    labels = np.concatenate([splits.train.labels, splits.validation.labels])
    crossed(splits, monkeypatch, folds=int((labels == splits.labels.index("rare")).sum()))
    assert "fewer examples than folds" not in capsys.readouterr().err
    crossed(splits, monkeypatch, folds=20)
    assert "Warning: of rare there are fewer examples than folds" in capsys.readouterr().err
    tags = load_tags(
        [(["Ana", f"saw {n}"], ["B-PER", "O"]) for n in range(40)], folder=tmp_path / "tags"
    )
    crossed(tags, monkeypatch, folds=30)
    assert "fewer examples than folds" not in capsys.readouterr().err


def write_rows(folder: Path) -> None:
    columns = table()
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    text = "\n".join(map(json.dumps, rows))
    (folder / "rows.jsonl").write_text(text, encoding="utf-8")


def started(folder: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *COMMAND, *more],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_a_killed_run_goes_on_and_ships_what_a_run_without_folds_does(tmp_path: Path) -> None:
    write_rows(tmp_path)
    killed = started(tmp_path, "--folds", "3")
    assert killed.stderr is not None
    for line in killed.stderr:
        if line.startswith("Fold 2 of 3"):
            break
    killed.send_signal(signal.SIGKILL)
    killed.wait()

    output, told = started(tmp_path, "--folds", "3", "--json").communicate()
    assert "Fold 1 of 3" not in told
    assert "Fold 2 of 3" in told
    folds = json.loads(output)["folds"]
    assert len(folds["folds"]) == 3
    bundle = kerasapps.load_bundle(tmp_path / "run")
    assert bundle.manifest.folds == folds
    assert bundle.manifest.settings["repeat"] == {"folds": 3}
    assert "Cross-validation" in (tmp_path / "run/bundle/report.html").read_text(encoding="utf-8")
    assert not (tmp_path / "run/work").exists()

    # With other folds it is another run.
    output, told = started(tmp_path, "--folds", "2").communicate()
    assert "--folds was 3, is 2" in told

    plain = started(tmp_path, "--output-dir", "plain")
    assert plain.wait() == 0
    weights = [
        kerasapps.load_bundle(tmp_path / run).manifest.metrics["log_loss"]
        for run in ("run", "plain")
    ]
    assert weights[0] == weights[1]
