"""What stands before every request: the key, the number of requests, counting, and one log line."""

from __future__ import annotations

import hmac
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from kerasapps.serve.answer import Service, json_bytes
from kerasapps.serve.log import Log
from kerasapps.serve.refusal import GoneError, Refusal, busy

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# What tells nothing of the models: the page, which asks for the key, and whether all is well.
_OPEN = frozenset(
    {
        *("/", "/page.css", "/page.js", "/favicon.ico"),
        *("/health", "/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready"),
    }
)
_V2 = "/v2"
_GONE = 499  # in counters and the log: no answer was sent


class Guard:
    """An application behind all that holds for any request.

    Args:
        app: answers; what it raises ends here.
        service: counts, and knows the limits.
        log: is told of each request.
    """

    def __init__(self, app: App, *, service: Service, log: Log) -> None:
        self._app, self._service, self._log = app, service, log
        self._open = 0
        key = service.config.key
        self._key = None if key is None else key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls an application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def noting(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._open += 1
        self._service.metrics.open.inc()
        try:
            self._check(scope)
            await self._app(scope, receive, noting)
        except GoneError:
            status = _GONE
        except Exception as error:
            refusal = error if isinstance(error, Refusal) else self._defect(error)
            if not status:
                # uvicorn itself may have answered meanwhile: what followed was no HTTP
                with suppress(Exception):
                    await send_refusal(refusal, scope, noting)
        finally:
            self._open -= 1
            self._service.metrics.open.dec()
            self._count(scope, status, time.perf_counter() - began)

    def _check(self, scope: Scope) -> None:
        if _path(scope) in _OPEN:
            return
        if self._key is not None and not self._has_key(scope):
            raise Refusal(
                401,
                "unauthorized",
                "Give the key of this server as X-API-Key, or as Authorization: Bearer KEY.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if self._open > self._service.config.max_requests:
            raise busy("Too many requests are open: come back in a moment.")

    def _has_key(self, scope: Scope) -> bool:
        assert self._key is not None
        given = b""
        for name, value in scope["headers"]:
            if name == b"x-api-key":
                given = value
            elif name == b"authorization" and value[:7].lower() == b"bearer ":
                given = value[7:].strip()
        return hmac.compare_digest(given, self._key)

    def _defect(self, error: Exception) -> Refusal:
        self._log.defect(error)
        return Refusal(500, "defect", "The server failed on this request; its log says why.")

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        # Only addresses that there are: anybody can think of more than a counter can hold.
        route = getattr(scope.get("route"), "path", "other")
        metrics, method = self._service.metrics, scope["method"]
        known = method if method in ("GET", "POST", "HEAD", "OPTIONS") else "other"
        metrics.requests.labels(route, known, str(status)).inc()
        metrics.seconds.labels(route).observe(seconds)
        self._log.request(scope, status, seconds)


def _path(scope: Scope) -> str:
    """The address of a request, below that where the application is part of another one."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"


async def send_refusal(refusal: Refusal, scope: Scope, send: Send) -> None:
    """The one JSON object of a request that is not answered.

    What answers the Open Inference Protocol has a text where all else has an object.
    """
    path = _path(scope)
    simple = path == _V2 or path.startswith(f"{_V2}/")
    body = json_bytes({"error": refusal.message} if simple else refusal.values)
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "x-content-type-options": "nosniff",
        **refusal.headers,
    }
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": refusal.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
