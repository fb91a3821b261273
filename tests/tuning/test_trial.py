"""What a trial is asked and what came of it, where nobody says more."""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path
from typing import Any

import pytest

from kerasapps.tuning.trial import Outcome, Report, TrialJob


def test_what_is_not_said_is_nothing() -> None:
    job, outcome = TrialJob(3, {"width": 2}, Path("a")), Outcome("done")
    assert dataclasses.astuple(job) == (3, {"width": 2}, Path("a"), None, None)
    assert dataclasses.astuple(outcome) == ("done", {}, "", 0.0)
    assert outcome.figures is not Outcome("done").figures
    assert inspect.signature(Report.__call__).parameters["final"].default is False


@pytest.mark.parametrize("told", [TrialJob(3, {}, Path("a")), Outcome("done")])
def test_what_was_told_does_not_change(told: Any) -> None:
    for field in dataclasses.fields(told):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(told, field.name, None)
