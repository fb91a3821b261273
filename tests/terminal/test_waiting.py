"""Waiting for others."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.terminal import waiting
from kerasapps.terminal.waiting import wait_for


def test_what_is_missing_is_waited_for_named_once_and_refused_in_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr(waiting.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(waiting.time, "sleep", lambda seconds: now.append(now.pop() + seconds))
    patience: dict[str, Any] = {
        "patience": 10.0,
        "quiet": 2.0,
        "pause": 0.75,
        "told": lambda what: f"waiting for {what}",
        "refused": lambda what: TimeoutError(f"{what} has not come"),
    }
    wait_for(lambda: "" if now[0] >= 1.5 else "a friend", **patience)
    assert now == [1.5] and capsys.readouterr().err == ""
    wait_for(lambda: "" if now[0] >= 6.0 else "a friend", **patience)
    assert now == [6.0] and capsys.readouterr().err == "waiting for a friend\n"
    with pytest.raises(TimeoutError, match="a friend has not come"):
        wait_for(lambda: "a friend", **patience)
    assert now == [16.0]
