"""Which cluster a process belongs to, by its options and its environment."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from kerasapps.cluster import Cluster, take_cluster
from kerasapps.cluster.addresses import require_free_port, split_address, unknown_host
from kerasapps.cluster.take import place_of
from kerasapps.config import ClusterConfig
from kerasapps.errors import ConfigError, TrainingError

TWO = ("10.0.0.1:9123", "10.0.0.2:9123")
NOTHING: dict[str, str] = {}


def tf_config(cluster: dict[str, list[str]], kind: str, index: int) -> dict[str, str]:
    task = {"type": kind, "index": index}
    return {"TF_CONFIG": json.dumps({"cluster": cluster, "task": task})}


def test_nobody_says_anything() -> None:
    assert take_cluster(ClusterConfig(), environment=NOTHING) is None


def test_peers_and_a_role() -> None:
    worker = take_cluster(ClusterConfig(peers=TWO, role="worker"), environment=NOTHING)
    assert worker is not None and not worker.is_chief
    assert (worker.index, worker.count, worker.port) == (1, 2, 9123)
    assert worker.name_of(0) == "the chief (10.0.0.1:9123)"
    assert worker.name_of(1) == "worker 1 (10.0.0.2:9123)"
    assert worker.tf_config()["task"] == {"type": "worker", "index": 1}
    chief = take_cluster(ClusterConfig(peers=TWO, role="0"), environment=NOTHING)
    assert chief == Cluster(TWO, 0)


def test_a_machine_finds_its_own_address_among_the_peers() -> None:
    others = "198.51.100.1:9123"  # of documents, nobody's
    assert place_of(None, (others, "127.0.0.1:9123")) == 1
    assert place_of("worker", (others, "198.51.100.2:9123", "127.0.0.1:9123")) == 2
    chief_too = ("127.0.0.1:9123", "127.0.0.1:9124", others)  # this machine has two of three
    assert place_of("worker", chief_too) == 1
    with pytest.raises(ConfigError, match=r"None of the peers .* Say which with"):
        place_of(None, (others, "198.51.100.2:9123"))
    with pytest.raises(ConfigError, match="are all addresses of this machine"):
        place_of(None, ("127.0.0.1:9123", "127.0.0.1:9124"))
    with pytest.raises(ConfigError, match="no place among 2 peers"):
        place_of("2", TWO)


def test_tensorflows_variable() -> None:
    environment = tf_config({"worker": [*TWO]}, "worker", 1)
    assert take_cluster(ClusterConfig(), environment=environment) == Cluster(TWO, 1, "TF_CONFIG")
    chief = {"chief": [TWO[0]], "worker": [TWO[1]]}
    for kind, place in (("chief", 0), ("worker", 1)):
        taken = take_cluster(ClusterConfig(), environment=tf_config(chief, kind, 0))
        assert taken == Cluster(TWO, place, "TF_CONFIG")
    older = {"master": [TWO[0]], "worker": [TWO[1]], "ps": []}
    taken = take_cluster(ClusterConfig(), environment=tf_config(older, "worker", 0))
    assert taken == Cluster(TWO, 1, "TF_CONFIG")
    one = tf_config({"worker": ["10.0.0.1:9123"]}, "worker", 0)
    assert take_cluster(ClusterConfig(), environment=one) is None


def test_options_count_more_than_the_variable() -> None:
    environment = tf_config({"worker": ["a:1", "b:1"]}, "worker", 1)
    taken = take_cluster(ClusterConfig(peers=TWO, role="chief"), environment=environment)
    assert taken == Cluster(TWO, 0)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("{", "cannot be read"),
        ("{}", "'cluster' is missing"),
        ('{"cluster": {"worker": ["a:1"]}, "task": 3}', "cannot be read"),
        (tf_config({"worker": ["a:1"], "ps": ["b:1"]}, "worker", 0)["TF_CONFIG"], "the job 'ps'"),
        (tf_config({"chief": ["a:1", "b:1"]}, "chief", 0)["TF_CONFIG"], "2 chiefs"),
        (tf_config({"worker": [*TWO]}, "worker", 2)["TF_CONFIG"], "this is worker 2"),
        (tf_config({"worker": ["a:1", "a:1"]}, "worker", 0)["TF_CONFIG"], "names a:1 twice"),
    ],
)
def test_a_variable_that_says_something_else(value: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        take_cluster(ClusterConfig(), environment={"TF_CONFIG": value})


def test_a_search_uses_machines_in_another_way() -> None:
    environment: Any = tf_config({"worker": [*TWO]}, "worker", 1)
    with pytest.raises(ConfigError, match=r"TF_CONFIG names 2 machines .* --chief"):
        take_cluster(ClusterConfig(), searches=True, environment=environment)
    assert take_cluster(ClusterConfig(), searches=True, environment=NOTHING) is None


def test_a_port_that_another_process_has() -> None:
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        with pytest.raises(TrainingError, match=rf"Port {port} .* which --peers names"):
            require_free_port(port, what="--peers")
    require_free_port(port, what="--peers")


def test_a_host_that_no_name_server_knows() -> None:
    assert unknown_host("nowhere.invalid:9123")
    assert unknown_host("127.0.0.1:9123") is None


def test_numbers_of_ipv6_stand_in_brackets() -> None:
    assert split_address("[fe80::1]:9123") == ("fe80::1", 9123)
    assert unknown_host("[::1]:9123") is None
