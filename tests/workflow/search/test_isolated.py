"""A trial in a process of its own."""

from __future__ import annotations

import functools
import pickle
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.registry import TASKS
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.trial import TrialJob
from kerasapps.workflow.search.isolated import run_isolated
from kerasapps.workflow.search.trial_setup import TrialSetup

TASK = TASKS["text_classification"]
OBJECTIVE = Objective("val_accuracy", "max", answer=CLASSES)
SETUP = TrialSetup(TASK, TASK.defaults, OBJECTIVE, Path("/some/folder"))


def test_the_trial_gets_all_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Any, ...]] = []

    def run_trial(*arguments: Any) -> dict[str, float]:
        seen.append(arguments)
        return {"val_accuracy": 0.5}

    planted: Any = SimpleNamespace(run_trial=run_trial)
    monkeypatch.setitem(sys.modules, "kerasapps.workflow.search.trial", planted)
    setup, job = SETUP, TrialJob(0, {}, tmp_path)

    def report(epoch: int, figures: Any, *, final: bool = False) -> bool:
        return True

    assert run_isolated(setup, job, report) == {"val_accuracy": 0.5}
    assert seen == [(setup, job, report)]


def test_it_can_be_handed_to_another_process() -> None:
    run = pickle.loads(pickle.dumps(functools.partial(run_isolated, SETUP)))
    assert run.func is run_isolated and run.args == (SETUP,)
