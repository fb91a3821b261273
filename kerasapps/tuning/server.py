"""A chief that listens: gRPC's server for the time of a search."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from typing import Final

import grpc

from kerasapps.errors import TrainingError
from kerasapps.tuning.chief import Chief
from kerasapps.tuning.messages import BEAT_SECONDS
from kerasapps.tuning.service import Gate, add_services
from kerasapps.tuning.trust import Trust

LOOPBACK: Final = "127.0.0.1:0"
"""Where a chief listens whose workers are all on this machine: any free port."""

_THREADS: Final = 32  # made as they are needed
_LINGER_SECONDS: Final = 1.0 + BEAT_SECONDS  # for workers to hear that the search is over
_LINGER_STEP: Final = 0.02
# Without this two chiefs could share one port, and each would get some of the calls.
_OPTIONS: Final = (("grpc.so_reuseport", 0),)


@contextmanager
def serving(chief: Chief, *, trust: Trust, address: str = LOOPBACK) -> Iterator[Chief]:
    """Within the block the chief listens.

    At its end it listens on for a moment, so that the workers hear that the search is over; not
    after an interruption: then they shall wait for the same command.

    Args:
        chief: whose oracle nobody else may call then.
        trust: the secret that workers must know, and the certificates of TLS.
        address: HOST:PORT to listen at; port 0: any free one.

    Raises:
        TrainingError: if the address is in use or not this machine's.
    """
    server = grpc.server(
        futures.ThreadPoolExecutor(_THREADS), interceptors=(Gate(trust),), options=_OPTIONS
    )
    add_services(server, chief)
    port = _bind(server, trust, address)
    chief.address = f"{address.rpartition(':')[0]}:{port}"
    server.start()
    is_over = False
    try:
        yield chief
        is_over = True
    finally:
        if is_over or chief.failure is not None:
            _linger(chief)
        server.stop(grace=0.2).wait()


def _bind(server: grpc.Server, trust: Trust, address: str) -> int:
    """The port that the server listens at."""
    credentials = trust.server_credentials()
    try:
        if credentials is None:
            return int(server.add_insecure_port(address))
        return int(server.add_secure_port(address, credentials))
    except RuntimeError as error:
        raise TrainingError(
            f"Cannot listen at {address}: the port is in use, or the address is not this "
            "machine's. Choose another --chief HOST:PORT (0.0.0.0 as HOST: every network)."
        ) from error


def _linger(chief: Chief) -> None:
    give_up = time.monotonic() + _LINGER_SECONDS
    while chief.workers() and time.monotonic() < give_up:
        time.sleep(_LINGER_STEP)
