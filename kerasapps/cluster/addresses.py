"""Addresses of peers: whose they are, whether they are known, and who listens there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

from kerasapps.errors import TrainingError


def split_address(address: str) -> tuple[str, int]:
    """Host, without the brackets of IPv6, and port."""
    host, _, port = address.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)


def is_ours(address: str) -> bool:
    """Whether a peer's host is this machine; not one that no name server knows."""
    host, port = split_address(address)
    try:
        known = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except OSError:
        return False
    return any(_leads_here(family, place) for family, *_, place in known)


def unknown_host(address: str) -> str | None:
    """Why no address is known of a peer's host, in words; None where one is."""
    host, port = split_address(address)
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return str(error.strerror or error)
    return None


@contextmanager
def listening(port: int, *, what: str) -> Iterator[None]:
    """Inside, this process listens at a port.

    Args:
        port: on all addresses of this machine.
        what: says where the port was named.

    Raises:
        TrainingError: if another process listens there, or it is not allowed.
    """
    both = socket.has_dualstack_ipv6()
    kind = socket.AF_INET6 if both else socket.AF_INET
    with closing(socket.socket(kind, socket.SOCK_STREAM)) as listener:
        if both:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("", port))
            listener.listen(socket.SOMAXCONN)
        except OSError as error:
            raise TrainingError(
                f"Port {port} of this machine cannot be used ({error.strerror or error}), which "
                f"{what} names: end the process that has it, such as an earlier run's, or name "
                "another port for this machine, on all machines."
            ) from error
        yield


def require_free_port(port: int, *, what: str) -> None:
    """Make sure that this process can listen at a port; see `listening`."""
    with listening(port, what=what):
        pass


def listens(address: str, *, seconds: float) -> bool:
    """Whether somebody listens at an address, who is asked for so many seconds."""
    try:
        with socket.create_connection(split_address(address), timeout=seconds):
            return True
    except OSError:
        return False


def _leads_here(family: int, place: tuple[object, ...]) -> bool:
    """Whether this machine would send from the very address that it sends to; nothing is sent."""
    try:
        with closing(socket.socket(family, socket.SOCK_DGRAM)) as sender:
            sender.connect(place)
            return bool(sender.getsockname()[0] == place[0])
    except OSError:
        return False
