"""Several machines, or processes, that train one network together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kerasapps.config.checks import check_options, option
from kerasapps.errors import ConfigError

SLURM: Final = "slurm"
"""In the place of `ClusterConfig.peers`: the tasks of the step that srun started."""
_ROLE: Final = re.compile(r"chief|worker|\d{1,5}")
_HOST: Final = re.compile(r"\[[0-9a-fA-F:.]+(?:%\w+)?\]|[\w.-]+")


@dataclass(frozen=True, kw_only=True)
class ClusterConfig:
    """Several machines that train one network together, each given the same command.

    All of them name the same peers in the same order. The first is the chief, which reads, judges
    and writes what a training alone does; the others work for it. None of it is part of what
    identifies a run.
    """

    role: str | None = option(
        None,
        "of several machines: chief (the first of the peers), worker, or this machine's place "
        "among the peers, from 0 (default: told by the machine's own addresses)",
    )
    peers: str | Iterable[str] | None = option(
        None,
        "HOST:PORT of every machine that trains this network, the chief's first, with commas "
        "between them, the same on all; or slurm: the tasks of srun (default: what the "
        "environment variable TF_CONFIG says, if it is set)",
    )
    patience_minutes: float = option(
        10.0, "of several machines: how long to wait for those that are not there yet", low=0.01
    )

    def __post_init__(self) -> None:
        check_options(self)
        if self.role is not None and not (
            isinstance(self.role, str) and _ROLE.fullmatch(self.role)
        ):
            raise ConfigError(
                "ClusterConfig.role must be chief, worker or a place among the peers from 0, got "
                f"{self.role!r}."
            )
        if self.peers is None:
            if self.role is not None:
                raise ConfigError(
                    f"ClusterConfig.role {self.role!r} needs ClusterConfig.peers: HOST:PORT of "
                    "every machine, the chief's first."
                )
            return
        if self.peers == SLURM:
            if self.role is not None:
                raise ConfigError(
                    "ClusterConfig.role and ClusterConfig.peers slurm exclude each other: srun "
                    "numbers its tasks."
                )
            return
        object.__setattr__(self, "peers", checked_peers(self.peers, what="ClusterConfig.peers"))


def checked_peers(peers: object, *, what: str) -> tuple[str, ...]:
    """Addresses, each HOST:PORT and named once.

    Args:
        peers: with commas between them, or one by one.
        what: names them in messages.

    Raises:
        ConfigError: if one is no address, two are the same, or it is only one.
    """
    parts = peers.split(",") if isinstance(peers, str) else peers
    words = "HOST:PORT of every machine, the chief's first"
    if not isinstance(parts, Iterable) or not all(isinstance(each, str) for each in parts):
        raise ConfigError(f"{what} must be {words}, got {peers!r}.")
    addresses = tuple(each.strip() for each in parts if each.strip())
    for address in addresses:
        host, _, port = address.rpartition(":")
        if not (_HOST.fullmatch(host) and port.isdecimal() and 0 < int(port) < 2**16):
            raise ConfigError(f"{what} must be {words}; {address!r} is no HOST:PORT.")
        if addresses.count(address) > 1:
            raise ConfigError(
                f"{what} names {address} twice: each machine, or process, has an address of its "
                "own."
            )
    if len(addresses) < 2:
        raise ConfigError(
            f"{what} names {'one machine' if addresses else 'no machine'}: give {words}, at least "
            "two; one that trains alone needs none."
        )
    return addresses
