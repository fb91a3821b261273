"""Many clients that ask one server over and over; by sockets, as libraries take longer."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Load:
    """What came of it.

    Attributes:
        seconds: it took.
        latencies: seconds of each answer of status 200, ascending.
        statuses: how many answers had which status; 0 is a connection that broke.
    """

    seconds: float
    latencies: Sequence[float]
    statuses: Counter[int]

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return len(self.latencies) / self.seconds

    @property
    def errors(self) -> int:
        """All else."""
        return self.statuses.total() - self.statuses[200]

    def percentile(self, share: float) -> float:
        """Milliseconds in which that share of the answers came."""
        if not self.latencies:
            return float("nan")
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))] * 1e3


def request_bytes(path: str, body: bytes, kind: str, *, host: str = "127.0.0.1") -> bytes:
    """One POST request as it goes over the wire."""
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class _Client(asyncio.Protocol):
    """One client: asks again as soon as it is answered."""

    def __init__(self, requests: Sequence[bytes], first: int, until: float, load: _Tally) -> None:
        self._requests, self._next, self._until, self._load = requests, first, until, load
        self._buffer = b""
        self._need = -1
        self._sent = 0.0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._need < 0:
            end = self._buffer.find(HEAD_END)
            if end < 0:
                return
            head = self._buffer[:end].lower()
            length = head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]
            self._need = end + len(HEAD_END) + int(length)
        if len(self._buffer) >= self._need:
            now = time.perf_counter()
            self._load.note(int(self._buffer[9:12]), now - self._sent)
            self._buffer, self._need = b"", -1
            self._ask() if now < self._until else self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if time.perf_counter() < self._until:
            self._load.note(0, 0)
        if not self.over.done():
            self.over.set_result(None)

    def _ask(self) -> None:
        self._next = (self._next + 1) % len(self._requests)
        self._sent = time.perf_counter()
        self._transport.write(self._requests[self._next])


class _Tally:
    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.statuses: Counter[int] = Counter()

    def note(self, status: int, seconds: float) -> None:
        self.statuses[status] += 1
        if status == 200:
            self.latencies.append(seconds)


def put_load(
    port: int, requests: Sequence[bytes], *, clients: int, seconds: float, patience: float = 60
) -> Load:
    """What so many clients get that ask all the time.

    Args:
        port: on this machine.
        requests: asked by turns, each client beginning with another one.
        clients: how many.
        seconds: for which they ask.
        patience: seconds beyond, for the last answers.
    """

    async def run() -> Load:
        loop, tally = asyncio.get_running_loop(), _Tally()
        began = time.perf_counter()
        made = []
        for number in range(clients):
            client = _Client(requests, number, began + seconds, tally)
            made.append(client)
            try:
                await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]
            except OSError:
                tally.note(0, 0)
                client.over.set_result(None)
        await asyncio.wait([client.over for client in made], timeout=seconds + patience)
        taken = time.perf_counter() - began
        lost = sum(not client.over.done() for client in made)
        tally.statuses[0] += lost
        return Load(taken, sorted(tally.latencies), tally.statuses)

    return asyncio.run(run())
