"""What a run tells its user."""

from __future__ import annotations

from kerasapps.terminal import tell


def say(message: str) -> None:
    """A line about the run's progress, on standard error."""
    tell(message)
