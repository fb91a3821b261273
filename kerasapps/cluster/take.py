"""From options and the environment to the cluster that a process belongs to."""

from __future__ import annotations

import os
from collections.abc import Mapping

from kerasapps.cluster.addresses import is_ours
from kerasapps.cluster.cluster import Cluster
from kerasapps.cluster.slurm import from_slurm
from kerasapps.cluster.tf_config import VARIABLE, from_tf_config
from kerasapps.config.cluster import SLURM, ClusterConfig
from kerasapps.errors import ConfigError

_SAY: str = "Say which with ClusterConfig.role: chief, or this machine's place among them, from 0."


def take_cluster(
    config: ClusterConfig,
    *,
    searches: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> Cluster | None:
    """The cluster that this process belongs to; None where it trains alone.

    Args:
        config: what was asked for; without peers the variable TF_CONFIG is asked.
        searches: whether options are searched first, which is another way to use machines.
        environment: variable → its value.

    Raises:
        ConfigError: if options or variables contradict each other, or do not say which of the
            peers this is.
    """
    cluster = _taken(config, environment)
    if searches and cluster is not None:
        raise ConfigError(
            f"{cluster.source} names {cluster.count} machines that train one network, and a search "
            "gives each machine trainings of its own: leave it out, and run kerasapps tune with "
            "--role and --chief on them (docs/tuning.md)."
        )
    return cluster


def _taken(config: ClusterConfig, environment: Mapping[str, str]) -> Cluster | None:
    if config.peers is None:
        return from_tf_config(environment[VARIABLE]) if environment.get(VARIABLE) else None
    if config.peers == SLURM:
        return from_slurm(environment)
    peers = tuple(config.peers)
    return Cluster(peers, place_of(config.role, peers))


def place_of(role: str | None, peers: tuple[str, ...]) -> int:
    """Which of the peers has a role.

    Args:
        role: chief, worker or a place from 0; None: the peer whose address this machine has.
        peers: HOST:PORT, the chief's first.

    Raises:
        ConfigError: if there is no such place, or this machine has the address of none or several.
    """
    if role == "chief":
        return 0
    if role is not None and role != "worker":
        if int(role) >= len(peers):
            raise ConfigError(
                f"ClusterConfig.role {role} is no place among {len(peers)} peers: it is from 0, "
                f"the chief, to {len(peers) - 1}."
            )
        return int(role)
    if role == "worker" and len(peers) == 2:
        return 1
    first = 0 if role is None else 1
    ours = [place for place in range(first, len(peers)) if is_ours(peers[place])]
    if len(ours) == 1:
        return ours[0]
    if not ours:
        raise ConfigError(
            f"None of the peers {', '.join(peers[first:])} is an address of this machine. {_SAY}"
        )
    raise ConfigError(
        f"{' and '.join(peers[place] for place in ours)} are all addresses of this machine. {_SAY}"
    )
