"""What a run tells its user."""

from __future__ import annotations

from rich.console import Console


def say(message: str) -> None:
    """A line about the run's progress, on standard error."""
    Console(stderr=True, soft_wrap=True, highlight=False).print(message, markup=False)
