"""How this process joins those that train with it, before TensorFlow computes anything."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import tensorflow as tf
from tensorflow.python.eager import context as tf_context

from kerasapps.cluster import Cluster
from kerasapps.cluster.addresses import listening, listens, require_free_port
from kerasapps.cluster.tf_config import VARIABLE
from kerasapps.config import TrainConfig
from kerasapps.config.devices import parse_devices
from kerasapps.errors import ConfigError, TrainingError
from kerasapps.terminal.waiting import wait_for
from kerasapps.training.devices import local_strategy, prepare_devices
from kerasapps.training.team import ALONE, Alone, Team
from kerasapps.training.together import Together

_QUIET_SECONDS = 5.0  # of waiting, before anything is said of it
_PAUSE_SECONDS = 0.3
_CONNECT_SECONDS = 2.0
_HEARTBEAT_SECONDS = 30  # a stall that is shorter, as of swapping, is no lost machine
_joined: dict[tuple[str, ...], Together] = {}


def join_team(
    cluster: Cluster | None, *, config: TrainConfig, patience_minutes: float = 10
) -> Team:
    """The processes that train together, once all of them are there.

    To be called right after TensorFlow is imported: it fixes which devices this process has.

    Args:
        cluster: whose processes; None: this one trains alone, on one device or several.
        config: `devices` is read.
        patience_minutes: how long to wait for the others.

    Raises:
        ConfigError: if devices are asked for that are not there, TensorFlow computes already, or
            a training of the same processes was broken off.
        TrainingError: if some do not come, who are named.
    """
    devices = parse_devices(config.devices)
    if cluster is None:
        strategy = local_strategy(devices)
        if strategy is None:
            return ALONE
        return Alone(replicas=strategy.num_replicas_in_sync, strategy=strategy)
    if devices.parts > 1:
        raise ConfigError(
            f"TrainConfig.devices {config.devices!r} divides the CPU of one process; with several "
            "processes each has the whole of it (cpu)."
        )
    who = (*cluster.peers, str(cluster.index))
    if who not in _joined:
        require_free_port(cluster.port, what=cluster.source)
        prepare_devices(devices, alone=False)
        _joined[who] = Together(cluster, _meet(cluster, patience_minutes))
    if _joined[who].is_over:
        raise ConfigError(
            "Processes that trained together have lost each other, and TensorFlow does not connect "
            "them again: train in fresh processes."
        )
    return _joined[who]


def _meet(cluster: Cluster, patience_minutes: float) -> tf.distribute.Strategy:
    """Waits for the others, then starts the strategy of all.

    TensorFlow's own waiting cannot be interrupted and says nothing: so a worker waits here until
    the chief's port is open, and the chief, with it open, until those of all workers are.
    """
    others = [index for index in range(cluster.count) if index != cluster.index]
    if cluster.is_chief:
        with listening(cluster.port, what=cluster.source):
            _wait_for(cluster, others, patience_minutes)
    else:
        _wait_for(cluster, [0], patience_minutes)
    try:
        with _as_tf_config(cluster), _same_on_sigterm():
            _limit_patience(cluster, patience_minutes)
            return tf.distribute.MultiWorkerMirroredStrategy()
    except tf.errors.OpError as error:
        raise TrainingError(f"The processes of the training did not meet: {error}") from error
    except RuntimeError as error:  # TensorFlow has begun to compute
        raise ConfigError(
            "Processes that train together have to be told of each other before TensorFlow "
            f"computes anything: train in a fresh process. ({error})"
        ) from error


def _wait_for(cluster: Cluster, indices: Sequence[int], patience_minutes: float) -> None:
    """Until something listens for each of them; says once that it waits, if it does for long."""
    absent = list(indices)

    def missing() -> Sequence[int]:
        absent[:] = [
            index for index in absent if not listens(cluster.peers[index], seconds=_CONNECT_SECONDS)
        ]
        return absent

    wait_for(
        missing,
        patience=60 * patience_minutes,
        quiet=_QUIET_SECONDS,
        pause=_PAUSE_SECONDS,
        told=lambda absent: f"Waiting for {_names(cluster, absent)}.",
        refused=lambda absent: TrainingError(_absence(cluster, absent, patience_minutes)),
    )


@contextmanager
def _same_on_sigterm() -> Iterator[None]:
    """Inside, TensorFlow may take SIGTERM; afterwards it does again what it did before.

    TensorFlow would only note that the machine is about to go, and the process would not end. No
    thread but the main one can set it.
    """
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if before is not None and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)


@contextmanager
def _as_tf_config(cluster: Cluster) -> Iterator[None]:
    """Inside, TensorFlow's variable names this cluster."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = json.dumps(cluster.tf_config())
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def _limit_patience(cluster: Cluster, patience_minutes: float) -> None:
    from tensorflow.compiler.xla.tsl.protobuf import coordination_config_pb2

    job = coordination_config_pb2.CoordinatedJob(name="worker", num_tasks=cluster.count)
    tf_context.context().configure_coordination_service(
        service_type="standalone",
        service_leader="/job:worker/replica:0/task:0",
        cluster_register_timeout_in_ms=int(60_000 * patience_minutes),
        heartbeat_timeout_in_ms=1000 * _HEARTBEAT_SECONDS,
        coordinated_jobs=[job],
    )


def _names(cluster: Cluster, indices: Sequence[int]) -> str:
    names = [cluster.name_of(index) for index in indices]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _absence(cluster: Cluster, missing: Sequence[int], patience_minutes: float) -> str:
    come = "has not come" if len(missing) == 1 else "have not come"
    return (
        f"{_names(cluster, missing)} {come} in {patience_minutes:g} minutes. Start the same "
        "command on every machine, and let the machines reach each other's ports."
    )
