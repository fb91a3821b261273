"""What workers hear of the chief's result, and those that do not."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.errors import TrainingError
from kerasapps.workflow.helping import tell_workers
from tests.fake_team import FakeTeam

RESULT: Any = SimpleNamespace(to_dict=lambda: {"metrics": {"accuracy": 1.0}}, headline="all right")


class Lost(FakeTeam):
    """A chief whose worker is gone."""

    def send(self, content: bytes | None) -> bytes:
        raise TrainingError("Worker 1 (10.0.0.2:9123) is gone")


def test_workers_hear_of_the_result() -> None:
    team = FakeTeam()
    tell_workers(RESULT, team)
    assert json.loads(team.heard[0])["headline"] == "all right"


def test_a_worker_that_is_lost_after_training_does_not_harm_the_bundle(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell_workers(RESULT, Lost())
    assert "The bundle is whole" in capsys.readouterr().err
