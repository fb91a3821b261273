from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import kerasapps
from kerasapps.errors import ConfigError
from tests.workflow.folds.test_cross import table

COMMAND = (
    *("kerasapps", "train", "tabular", "rows.jsonl", "--target", "rich", "--model", "linear"),
    *("--epochs", "3", "--quantization", "float32", "--no-saved-model", "--output-dir", "run"),
)


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
