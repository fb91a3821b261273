"""Commands in this process, and what the public function that one ends in was given."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

import kerasapps
from kerasapps.cli import app


@dataclass
class Ended:
    """A command that is over.

    Attributes:
        status: its exit status.
        out: what it printed on standard output.
        err: likewise on standard error.
        arguments: what the public function was given, by position.
        options: the rest of it, by name.
    """

    status: int
    out: str
    err: str
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        """The one object that it printed."""
        return json.loads(self.out)


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """Runs a command line whose public function answers `result`."""

    def run(*line: str, function: str, result: Any) -> Ended:
        recorded_call: list[Any] = [(), {}]

        def recorded(*arguments: Any, **options: Any) -> Any:
            recorded_call[:] = [arguments, options]
            if isinstance(result, Exception):
                raise result
            return result

        monkeypatch.setattr(kerasapps, function, recorded, raising=False)
        capfd.readouterr()
        status = app([*map(str, line)], standalone_mode=False)
        return Ended(status or 0, *capfd.readouterr(), *recorded_call)

    return run
