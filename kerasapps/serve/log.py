"""What a server tells of itself on standard error: never a key, never what was sent."""

from __future__ import annotations

import logging
import os
import traceback
import warnings
from collections.abc import Mapping
from typing import Any

from kerasapps.terminal.streams import tell
from kerasapps.wording.harmless import one_line

_LEVELS = ("info", "warning", "error")
# uvicorn's complaint where it has refused itself what followed a request's head, as no HTTP.
_ANSWERED = "ASGI callable returned without completing response"
_LONGEST = 200  # characters of an address


class Log:
    """Lines on standard error, from a level on.

    Args:
        level: info, warning or error.
    """

    def __init__(self, level: str) -> None:
        self._level = _LEVELS.index(level)

    def request(self, scope: Mapping[str, Any], status: int, seconds: float) -> None:
        """A request that is over; what stands behind the ? of its address may be a secret."""
        level = 2 if status == 500 else 0
        if level >= self._level:
            client = scope.get("client")
            where = client[0] if client else "-"
            path = one_line(scope["path"][:_LONGEST])
            tell(f"{where} {scope['method']} {path} {status or '-'} {seconds * 1000:.1f} ms")

    def defect(self, error: BaseException) -> None:
        """Something that no client can be blamed for."""
        tell(f"error: unexpected {type(error).__name__}: {one_line(str(error))[:2000]}")
        if os.environ.get("KERASAPPS_DEBUG"):
            tell("".join(traceback.format_exception(error)))


class TellHandler(logging.Handler):
    """What libraries log, each as one line of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tells of it, without where in the code it happened."""
        if record.getMessage().startswith(_ANSWERED):
            return
        tell(f"{record.levelname.lower()}: {one_line(record.getMessage().strip())[:2000]}")
        if record.exc_info and record.exc_info[1] is not None:
            Log("error").defect(record.exc_info[1])


def take_logs() -> None:
    """Errors of the libraries that serve go the way of all messages.

    What they warn of is told clients, each of whom could else fill the log.
    """
    for name in ("uvicorn", "uvicorn.error", "asyncio", "python_multipart", "PIL"):
        logger = logging.getLogger(name)
        logger.handlers = [TellHandler()]
        logger.propagate = False
        logger.setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module=r"PIL\.")
