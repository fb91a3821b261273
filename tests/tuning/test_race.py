"""A race among a few configurations: who is tried how far, and what a kill costs."""

from __future__ import annotations

import errno
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import TuneConfig
from kerasapps.errors import TrainingError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.tuning import race as race_module
from kerasapps.tuning.objective import make_objective
from kerasapps.tuning.pruning import is_far_behind
from kerasapps.tuning.race import Entrant, run_race
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.tuning.trial import Figures, Report, TrialJob
from tests.interrupts import press_in_cpp, usual_ctrl_c

OBJECTIVE = make_objective(TuneConfig(), answer=CLASSES)
BRIEF = 4


@dataclass
class Planted:
    """Trainings whose figures are known: `brief` after any epoch, `whole` at the end.

    Attributes:
        brief: name → figure of its brief training, an error, or what to call.
        whole: name → figure of its whole one.
        jobs: what was tried.
    """

    brief: dict[str, Any]
    whole: dict[str, float] = field(default_factory=dict)
    jobs: list[TrialJob] = field(default_factory=list)

    def __call__(self, job: TrialJob, report: Report) -> Figures:
        self.jobs.append(job)
        name = str(job.values["name"])
        if job.epochs is None:
            return {"val_accuracy": self.whole[name], "val_loss": 1.0}
        figure = self.brief[name]
        if isinstance(figure, BaseException):
            raise figure
        for epoch in range(1, job.epochs + 1):
            if not report(epoch, {"val_accuracy": figure, "val_loss": 1.0}):
                break
        return {"val_accuracy": figure, "val_loss": 1.0, "epochs": float(epoch)}

    @property
    def tried(self) -> list[tuple[str, bool]]:
        """Who was trained, and whether wholly."""
        return [(str(job.values["name"]), job.epochs is None) for job in self.jobs]


def race(
    planted: Planted,
    folder: Path,
    *,
    finalists: int = 2,
    minutes: float = 60.0,
    settings: str = "one",
    tell: Callable[[TrialRecord], None] = lambda record: None,
) -> Leaderboard:
    return run_race(
        [Entrant({"name": name}, BRIEF) for name in planted.brief],
        planted,
        objective=OBJECTIVE,
        settings={"settings": settings},
        folder=folder,
        finalists=finalists,
        minutes=minutes,
        tell=tell,
    )


def test_all_are_tried_briefly_and_the_promising_wholly(tmp_path: Path) -> None:
    planted = Planted({"a": 0.90, "b": 0.88, "c": 0.86}, {"a": 0.91, "b": 0.93})
    board = race(planted, tmp_path)
    assert planted.tried == [("a", False), ("b", False), ("c", False), ("a", True), ("b", True)]
    assert board.best is not None and board.best.values == {"name": "b"} and board.best.number == 4
    assert [record.state for record in board.records] == ["done"] * 5
    assert len({job.folder for job in planted.jobs}) == 5
    assert all(job.folder.is_dir() for job in planted.jobs)


def test_one_that_is_alone_in_front_needs_no_whole_trial(tmp_path: Path) -> None:
    planted = Planted({"a": 0.90, "b": 0.84})
    board = race(planted, tmp_path)
    assert planted.tried == [("a", False), ("b", False)]
    assert board.best is not None and board.best.number == 0
    alone = Planted({"a": 0.9, "b": 0.89})
    race(alone, tmp_path / "one", finalists=1)
    assert len(alone.jobs) == 2


def test_one_that_is_far_behind_halfway_ends_early(tmp_path: Path) -> None:
    planted = Planted({"a": 0.90, "b": 0.50, "c": 0.90}, {"a": 0.9, "c": 0.9})
    board = race(planted, tmp_path)
    stopped = board.records[1]
    assert stopped.state == "stopped" and stopped.figures["epochs"] == BRIEF / 2
    assert "far behind the best one after epoch 2" in stopped.reason
    assert planted.tried[3:] == [("a", True), ("c", True)]


def test_a_failure_is_no_others_affair_but_that_of_all_is(tmp_path: Path) -> None:
    planted = Planted({"a": ValueError("broken\nnet"), "b": 0.7})
    board = race(planted, tmp_path)
    assert (board.records[0].state, board.records[0].reason) == ("failed", "ValueError: broken")
    assert board.best is not None and board.best.number == 1
    with pytest.raises(TrainingError, match=r"None of the models could be trained: ValueError: b"):
        race(Planted({"a": ValueError("broken")}), tmp_path / "none")
    mended = race(Planted({"a": 0.7}), tmp_path / "none")
    assert mended.best is not None and mended.best.number == 0


