"""Processes that wait for each other before a training, and those that wait in vain."""

from __future__ import annotations

import signal
import socket
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.cluster import Cluster
from kerasapps.config import TrainConfig
from kerasapps.errors import ConfigError, TrainingError
from kerasapps.training import join
from kerasapps.training.join import join_team
from kerasapps.training.team import ALONE


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def peers(monkeypatch):
    monkeypatch.setattr(join, "_PAUSE_SECONDS", 0.01)
    return tuple(f"127.0.0.1:{free_port()}" for _ in range(3))


def test_who_is_in_no_cluster_is_alone():
    assert join_team(None, config=TrainConfig()) is ALONE


def test_a_chief_names_the_workers_that_do_not_come(peers, monkeypatch, capsys):
    monkeypatch.setattr(join, "_QUIET_SECONDS", 0.0)
    with pytest.raises(TrainingError, match=f"worker 1 .*{peers[1]}.* and worker 2 .* not come"):
        join_team(Cluster(peers, 0), config=TrainConfig(), patience_minutes=0.001)
    assert capsys.readouterr().err.count("Waiting for worker 1") == 1


def test_a_worker_waits_for_the_chief_alone(peers):
    with pytest.raises(TrainingError, match=r"^the chief \(.*has not come"):
        join_team(Cluster(peers, 2), config=TrainConfig(), patience_minutes=0.001)


def test_a_port_of_another_program_is_named(peers):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        cluster = Cluster((f"127.0.0.1:{port}", *peers[1:]), 0)
        with pytest.raises(TrainingError, match=f"Port {port} of this machine"):
            join_team(cluster, config=TrainConfig(), patience_minutes=0.001)


def test_processes_that_train_together_do_not_divide_their_cpu(peers):
    with pytest.raises(ConfigError, match="divides the CPU"):
        join_team(Cluster(peers, 0), config=TrainConfig(devices="cpu:2"))


def test_a_second_training_of_a_process_has_the_same_team(peers, monkeypatch):
    team, cluster = SimpleNamespace(is_over=False), Cluster(peers, 0)
    monkeypatch.setattr(join, "_meet", lambda *_: None)
    monkeypatch.setattr(join, "Together", lambda *_: team)
    monkeypatch.setattr(join, "_joined", {})
    assert join_team(cluster, config=TrainConfig()) is team
    with socket.socket() as server:  # TensorFlow's, which stays
        server.bind(("", cluster.port))
        server.listen()
        assert join_team(cluster, config=TrainConfig()) is team
    team.is_over = True
    with pytest.raises(ConfigError, match="fresh processes"):
        join_team(cluster, config=TrainConfig())


def test_a_process_that_trains_with_others_ends_on_sigterm_as_before():
    with join._same_on_sigterm():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_stall_of_some_seconds_is_no_lost_machine(peers, monkeypatch):
    asked: dict[str, Any] = {}
    context = SimpleNamespace(
        configure_coordination_service=lambda **options: asked.update(options)
    )
    monkeypatch.setattr(join.tf_context, "context", lambda: context)
    join._limit_patience(Cluster(peers, 0), 2)
    assert asked["cluster_register_timeout_in_ms"] == 120_000
    assert 20_000 < asked["heartbeat_timeout_in_ms"] < 45_000  # and all end within a minute
