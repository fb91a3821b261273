"""What a search shows while it runs."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from kerasapps.config.tuning import TuneConfig
from kerasapps.terminal.console import SafeConsole
from kerasapps.terminal.streams import wrapped
from kerasapps.terminal.tables import fitted_table
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.tuning.space import Space, space_table
from kerasapps.tuning.wording import (
    DASH,
    figure_text,
    outcome_text,
    progress_text,
    seconds_text,
    value_text,
    values_text,
)
from kerasapps.wording.counted import counted
from kerasapps.wording.harmless import harmless, one_line

_LISTED: Final = 10  # trials of the closing table
_NARROWEST: Final = 140  # characters of a table that goes to a file
_LIVE: Final = 5  # of the table that is redrawn


class SearchDisplay(Protocol):
    """Hears what a search does; never two calls at a time."""

    def begin(self, space: Space, tune: TuneConfig) -> None:
        """The search begins or goes on."""

    def update(self, leaderboard: Leaderboard) -> None:
        """A trial began, told of an epoch, or ended; the first time, what an earlier run left."""

    def end(self, leaderboard: Leaderboard) -> None:
        """The search is over."""


class TerminalDisplay:
    """A line for each trial that ends, and on a terminal a live table of those that run.

    It is a context manager: leaving it gives the terminal back, also after an error.

    Args:
        console: where to write; standard error by default.
        csv: where the leaderboard is kept, named at the end.
    """

    def __init__(self, console: Console | None = None, *, csv: Path | None = None) -> None:
        self._console = console or _standard_error()
        self._csv = csv
        self._live: Live | None = None
        self._trials = 0
        self._began = 0.0
        self._told: set[int] = set()
        self._leaderboard: Leaderboard | None = None  # None until the first is told

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def begin(self, space: Space, tune: TuneConfig) -> None:
        """Print the space, and open the live table where there is a terminal."""
        self._trials, self._began = tune.trials, time.monotonic()
        self._say(f"Search ({tune.algorithm}, up to {counted(tune.trials, 'trial')}) over:")
        self._say(space_table(space))
        if self._console.is_terminal:
            self._live = Live(
                get_renderable=self._drawn, console=self._console, transient=True, screen=False
            )
            self._live.start()

    def update(self, leaderboard: Leaderboard) -> None:
        """Print the trials that have ended since, and redraw the live table."""
        first, self._leaderboard = self._leaderboard is None, leaderboard
        ended = [
            record
            for record in leaderboard.records
            if record.ended and record.number not in self._told
        ]
        if first and ended:
            self._say(f"Going on: {progress_text(leaderboard, self._trials)}.")
        for record in () if first else ended:
            self._say(one_line(_line(record, leaderboard)))
        self._told.update(record.number for record in ended)

    def end(self, leaderboard: Leaderboard) -> None:
        """Close the live table; print the best trials and where all of them are."""
        self.update(leaderboard)
        self._stop()
        spent = timedelta(seconds=round(time.monotonic() - self._began))
        is_told = leaderboard.ending and leaderboard.ended != self._trials
        ending = f" ({leaderboard.ending})" if is_told else ""
        self._say(f"{progress_text(leaderboard, self._trials)}, in {spent}{ending}")
        if leaderboard.ranked:
            self._console.print(_best(leaderboard, _LISTED, self._console.width), soft_wrap=False)
        if self._csv is not None:
            self._say(f"Leaderboard: {self._csv}")

    def _say(self, text: str) -> None:
        width = self._console.width if self._console.is_terminal else None
        text = wrapped(harmless(text), width)
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _stop(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _drawn(self) -> RenderableType:
        """The live table; it is drawn several times a second, so that the clock goes."""
        spent = timedelta(seconds=int(time.monotonic() - self._began))
        if self._leaderboard is None:
            return Text(f"{spent}  starting")
        head = Text(f"{spent}  {progress_text(self._leaderboard, self._trials)}")
        parts: list[RenderableType] = [head]
        if self._leaderboard.running:
            parts.append(_running(self._leaderboard, self._console.width))
        if self._leaderboard.ranked:
            parts.append(_best(self._leaderboard, _LIVE, self._console.width))
        return Group(*parts)


def _standard_error() -> Console:
    console = SafeConsole(stderr=True, highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _NARROWEST)
    return console


def _line(record: TrialRecord, leaderboard: Leaderboard) -> str:
    """A trial that has ended, in a line."""
    seconds = seconds_text(record.seconds)
    values = values_text(record, leaderboard.default)
    return f"trial {record.number}  {outcome_text(record, leaderboard)}  {seconds}  ({values})"


def _running(leaderboard: Leaderboard, width: int) -> RenderableType:
    """The trials under way: after which epoch, with which figure."""
    monitor, answer = leaderboard.objective.monitor, leaderboard.objective.answer
    columns: tuple[str, ...] = ("running", "worker", "epoch", monitor, "options")
    rows = []
    for record in leaderboard.running:
        epoch, figure = record.curve[-1] if record.curve else (None, None)
        shown = DASH if figure is None else figure_text(monitor, figure, answer=answer)
        values = values_text(record, leaderboard.default)
        rows.append([str(record.number), record.worker, value_text(epoch), shown, values])
    if len(rows) == 1:  # who does it says nothing
        columns, rows = columns[:1] + columns[2:], [rows[0][:1] + rows[0][2:]]
    return fitted_table(
        columns, rows, width=width, spare=("worker",), left=(len(columns) - 1,)
    ).shown


def _best(leaderboard: Leaderboard, count: int, width: int) -> RenderableType:
    """The best trials, with the figures that are limited and what they do otherwise."""
    objective = leaderboard.objective
    names = [objective.name]
    names += [f"{objective.mode}_size_mb"] if objective.max_size_mb is not None else []
    names += [f"{objective.mode}_latency_ms"] if objective.max_latency_ms is not None else []
    names = list(dict.fromkeys(names))
    rows = [
        [
            str(rank),
            str(record.number),
            *(figure_text(name, record.figures[name], answer=objective.answer) for name in names),
            seconds_text(record.seconds),
            values_text(record, leaderboard.default),
        ]
        for rank, record in enumerate(leaderboard.ranked[:count], start=1)
    ]
    columns = ("rank", "trial", *names, "time", "options")
    spare = ("time", "trial", *names[1:])
    return fitted_table(columns, rows, width=width, spare=spare, left=(len(columns) - 1,)).shown
