"""What all experiment trackers take."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

Ending = Literal["finished", "failed", "killed"]


class Store(Protocol):
    """A run at a tracker, open."""

    @property
    def key(self) -> str:
        """By which the tracker knows the run, so that it can go on."""

    @property
    def place(self) -> str:
        """Where people find it."""

    def put_parameters(self, values: Mapping[str, Any]) -> None:
        """Option → value; the same ones may come again."""

    def put_figures(self, values: Mapping[str, float], *, epoch: int | None = None) -> None:
        """Name → figure, of an epoch or of the whole run."""

    def put_files(self, bundle: Path) -> None:
        """A bundle's folder, whose `report.html` people want to open."""

    def close(self, ending: Ending) -> None:
        """The run is over, or interrupted and may go on."""
