"""How far the answering of many inputs is, in words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.workflow.bulk import pace
from kerasapps.workflow.bulk.pace import Pace


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time."""
    seconds = [0.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: seconds[0])
    return seconds


def test_without_a_live_line_there_is_one_a_minute(
    monkeypatch: pytest.MonkeyPatch, now: list[float]
) -> None:
    told: list[str] = []
    monkeypatch.setattr(pace, "tell", told.append)
    begun = Pace(lambda _: None, begun=1000, total=lambda: None)
    for now[0], rows in ((30.0, 1600), (61.0, 2220), (62.0, 2240), (100.0, 3000), (122.0, 1100)):
        begun.tell(rows)
    assert told == ["2,220 rows, 20 a second", "1,100 rows"]  # not those of an earlier call


def test_a_live_line_has_the_time_that_is_left(
    monkeypatch: pytest.MonkeyPatch, now: list[float]
) -> None:
    class AtOnce:
        def __init__(self, target: Any, daemon: bool) -> None:
            self.start = target

    monkeypatch.setattr(pace, "StandardStream", lambda errors: SimpleNamespace(has_live_line=True))
    monkeypatch.setattr(pace, "threading", SimpleNamespace(Thread=AtOnce))
    told: list[str] = []
    begun = Pace(told.append, begun=1000, total=lambda: 4000)
    now[0] = 10.0
    for rows in (1000, 1100, 4100):
        begun.tell(rows)
    assert told == [
        "1,000 rows",
        "1,100 of about 4,000 rows, 10 a second, 4 min 50 s left",
        "4,100 rows, 310 a second",
    ]
