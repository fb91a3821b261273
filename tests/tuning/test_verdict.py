"""From what a worker reports to what the search keeps."""

from __future__ import annotations

import math
from typing import Any

import pytest

from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.tuning.objective import Objective
from kerasapps.tuning.records import TrialRecord
from kerasapps.tuning.trial import Outcome
from kerasapps.tuning.verdict import judge, score_of
from tests.answers import ERRORS

PLAIN = Objective("val_accuracy", "max", answer=CLASSES)
RUNNING = TrialRecord(3, {"width": 2}, curve=((1, 0.5), (2, 0.75), (3, 0.625)), worker="w")


def judged(*outcome: Any, record: TrialRecord = RUNNING, objective: Objective = PLAIN) -> Any:
    return judge(record, Outcome(*outcome), objective)


def test_a_trial_that_is_done_keeps_its_figures() -> None:
    ended = judged("done", {"val_accuracy": 0.5, "loss": 1.0}, "as before", 2.5)
    assert (ended.state, ended.reason, ended.seconds) == ("done", "as before", 2.5)
    assert ended.figures == {"val_accuracy": 0.5, "loss": 1.0}
    assert (ended.curve, ended.worker, ended.values) == (RUNNING.curve, "w", {"width": 2})
    assert score_of(ended, PLAIN) == 0.5


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        ({"loss": 1.0}, "The trial reported no val_accuracy, only: loss."),
        ({"val_accuracy": math.nan}, "val_accuracy is nan"),
        ({"val_accuracy": 0.5, "loss": math.inf}, "loss is inf"),
    ],
)
def test_figures_of_no_use_fail_it(figures: dict[str, float], reason: str) -> None:
    ended = judged("done", figures)
    assert (ended.state, ended.reason, ended.figures) == ("failed", reason, {})
    assert score_of(ended, PLAIN) is None


def test_a_failure_has_a_reason() -> None:
    assert judged("failed", {}, "killed", 1.5).reason == "killed"
    ended = judged("failed", {"val_accuracy": 0.5})
    assert (ended.reason, ended.figures) == ("it ended without a result", {})


def test_a_stopped_trial_has_the_best_of_its_curve() -> None:
    ended = judged("stopped", {"loss": 1.0})
    assert (ended.state, ended.reason) == ("stopped", "stopped")
    assert ended.figures == {"loss": 1.0, "val_accuracy": 0.75}
    assert score_of(ended, PLAIN) == 0.75
    loss = Objective("val_loss", "min", answer=CLASSES)
    assert judged("stopped", objective=loss).figures == {"val_loss": 0.5}
    file = Objective("int8_rmse", "min", mode="int8", answer=ERRORS)
    assert judged("stopped", objective=file).figures == {"val_rmse": 0.5}
    assert judged("stopped", {"val_accuracy": 0.25}).figures == {"val_accuracy": 0.25}
    assert judged("stopped", {"val_accuracy": 0.25}, "its own").reason == "its own"
    hopeless = TrialRecord(3, {}, curve=RUNNING.curve, reason="worse than most")
    assert judged("stopped", {}, "its own", record=hopeless).reason == "worse than most"


def test_a_search_learns_from_a_stopped_trial_what_it_was_watched_by() -> None:
    file = Objective("int8_accuracy", "max", mode="int8", max_size_mb=2, answer=CLASSES)
    ended = judged("stopped", {"val_accuracy": 0.25}, objective=file)
    assert ended.state == "stopped"
    assert score_of(ended, file) == file.score_so_far({"val_accuracy": 0.25})


def test_a_trial_stopped_for_figures_of_no_use_has_failed() -> None:
    before = TrialRecord(3, {}, figures={"loss": math.nan}, reason="loss is nan after epoch 2")
    ended = judged("stopped", {"val_accuracy": 0.5}, record=before)
    assert (ended.state, ended.reason) == ("failed", "loss is nan after epoch 2")
    assert judged("stopped", {"loss": math.nan}).reason == "loss is nan"
    silent = judged("stopped", {}, record=TrialRecord(3, {}))
    assert (silent.state, silent.figures) == ("failed", {})
