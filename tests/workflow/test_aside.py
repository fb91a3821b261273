"""What comes of a training is put aside, whole, and what it needed until then is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.terminal.streams import tell
from kerasapps.workflow.aside import is_aside, put_aside, values_aside, working_in
from kerasapps.workflow.run import TRAINING


def test_a_place_is_done_once_all_of_it_is_there(tmp_path: Path) -> None:
    place = tmp_path / "network" / "2"
    with working_in(place):
        for name in (TRAINING, "prepared", "prune"):
            (place / name).mkdir()
            (place / name / "file").write_text("much")
        (place / "weights").write_text("kept")
        assert not is_aside(place)
        put_aside(place, {"epochs": 3, "figures": {"F1": 0.5}}, scratch=("prune",))
    assert is_aside(place)
    assert values_aside(place) == {"epochs": 3, "figures": {"F1": 0.5}}
    assert sorted(each.name for each in place.iterdir()) == ["done.json", "log.txt", "weights"]


def test_what_a_training_says_goes_to_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with working_in(tmp_path):
        tell("epoch 1 of a fold")
    tell("a fold is done")
    assert "epoch 1 of a fold" in (tmp_path / "log.txt").read_text(encoding="utf-8")
    assert capsys.readouterr().err == "a fold is done\n"
