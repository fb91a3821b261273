"""Connections that send nothing, or next to nothing, are closed."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

HEAD_SECONDS = 20.0
"""For which a connection may be open, or idle after an answer, before a request's head is there."""


class PatientConnection(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """uvicorn's connection, which itself waits for a head as long as bytes of it trickle in."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Waits for the first request."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Takes bytes in; a request that has begun has time of its own."""
        super().data_received(data)
        if self._is_asked():
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """Waits for the next request, unless it has come already, behind the one before."""
        super().on_response_complete()
        if not self._is_asked():
            self._wait_for_head()

    def connection_lost(self, error: Exception | None) -> None:
        """Waits no more."""
        self._stop_waiting()
        super().connection_lost(error)

    def _is_asked(self) -> bool:
        """Whether a request is there that is not answered."""
        cycle = getattr(self, "cycle", None)
        return cycle is not None and not cycle.response_complete

    def _wait_for_head(self) -> None:
        self._stop_waiting()
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(HEAD_SECONDS, self._close_silent)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _close_silent(self) -> None:
        transport = self.transport
        if transport is not None and not transport.is_closing():
            transport.close()
