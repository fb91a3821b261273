"""Waiting for others, which is said once it takes long, and has an end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from kerasapps.terminal.streams import tell

MissingT = TypeVar("MissingT")


def wait_for(
    missing: Callable[[], MissingT | None],
    *,
    patience: float,
    quiet: float,
    pause: float,
    told: Callable[[MissingT], str],
    refused: Callable[[MissingT], Exception],
) -> None:
    """Waits until nothing is missing.

    Args:
        missing: asked again and again for what is; something false: nothing.
        patience: seconds to wait at most.
        quiet: seconds before anything is said.
        pause: seconds between two questions.
        told: what is said of what is missing, once.
        refused: what is raised of it in the end.

    Raises:
        Exception: that of `refused`.
    """
    began, silent = time.monotonic(), True
    while what := missing():
        waited = time.monotonic() - began
        if waited >= patience:
            raise refused(what)
        if silent and waited >= quiet:
            silent = False
            tell(told(what))
        time.sleep(min(pause, patience - waited))
