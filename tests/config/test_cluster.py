"""What `ClusterConfig` takes."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.config import ClusterConfig
from kerasapps.errors import ConfigError

from .bounds import Number, check_defaults, check_number

TWO = ("10.0.0.1:9123", "10.0.0.2:9123")


def test_where_nobody_says_a_machine_trains_alone() -> None:
    check_defaults(ClusterConfig, {"role": None, "peers": None, "patience_minutes": 10.0})
    check_number(ClusterConfig, "patience_minutes", Number(0.01, None))


@pytest.mark.parametrize("peers", ["10.0.0.1:9123, 10.0.0.2:9123", TWO, [*TWO]])
def test_peers_are_given_with_commas_or_one_by_one(peers: Any) -> None:
    assert ClusterConfig(peers=peers, role="chief").peers == TWO


def test_hosts_have_names_or_numbers() -> None:
    assert ClusterConfig(peers="[::1]:9123,train-1.train:9124").peers == (
        "[::1]:9123",
        "train-1.train:9124",
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"role": "boss", "peers": TWO}, "must be chief, worker or a place"),
        ({"role": "worker"}, r"needs ClusterConfig\.peers"),
        ({"role": "chief", "peers": "slurm"}, "exclude each other"),
        ({"peers": 5}, "HOST:PORT of every machine.*got 5"),
        ({"peers": "a:1,b"}, "'b' is no HOST:PORT"),
        ({"peers": "a:0,b:1"}, "'a:0' is no HOST:PORT"),
        ({"peers": "a:1,b:70000"}, "'b:70000' is no HOST:PORT"),
        ({"peers": "a:1,b c:2"}, "'b c:2' is no HOST:PORT"),
        ({"peers": "a:1,b:1,a:1"}, "names a:1 twice"),
        ({"peers": "a:1"}, "names one machine"),
        ({"peers": ","}, "names no machine"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        ClusterConfig(**options)
