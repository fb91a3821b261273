"""Wall-clock time of a training over all its runs, against a budget."""

from __future__ import annotations

import time

from kerasapps.training.team import Team

_SAFETY = 1.1


class Clock:
    """Counts the seconds of a training on from an earlier run.

    Args:
        elapsed: seconds that earlier runs took.
        budget: minutes for the whole training, or None.
    """

    def __init__(self, *, elapsed: float = 0.0, budget: float | None = None) -> None:
        self._began = time.monotonic() - elapsed
        self._budget = None if budget is None else 60 * budget
        self._reserve = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds so far."""
        return time.monotonic() - self._began

    def reserve(self, seconds: float) -> None:
        """Keep so many seconds of the budget free for the last validation and checkpoint."""
        self._reserve = _SAFETY * seconds

    def is_up(self) -> bool:
        """Whether only the reserve is left of the budget; never without one."""
        return self._end is not None and self.elapsed >= self._end

    def share(self, since: float = 0.0) -> float:
        """The share of the time from `since` (seconds) to the end that is over; 0 without end."""
        if self._end is None:
            return 0.0
        left = self._end - since
        return min(1.0, max(0.0, self.elapsed - since) / left) if left > 0 else 1.0

    @property
    def _end(self) -> float | None:
        return None if self._budget is None else max(0.0, self._budget - self._reserve)

    def refresh(self, elapsed: float | None = None) -> None:
        """Nothing: the time of a process that trains alone is always its own."""

    @property
    def own(self) -> Clock:
        """The clock that runs on between two agreements."""
        return self


class SharedClock(Clock):
    """The chief's time, which all processes of a team have agreed on.

    It stands between two agreements, so that all decide alike. Where only the chief decides it
    goes by `own`.

    Args:
        team: the processes.
        elapsed: see `Clock`.
        budget: see there.
    """

    def __init__(self, team: Team, *, elapsed: float = 0.0, budget: float | None = None) -> None:
        super().__init__(elapsed=elapsed, budget=budget)
        self._team = team
        self._agreed = elapsed
        self._running = Clock(elapsed=elapsed, budget=budget)

    @property
    def elapsed(self) -> float:
        """Seconds so far, as of the last agreement."""
        return self._agreed

    def refresh(self, elapsed: float | None = None) -> None:
        """Agree on the time, which all processes do in the same place.

        Args:
            elapsed: the chief's, where it is known already.
        """
        now = self.own.elapsed
        self._agreed = self._team.agree(now) if elapsed is None else elapsed

    def reserve(self, seconds: float) -> None:
        """See `Clock`; the chief's seconds count."""
        seconds = self._team.agree(seconds)
        super().reserve(seconds)
        self._running.reserve(seconds)

    @property
    def own(self) -> Clock:
        """This process's."""
        return self._running


def make_clock(team: Team, *, elapsed: float, budget: float | None) -> Clock:
    """The clock of a training; see `Clock`."""
    if team.count == 1:
        return Clock(elapsed=elapsed, budget=budget)
    return SharedClock(team, elapsed=elapsed, budget=budget)
