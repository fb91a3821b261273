"""The input pipelines that are measured: each gives every example in every epoch."""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
from pathlib import Path

import input_made
import input_pipeline
import numpy as np
import pytest
from input_epochs import turn
from input_pipeline import ASIDE, NEEDS, PEERS, SIDES, Turn
from input_sides import SIDES as ALL

COUNT = 12
CHEAP = {("texts", "tf.data"), ("pictures", "keras"), *((kind, "ours") for kind in PEERS)}


def given(kind: str, folder: Path) -> argparse.Namespace:
    data = input_made.make(kind, folder, count=COUNT, seed=0)
    return argparse.Namespace(data=data, size=24, batch=4, limit=0, later=1)


def sides() -> list[object]:
    return [
        pytest.param(kind, side, marks=[] if (kind, side) in CHEAP else pytest.mark.slow)
        for kind, side in ALL
    ]


@pytest.mark.parametrize(("kind", "side"), sides())
def test_every_epoch_has_every_example(kind: str, side: str, tmp_path: Path) -> None:
    pytest.importorskip(NEEDS.get(side, "numpy"))
    measured = ALL[kind, side](given(kind, tmp_path))
    epoch = measured.start()
    assert [epoch(), epoch()] == [COUNT, COUNT]
    first, first_cpu, later, later_cpu = turn(measured, 1)
    assert first > 0 and later > 0 and first_cpu > 0 and later_cpu >= 0


def test_pixels_are_of_the_same_files_in_the_same_order(tmp_path: Path) -> None:
    options = given("pictures", tmp_path)
    options.size = 160  # much smaller, another filter shows more than another picture
    ours, keras = (ALL["pictures", side](options).sample() for side in ("ours", "keras"))
    assert ours.shape == keras.shape == (COUNT, 160, 160, 3)
    apart = np.abs(ours - keras).mean()
    assert 0 < apart < np.abs(ours - keras[::-1]).mean() / 4


def test_ratios_are_of_a_round_and_the_best_is_of_those_that_do_the_same() -> None:
    turns = {
        "ours": [Turn(100, 1e-3, 1000, 1e-5), Turn(300, 1e-3, 3000, 1e-5)],
        "keras": [Turn(50, 1e-3, 100, 1e-3), Turn(100, 1e-3, 100, 1e-3)],
        "torch": [Turn(100, 1e-3, 50, 1e-3), Turn(50, 1e-3, 300, 1e-3)],
        "keras, cached": [Turn(900, 1e-3, 9000, 1e-3)] * 2,
    }
    rows = input_pipeline.table(argparse.Namespace(rounds=2, seed=0), turns, {})
    assert [row["side"] for row in rows] == [*turns, "best of the peers"]
    assert rows[1]["ours / it"] == "2.50× (2.00–3.00)" and rows[1]["CPU µs"] == "1000"
    assert rows[-1]["ours / it"] == "2.00× (1.00–3.00)"
    assert rows[-1]["ours / it, later"] == "10.00× (10.00–10.00)"
    assert set(ASIDE) <= {side for peers in PEERS.values() for side in peers}


def test_a_peer_that_is_not_installed_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert input_pipeline.installed(["keras", "torch"]) == ["keras"]
    assert "torch is left out: torch is not installed (extra bench)" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pictures", "texts", "pairs"])
def test_the_command(kind: str) -> None:
    script = SIDES.with_name("input_pipeline.py")
    options = ["--count", "40", "--rounds", "1", "--later", "1", "--size", "24", "--batch", "8"]
    ended = subprocess.run(
        [sys.executable, script, kind, *options], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    *sides, best = ended.stdout.splitlines()
    assert sides[0].startswith("side: ours") and "ours / it: 1.00×" in sides[0]
    assert best.startswith("side: best of the peers") and len(sides) >= 3
