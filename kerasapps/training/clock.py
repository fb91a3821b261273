"""Wall-clock time of a training over all its runs, against a budget."""

from __future__ import annotations

import time

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
