"""A hyperparameter search as the report shows it, as plain values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kerasapps.config.metric import Metric

_WIDE = 100  # of which factor on numbers are shown by orders of magnitude


@dataclass(frozen=True, kw_only=True)
class ShownAxis:
    """An option that was searched.

    Attributes:
        name: of the option.
        choices: the values to choose among, in order; empty if it is a range of numbers.
        log: whether the range was searched by orders of magnitude.
    """

    name: str
    choices: Sequence[object] = ()
    log: bool = False


@dataclass(frozen=True, kw_only=True)
class ShownTrial:
    """One configuration that was tried.

    Attributes:
        number: from 0, the options as they are.
        state: "done", "stopped" (ended early), "failed" or "interrupted".
        rank: from 1, the best; None if it cannot win: stopped, failed or over a limit.
        figure: the objective; None if the trial came to none.
        values: option → value; an option that plays no part in the trial is missing.
        seconds: wall-clock time.
        reason: why it was stopped, failed or is out of the running.
    """

    number: int
    state: str
    rank: int | None
    figure: float | None
    values: Mapping[str, object]
    seconds: float
    reason: str = ""

    @property
    def is_drawable(self) -> bool:
        """Whether it came to a figure that a chart can show."""
        return self.figure is not None and math.isfinite(self.figure)

    @property
    def is_over(self) -> bool:
        """Whether it came to its end but is over a limit."""
        return self.state == "done" and self.rank is None


@dataclass(frozen=True, kw_only=True)
class ShownSearch:
    """Everything that the report shows of a search.

    Attributes:
        objective: name of the figure that was optimized.
        higher_is_better: whether the objective was to be large.
        metric: what it is a figure of; None for a loss, a time or a size.
        axes: the options that were searched, in the order in which they are shown.
        trials: in the order of the leaderboard: ranked ones first, the best before all.
        winner: number of the trial whose configuration was trained and shipped.
        notes: sentences on how it was searched: algorithm, seed, limits, budget.
    """

    objective: str
    higher_is_better: bool
    metric: Metric | None
    axes: Sequence[ShownAxis]
    trials: Sequence[ShownTrial]
    winner: int
    notes: Sequence[str] = ()

    @property
    def drawable(self) -> list[ShownTrial]:
        """The trials that a chart can show, in the order of the leaderboard."""
        return [each for each in self.trials if each.is_drawable]

    def is_wide(self, values: Sequence[float]) -> bool:
        """Whether figures span orders of magnitude: one that ran away must not flatten all others.

        Args:
            values: at least one figure, all finite.
        """
        is_error = self.metric is None or self.metric.is_error
        return is_error and min(values) > 0 and max(values) > _WIDE * min(values)
