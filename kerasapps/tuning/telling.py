"""Whom a search tells what happens: whoever watches it, and the table of its trials."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from kerasapps.tuning.display import SearchDisplay
from kerasapps.tuning.records import Leaderboard
from kerasapps.tuning.store import writing


class Tell(Protocol):
    """Tells the display, and writes the table whenever another trial has ended, or always."""

    def __call__(self, leaderboard: Leaderboard, *, always: bool = False) -> None: ...


def teller(display: SearchDisplay, leaderboard_file: Path | None) -> Tell:
    """What tells the display, and keeps the table.

    Args:
        display: hears what happens.
        leaderboard_file: the table; None: none.
    """
    written = 0

    def tell(leaderboard: Leaderboard, *, always: bool = False) -> None:
        nonlocal written
        ended = leaderboard.ended
        if leaderboard_file is not None and (always or ended != written):
            with writing(leaderboard_file):
                leaderboard.write_csv(leaderboard_file)
            written = ended
        display.update(leaderboard)

    return tell