def test_ctrl_c_ends_all_and_is_no_trials_failure(tmp_path: Path) -> None:
    class Pressed(Planted):
        def __call__(self, job: TrialJob, report: Report) -> Figures:
            self.jobs.append(job)
            press_in_cpp()
            raise AssertionError("it was not heard of")

    with usual_ctrl_c(), pytest.raises(KeyboardInterrupt):
        race(Pressed({"a": 0.8, "b": 0.7}), tmp_path)
    planted = Planted({"a": 0.8, "b": 0.7})
    board = race(planted, tmp_path)
    assert planted.tried == [("a", False), ("b", False)]
    assert [record.state for record in board.records] == ["done", "done"]


def test_a_full_disk_ends_all(tmp_path: Path) -> None:
    planted = Planted({"a": OSError(errno.ENOSPC, "full"), "b": 0.7})
    with pytest.raises(OSError, match="full"):
        race(planted, tmp_path)
    planted.brief["a"] = 0.8
    race(planted, tmp_path)
    assert [name for name, _ in planted.tried] == ["a", "a", "b"]


@pytest.mark.parametrize("killed", range(5))
def test_a_race_that_was_killed_goes_on(tmp_path: Path, killed: int) -> None:
    figures = {"a": 0.90, "b": 0.88, "c": 0.86}, {"a": 0.91, "b": 0.93}
    whole = race(Planted(*figures), tmp_path / "whole")

    @dataclass
    class Killed(Planted):
        def __call__(self, job: TrialJob, report: Report) -> Figures:
            if len(self.jobs) == killed:
                raise KeyboardInterrupt
            return super().__call__(job, report)

    first, rest = Killed(*figures), Planted(*figures)
    with pytest.raises(KeyboardInterrupt):
        race(first, tmp_path / "killed")
    told: list[int] = []
    board = race(rest, tmp_path / "killed", tell=lambda record: told.append(record.number))
    assert len(first.jobs) + len(rest.jobs) == 5 and told == [0, 1, 2, 3, 4]
    assert [each.values for each in board.records] == [each.values for each in whole.records]
    assert board.best is not None and board.best.number == 4
    again = Planted(*figures)
    race(again, tmp_path / "killed")
    assert not again.jobs
    with pytest.raises(TrainingError, match="holds another search"):
        race(again, tmp_path / "killed", settings="another")


def test_no_trial_begins_when_the_time_is_over(tmp_path: Path) -> None:
    planted = Planted({"a": 0.9, "b": 0.9})
    board = race(planted, tmp_path, minutes=1e-6)
    assert planted.tried == [("a", False)] and board.best is not None


def test_a_race_that_is_over_stays_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last trial ends before its minute does, and what follows begins after that."""
    now = [0.0]
    timed = functools.partial(race_module.RaceOracle, clock=lambda: now[0])
    monkeypatch.setattr(race_module, "RaceOracle", timed)

    @dataclass
    class Slow(Planted):
        def __call__(self, job: TrialJob, report: Report) -> Figures:
            now[0] = 59.0
            return super().__call__(job, report)

    def tell(record: TrialRecord) -> None:
        now[0] = 61.0

    first, second = (Slow({"a": 0.9, "b": 0.9}) for _ in range(2))
    race(first, tmp_path, minutes=1.0, tell=tell)
    now[0] = 1000.0  # of another process
    board = race(second, tmp_path, minutes=1.0)
    assert first.tried == [("a", False)] and not second.tried
    assert board.best is not None and board.best.number == 0


@pytest.mark.parametrize(
    ("name", "figure", "best", "far"),
    [
        ("val_accuracy", 0.88, 0.90, False),
        ("val_accuracy", 0.87, 0.90, True),
        ("val_accuracy", 0.99, 1.0, True),
        ("val_accuracy", 1.0, 1.0, False),
        ("val_loss", 1.2, 1.0, False),
        ("val_loss", 1.3, 1.0, True),
    ],
)
def test_what_is_far_behind(name: str, figure: float, best: float, far: bool) -> None:
    objective = make_objective(TuneConfig(objective=name), answer=CLASSES)
    assert is_far_behind(figure, best, objective) is far
    assert not is_far_behind(best, best, objective)
    if best != 1.0 or name == "val_loss":
        assert not is_far_behind(figure, best, objective, factor=2.0)
