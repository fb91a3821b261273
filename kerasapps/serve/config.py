"""What can be set of a server."""

from __future__ import annotations

import os
from dataclasses import dataclass

from kerasapps import machine
from kerasapps.config.checks import check_options, option, require

KEY_VARIABLE = "KERASAPPS_API_KEY"
MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class ServeConfig:
    """Where a server listens, who may ask it, and how much.

    Examples:
        >>> kerasapps.ServeConfig(port=9000, max_items=8).host
        '127.0.0.1'
    """

    host: str = option("127.0.0.1", "address to listen at; 0.0.0.0 lets other machines ask")
    port: int = option(8000, "to listen at; 0 takes a free one", low=0, high=65535, whole=True)
    workers: int = option(1, "processes that share the port", low=1, high=256, whole=True)
    threads: int | None = option(
        None,
        "that answer, in each process (default: the cores, shared out)",
        low=1,
        high=256,
        whole=True,
    )
    api_key: str | None = option(
        None,
        f"that a client must give (default: what the variable {KEY_VARIABLE} holds, which other "
        "users of the machine cannot see)",
        secret=True,
    )
    max_body_mb: float = option(10, "megabytes of a request", low=0.001, high=1000)
    max_pixels: int = option(
        25_000_000, "of a picture, before it is decoded", low=1, high=1_000_000_000, whole=True
    )
    max_seconds: int = option(600, "of a sound", low=1, high=86_400, whole=True)
    max_characters: int = option(20_000, "of a text or a cell", low=1, whole=True)
    max_items: int = option(64, "pictures, sounds, texts or rows of a request", low=1, whole=True)
    max_requests: int = option(
        512,
        "answered at the same time, in each process; more are told to come back",
        low=1,
        whole=True,
    )
    max_queue: int = option(
        2048, "items that wait, in each process; more are told to come back", low=1, whole=True
    )
    read_seconds: float = option(20, "that a client has to send a request", low=0.01, high=3600)
    answer_seconds: float = option(60, "that an answer may take", low=0.01, high=3600)
    log_level: str = option(
        "info",
        "info has a line a request, warning what needs a look, error defects",
        choices=("info", "warning", "error"),
    )

    def __post_init__(self) -> None:
        check_options(self)
        require(isinstance(self.host, str) and bool(self.host), self, "host", "an address")
        key = self.api_key
        # Not by `require`, which shows the value.
        if key is not None and not (isinstance(key, str) and key.isascii() and key.isprintable()):
            object.__setattr__(self, "api_key", "")
        require(self.api_key != "", self, "api_key", "a text of ASCII characters")
        require(
            self.max_queue >= self.max_items,
            self,
            "max_queue",
            f"at least {self.max_items}, what one request may hold",
        )

    @property
    def max_bytes(self) -> int:
        """Of a request's body."""
        return int(self.max_body_mb * MEGABYTE)

    @property
    def key(self) -> str | None:
        """What a client must give, or None."""
        return self.api_key or os.environ.get(KEY_VARIABLE) or None

    @property
    def answering(self) -> int:
        """How many threads of a process answer."""
        return self.threads or max(1, len(machine.usable_cores()) // self.workers)
