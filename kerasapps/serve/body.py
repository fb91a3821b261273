"""A request's body, read as far as it may reach and as long as it may take."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from kerasapps.serve.refusal import GoneError, Refusal, given_twice, malformed, too_large

if TYPE_CHECKING:
    from starlette.requests import Request

    from kerasapps.serve.config import ServeConfig

T = TypeVar("T")

LARGE = 1 << 16
"""Bytes of a body that is parsed beside the event loop, which others wait for."""


async def chunks_of(request: Request, config: ServeConfig) -> AsyncGenerator[bytes, None]:
    """The parts of a body, as they come.

    Raises:
        Refusal: if there are more bytes than may be, whether they were announced or not; if they
            are packed, or take longer than they may; or if the client has gone.
    """
    from starlette.requests import ClientDisconnect

    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal(415, "unsupported", "The body is packed (Content-Encoding): send it plain.")
    _check_announced(request.headers.get("content-length"), config)
    read = 0
    try:
        async with asyncio.timeout(config.read_seconds):
            async for chunk in request.stream():
                read += len(chunk)
                _check_size(read, config)
                if chunk:
                    yield chunk
    except TimeoutError:
        raise Refusal(
            408, "slow", f"The request took more than {config.read_seconds:g} s to arrive."
        ) from None
    except ClientDisconnect:
        raise GoneError from None


async def read_body(request: Request, config: ServeConfig) -> bytes:
    """All of a body; see `chunks_of`."""
    return b"".join([chunk async for chunk in chunks_of(request, config)])


def _check_announced(length: str | None, config: ServeConfig) -> None:
    if length is not None and length.isdecimal():
        _check_size(int(length) if len(length) < 20 else config.max_bytes + 1, config)


def _check_size(size: int, config: ServeConfig) -> None:
    if size > config.max_bytes:
        raise too_large(f"The body has more than the {config.max_body_mb:g} MB that are taken.")


def parse_json(body: bytes) -> dict[str, Any]:
    """The object that a body holds.

    Raises:
        Refusal: if it is no UTF-8, no JSON, has numbers that JSON lacks, names a field twice, is
            nested too deeply, or is no object.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise malformed(f"The body is not UTF-8 at byte {error.start + 1}.") from None
    try:
        values = json.loads(
            text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        raise malformed(
            f"The body is no JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise malformed("The body is no JSON that can be read: it is nested too deeply.") from None
    except ValueError:  # a number of thousands of digits
        raise malformed("The body is no JSON that can be read: a number is too long.") from None
    if not isinstance(values, dict):
        raise malformed("The body must be a JSON object.")
    return values


async def beside(size: int, read: Callable[..., T], *arguments: Any) -> T:
    """What `read` makes of some bytes, without keeping others waiting where they are many."""
    if size < LARGE:
        return read(*arguments)
    return await asyncio.to_thread(read, *arguments)


async def json_of(body: bytes) -> dict[str, Any]:
    """The same as `parse_json`, beside the event loop where that takes long."""
    return await beside(len(body), parse_json, body)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Which of two values was meant, nobody knows."""
    values = dict(pairs)
    if len(values) != len(pairs):
        name = given_twice(name for name, _ in pairs)
        raise malformed(f"The body is no JSON that can be read: it has {name[:80]!r} twice.")
    return values


def _refuse_constant(name: str) -> None:
    raise malformed(f"The body is no JSON: {name} is no number of it.")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise malformed(f"The number {digits[:20]} is too large.")
    return number
