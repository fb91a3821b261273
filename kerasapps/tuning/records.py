"""What a search has found so far."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeAlias

from kerasapps.tuning.objective import Objective
from kerasapps.tuning.store import replace_text
from kerasapps.tuning.trial import Figures, TrialState, Values
from kerasapps.wording.csv_cells import plain_cell

Curve: TypeAlias = tuple[tuple[int, float], ...]
"""The monitored figure after each epoch: (epoch from 1, figure)."""

_REST: Final = ("done", "stopped", "running", "interrupted", "failed")


@dataclass(frozen=True)
class TrialRecord:
    """One configuration and what came of it.

    Attributes:
        number: of the trial, from 0, which is the default configuration.
        values: what differs from the options as they are.
        state: "interrupted" while it waits to be repeated.
        figures: what it measured; those so far if it was stopped, empty if it failed.
        curve: the monitored figure after each epoch.
        seconds: wall-clock time; 0 while it runs.
        worker: that tried it.
        reason: why it failed or was stopped, in one line; empty otherwise.
    """

    number: int
    values: Values
    state: TrialState = "running"
    figures: Figures = field(default_factory=dict)
    curve: Curve = ()
    seconds: float = 0.0
    worker: str = ""
    reason: str = ""

    @property
    def ended(self) -> bool:
        """Whether it came to an end, be it a failure."""
        return self.state not in ("running", "interrupted")

    def to_dict(self) -> dict[str, Any]:
        """The record in JSON's types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> TrialRecord:
        """The record that `to_dict` wrote, also after a way through JSON.

        Raises:
            TypeError: if it has other fields.
            KeyError: if it has no curve.
        """
        curve = tuple((int(epoch), float(figure)) for epoch, figure in content["curve"])
        return cls(**{**content, "curve": curve})


@dataclass(frozen=True)
class Leaderboard:
    """All trials of a search so far.

    Attributes:
        objective: what they are ranked by.
        records: a trial each, by number.
        ending: why the search is over, in words; empty while it goes on.
    """

    objective: Objective
    records: tuple[TrialRecord, ...] = ()
    ending: str = ""

    @cached_property
    def ranked(self) -> tuple[TrialRecord, ...]:
        """Trials that are done and within the limits, the best first.

        Of trials that tie the one of more quality comes first, and then the lower number.
        """
        fitting = [record for record in self._done if not self._overshoot(record)]
        return tuple(sorted(fitting, key=self._rank_key))

    @cached_property
    def rest(self) -> tuple[TrialRecord, ...]:
        """All others: over a limit (the nearest first), stopped, running, interrupted, failed."""
        ranked = {record.number for record in self.ranked}
        others = [record for record in self.records if record.number not in ranked]
        return tuple(sorted(others, key=self._rest_key))

    @property
    def best(self) -> TrialRecord | None:
        """The winner; None while there is none."""
        return self.ranked[0] if self.ranked else None

    @property
    def default(self) -> TrialRecord | None:
        """Trial 0, the options as they are; None before it began."""
        return next((record for record in self.records if record.number == 0), None)

    @property
    def nearest(self) -> TrialRecord | None:
        """Of the trials that are done, the one nearest to keeping the limits.

        Among several within them it is the best one.
        """
        if self.ranked:
            return self.ranked[0]
        return min(self._done, key=self._rest_key, default=None)

    @property
    def ended(self) -> int:
        """How many trials have come to an end."""
        return sum(record.ended for record in self.records)

    @property
    def running(self) -> tuple[TrialRecord, ...]:
        """Trials that a worker is at, by number."""
        return tuple(record for record in self.records if record.state == "running")

    def to_dict(self) -> dict[str, Any]:
        """The leaderboard in JSON's types: every trial, ranked ones first, with its rank."""
        ranks = {record.number: rank for rank, record in enumerate(self.ranked, start=1)}
        return {
            "objective": self.objective.name,
            "direction": self.objective.direction,
            "best": None if self.best is None else self.best.number,
            "ending": self.ending,
            "trials": [
                {"rank": ranks.get(record.number), **record.to_dict()}
                for record in (*self.ranked, *self.rest)
            ],
        }

    def write_csv(self, path: Path) -> None:
        """Write all trials as a table, ranked ones first; readers never see half a file.

        Columns: rank, trial, state, the objective, all other figures, all values, wall_seconds,
        worker, reason. A value whose option shares its name with a figure stands as `NAME option`.

        Raises:
            OSError: if it cannot be written.
        """
        objective = dict.fromkeys([self.objective.name])
        figures = _names([objective, *(record.figures for record in self.records)])
        values = _names(record.values for record in self.records)
        headings = [f"{name} option" if name in figures else name for name in values]
        stream = io.StringIO()
        table = csv.writer(stream, lineterminator="\n")
        ends = ("wall_seconds", "worker", "reason")
        table.writerow(map(plain_cell, ("rank", "trial", "state", *figures, *headings, *ends)))
        ranks = {record.number: rank for rank, record in enumerate(self.ranked, start=1)}
        for record in (*self.ranked, *self.rest):
            cells = [
                ranks.get(record.number, ""),
                record.number,
                record.state,
                *(record.figures.get(name, "") for name in figures),
                *(record.values.get(name, "") for name in values),
                round(record.seconds, 3),
                record.worker,
                record.reason,
            ]
            table.writerow(map(plain_cell, cells))
        replace_text(path, stream.getvalue())

    @property
    def _done(self) -> list[TrialRecord]:
        return [record for record in self.records if record.state == "done"]

    def _overshoot(self, record: TrialRecord) -> float:
        return self.objective.overshoot(record.figures)

    def _score(self, record: TrialRecord) -> float:
        return self.objective.score(record.figures)

    def _rank_key(self, record: TrialRecord) -> tuple[float, ...]:
        return -self._score(record), *self._lesser_key(record)

    def _rest_key(self, record: TrialRecord) -> tuple[float, ...]:
        group = _REST.index(record.state)
        if record.state != "done":
            return group, record.number
        return group, self._overshoot(record), *self._lesser_key(record)

    def _lesser_key(self, record: TrialRecord) -> tuple[float, ...]:
        """What decides where nothing else does."""
        return *(-merit for merit in self.objective.merits(record.figures)), record.number


def _names(mappings: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every key once, in the order in which they first appear."""
    return list(dict.fromkeys(name for mapping in mappings for name in mapping))
