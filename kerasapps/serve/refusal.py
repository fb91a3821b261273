"""Requests that are not answered: each ends in one status and one JSON object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class Refusal(Exception):  # noqa: N818 — what is wrong is the request
    """Why a request is not answered.

    Args:
        status: of HTTP, 400 or more.
        code: one word for programs.
        message: one sentence for people, without anything of this machine.
        field: of the request that is at fault, such as "top_k" or "texts[3]".
        headers: that the answer has besides.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.field = status, code, message, field
        self.headers = dict(headers or {})

    @property
    def values(self) -> dict[str, Any]:
        """For JSON."""
        error = {"code": self.code, "message": self.message}
        return {"error": error if self.field is None else {**error, "field": self.field}}


class GoneError(Exception):
    """The client has gone: nobody waits for an answer."""


def invalid(message: str, *, field: str | None = None) -> Refusal:
    """A request that can be read, and asks for what cannot be."""
    return Refusal(422, "invalid", message, field=field)


def malformed(message: str) -> Refusal:
    """A request that cannot be read."""
    return Refusal(400, "malformed", message)


def too_large(message: str, *, field: str | None = None) -> Refusal:
    """More than this server takes."""
    return Refusal(413, "too_large", message, field=field)


def busy(message: str) -> Refusal:
    """More requests than this server can answer."""
    return Refusal(503, "busy", message, headers={"Retry-After": "1"})


def given_twice(names: Iterable[str]) -> str:
    """The first name that comes again; "" where none does. One look at each: there may be many."""
    known: set[str] = set()
    for name in names:
        if name in known:
            return name
        known.add(name)
    return ""
