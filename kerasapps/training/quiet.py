"""A training that tells nothing."""

from __future__ import annotations

from kerasapps.training.history import EpochRow, History
from kerasapps.training.progress import Course, Moment


class QuietReporter:
    """Hears what a training does and says nothing; a `Reporter`.

    Examples:
        >>> kerasapps.training.QuietReporter().begin(kerasapps.training.Course(1, 10, 0))
    """

    def begin(self, course: Course) -> None:
        """Training begins or goes on."""

    def update(self, moment: Moment) -> None:
        """Training is under way."""

    def epoch(self, row: EpochRow, *, best: bool) -> None:
        """An epoch is over."""

    def end(self, history: History) -> None:
        """Training is over."""
