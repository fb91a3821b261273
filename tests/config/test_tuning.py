"""Searches: what holds where nobody says, and what is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import TuneConfig
from kerasapps.errors import ConfigError

from .bounds import Number, check_choice, check_defaults, check_number


def test_where_nobody_says_how_to_search() -> None:
    names = [field.name for field in dataclasses.fields(TuneConfig)]
    said = {"trials": 10, "algorithm": "random", "models": (), "workers": 1, "top": 1}
    check_defaults(TuneConfig, {**dict.fromkeys(names), **said, "patience_minutes": 10.0})


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("trials", Number(1, None, whole=True)),
        ("max_size_mb", Number(1e-6, None, may_be_none=True)),
        ("max_latency_ms", Number(1e-6, None, may_be_none=True)),
        ("search_minutes", Number(1e-6, None, may_be_none=True)),
        ("trial_minutes", Number(1e-6, None, may_be_none=True)),
        ("trial_memory_mb", Number(64, None, may_be_none=True)),
        ("search_seed", Number(0, 2**31 - 1, whole=True, may_be_none=True)),
        ("workers", Number(1, 1024, whole=True)),
        ("worker_cores", Number(1, None, whole=True, may_be_none=True)),
        ("top", Number(1, None, whole=True)),
        ("patience_minutes", Number(0.01, None)),
    ],
)
def test_bounds(name: str, number: Number) -> None:
    check_number(TuneConfig, name, number)


def test_names() -> None:
    check_choice(TuneConfig, "algorithm", ("random", "bayesian", "hyperband", "grid"))
    check_choice(TuneConfig, "direction", ("max", "min"), may_be_none=True)
    with pytest.raises(ConfigError, match=r"^TuneConfig\.role 'boss' is not known\."):
        TuneConfig(role="boss", chief="host:1")  # type: ignore[arg-type]


def test_models_keep_their_order_and_each_is_tried_once() -> None:
    assert TuneConfig(models="cnn").models == ("cnn",)  # type: ignore[arg-type]
    assert TuneConfig(models=("vit", "cnn", "vit")).models == ("vit", "cnn")


def test_a_space_is_a_file_or_a_function() -> None:
    def space(hp: Any) -> None: ...

    for asked in (None, "space.yaml", space):
        assert TuneConfig(space=asked).space is asked
    with pytest.raises(ConfigError, match=r"TuneConfig\.space must be a YAML file, a function"):
        TuneConfig(space={"width": [1, 2]})  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["host:1", "host:65535", "::1:8000", "10.0.0.1:80"])
def test_addresses(address: str) -> None:
    assert TuneConfig(role="chief", chief=address).chief == address


@pytest.mark.parametrize("address", ["", "host", "host:", ":80", "host:0", "host:65536", "host:x"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(ConfigError, match=r"TuneConfig\.chief must be HOST:PORT"):
        TuneConfig(role="worker", chief=address)


def test_a_role_and_an_address_go_together() -> None:
    with pytest.raises(ConfigError, match=r"chief is missing: the role 'worker' needs"):
        TuneConfig(role="worker")
    with pytest.raises(ConfigError, match=r"TuneConfig\.chief goes with a role"):
        TuneConfig(chief="host:1")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"secret_file": "s"}, "secret_file goes with a role"),
        ({"tls_ca": "c"}, "tls_ca goes with a role"),
        ({"role": "chief", "secret_file": ""}, "secret_file is empty"),
        ({"role": "chief", "secret_file": 5}, "secret_file is a int"),
        ({"role": "chief", "tls_certificate": "c"}, "tls_certificate and .*tls_key go together"),
        ({"role": "worker", "tls_key": "k"}, "tls_certificate and .*tls_key go together"),
        ({"role": "chief", "tls_ca": "c"}, "tls_certificate is missing"),
        ({"role": "worker", "tls_certificate": "c", "tls_key": "k"}, "tls_ca is missing"),
    ],
)
def test_files_of_trust_that_do_not_go_together(options: dict[str, Any], words: str) -> None:
    chief = {"chief": "host:1"} if "role" in options else {}
    with pytest.raises(ConfigError, match=words):
        TuneConfig(**chief, **options)


def test_files_of_trust_that_go_together() -> None:
    pair = {"tls_certificate": Path("c"), "tls_key": "k"}
    for role, files in (
        ("chief", pair),
        ("chief", {**pair, "tls_ca": "a"}),
        ("worker", {"tls_ca": "a"}),
        ("worker", {**pair, "tls_ca": "a"}),
    ):
        tune = TuneConfig(role=role, chief="host:1", secret_file=Path("s"), **files)  # type: ignore[arg-type]
        assert tune.secret_file == "s"
        assert tune.tls_certificate == ("c" if "tls_key" in files else None)
