"""How long a chief listens, and where."""

from __future__ import annotations

import contextlib
import time
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.errors import TrainingError
from kerasapps.tuning import server as server_module
from kerasapps.tuning.chief import Chief
from kerasapps.tuning.server import serving
from tests.tuning.callers import client, oracle
from tests.tuning.planted_search import SETTINGS
from tests.tuning.trusted import TRUST


def test_a_chief_waits_a_while_for_workers_to_hear_that_it_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kerasapps.tuning.server._LINGER_SECONDS", 0.5)

    def leaving(*, interrupted: bool) -> float:
        with (
            contextlib.suppress(KeyboardInterrupt),
            serving(Chief(oracle(), settings=SETTINGS), trust=TRUST) as chief,
            client(chief),
        ):
            began = time.monotonic()
            if interrupted:
                raise KeyboardInterrupt
        return time.monotonic() - began

    assert 0.5 <= leaving(interrupted=False) < 5
    # After an interruption the workers shall wait for the same command.
    monkeypatch.setattr("kerasapps.tuning.server._LINGER_SECONDS", 60)
    assert leaving(interrupted=True) < 30


class Server:
    """Instead of gRPC's."""

    grace: float | None = None
    ended = False
    started = False

    def add_insecure_port(self, address: str) -> int:
        return 1234

    def start(self) -> None:
        self.started = True

    def stop(self, grace: float) -> Server:
        self.grace = grace
        return self

    def wait(self) -> None:
        self.ended = True


@pytest.mark.parametrize(
    ("kind", "fails", "leaves", "steps"),
    [
        (None, False, None, 150),  # a second and a beat
        (None, False, 5, 5),  # no longer than there is one to wait for
        (None, False, 0, 0),
        (KeyboardInterrupt, False, None, 0),
        (TrainingError, True, None, 150),  # of which they must hear too
    ],
)
def test_how_long_a_chief_waits_for_its_workers(
    monkeypatch: pytest.MonkeyPatch, kind: Any, fails: bool, leaves: int | None, steps: int
) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == leaves:
            chief.dismiss("a")

    clock = SimpleNamespace(monotonic=lambda: 5 + sum(slept), sleep=sleep)
    monkeypatch.setattr("kerasapps.tuning.server.time", clock)
    server = Server()
    monkeypatch.setattr(server_module, "grpc", SimpleNamespace(server=lambda *_, **__: server))
    monkeypatch.setattr(server_module, "add_services", lambda *_: None)
    chief = Chief(oracle(), settings=SETTINGS)
    if leaves != 0:
        chief.welcome("a")
    if fails:
        chief.fail(TrainingError("planted"))
    with (
        contextlib.suppress(KeyboardInterrupt, TrainingError),
        serving(chief, trust=TRUST, address="somewhere:0"),
    ):
        assert server.started and not server.ended and chief.address == "somewhere:1234"
        if kind is not None:
            raise kind
    assert set(slept) <= {0.02} and len(slept) == pytest.approx(steps, abs=1)
    assert server.grace == 0.2 and server.ended


def test_two_chiefs_cannot_share_a_port() -> None:
    with serving(Chief(oracle(), settings=SETTINGS), trust=TRUST) as chief:
        second = Chief(oracle(), settings=SETTINGS)
        with (
            pytest.raises(TrainingError, match=f"Cannot listen at {chief.address}.*in use"),
            serving(second, trust=TRUST, address=chief.address),
        ):
            pass
        assert second.address == ""
