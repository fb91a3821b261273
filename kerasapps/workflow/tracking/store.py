"""What all experiment trackers take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

Ending = Literal["finished", "failed", "killed"]


@dataclass(frozen=True, kw_only=True)
class ToldTrial:
    """A trial of a search that has ended, as trackers take it.

    Attributes:
        name: such as "trial 3".
        options: what differs from the run's options.
        figures: what it measured.
        curve: the epoch, from 1, and the figure that was watched, by its name.
        ending: how it ended.
        tags: more to be said of it, as texts.
    """

    name: str
    options: Mapping[str, Any]
    figures: Mapping[str, float]
    curve: Sequence[tuple[int, Mapping[str, float]]] = ()
    ending: Ending = "finished"
    tags: Mapping[str, str] = field(default_factory=dict)


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

    def put_trial(self, trial: ToldTrial) -> None:
        """A trial of the run's search: a run of its own below this one."""

    def close(self, ending: Ending) -> None:
        """The run is over, or interrupted and may go on."""
