"""Messages that nobody reads now, in a file."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path


@contextmanager
def written_to(log: Path) -> Iterator[None]:
    """Within the block messages go to the end of a file, and behind them what went wrong.

    Args:
        log: which; it is made if it is missing.
    """
    with log.open("a", encoding="utf-8") as stream, redirect_stderr(stream):
        try:
            yield
        except Exception:
            traceback.print_exc()
            raise
