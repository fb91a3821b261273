"""Whom a search tells what happens, and how often."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.tuning.telling import teller

DONE = TrialRecord(0, {}, "done", {"val_accuracy": 0.5})


class Display:
    """Counts what it hears."""

    def __init__(self) -> None:
        self.heard: list[Leaderboard] = []

    def update(self, leaderboard: Leaderboard) -> None:
        self.heard.append(leaderboard)


def board(*records: TrialRecord) -> Leaderboard:
    return Leaderboard(Objective("val_accuracy", "max", answer=CLASSES), records)


def test_the_table_is_written_when_a_trial_has_ended_or_always(tmp_path: Path) -> None:
    display: Any = Display()
    file = tmp_path / "leaderboard.csv"
    tell = teller(display, file)
    tell(board(TrialRecord(0, {})))
    assert not file.exists()
    tell(board(DONE))
    assert "done" in file.read_text()
    file.unlink()
    tell(board(DONE, TrialRecord(1, {})))  # no other has ended since
    assert not file.exists()
    tell(board(DONE), always=True)
    assert file.exists()
    assert [len(each.records) for each in display.heard] == [1, 1, 2, 1]


def test_without_a_table_the_display_hears_all() -> None:
    display: Any = Display()
    tell = teller(display, None)
    tell(board(DONE), always=True)
    assert len(display.heard) == 1
