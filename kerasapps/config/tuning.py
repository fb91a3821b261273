"""How hyperparameters are searched before the final training."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from kerasapps.config.checks import check_file, check_options, option, require
from kerasapps.config.metric import Direction
from kerasapps.config.training import AUTO
from kerasapps.errors import ConfigError

Algorithm = Literal["random", "bayesian", "hyperband", "grid"]
Role = Literal["chief", "worker"]


@dataclass(frozen=True, kw_only=True)
class TuneConfig:
    """A hyperparameter search before the final training.

    The first trial is always the options as they are; options that were set by hand stay as they
    are in every trial, unless `space` names them.
    """

    trials: int = option(
        10, "configurations to try; the first is the options as they are", low=1, whole=True
    )
    algorithm: Algorithm = option(
        "random", "random, bayesian, hyperband or grid", choices=get_args(Algorithm)
    )
    objective: str | None = option(
        None,
        "figure to optimize: val_loss, seconds, val_ and a figure that the task is judged by, or "
        "of an exported file, such as int8_ and that figure (default: the task's on validation; "
        "with a limit the int8 file's)",
    )
    direction: Direction | None = option(
        None, "max or min (default: what is better of the objective)", choices=get_args(Direction)
    )
    max_size_mb: float | None = option(None, "limit of the exported file's size, in MB", low=1e-6)
    max_latency_ms: float | None = option(
        None,
        "limit of the exported file's median time for one example on one thread, in ms",
        low=1e-6,
    )
    space: str | Callable[[Any], object] | None = option(
        None, "YAML file with the options to search (default: suits model and data, printed)"
    )
    models: tuple[str, ...] = option((), "architecture to choose among (repeatable)")
    prune: bool | None = option(
        None, "end hopeless trials early (default: yes, where each epoch tells)"
    )
    search_minutes: float | None = option(None, "no trial begins after this time", low=1e-6)
    trial_minutes: float | None = option(None, "a trial that takes longer has failed", low=1e-6)
    trial_memory_mb: float | None = option(
        None,
        "a trial that takes more memory, in MiB, has failed (default: the machine decides)",
        low=64,
    )
    search_seed: int | None = option(
        None, "seed of the search (default: the training's)", low=0, high=2**31 - 1, whole=True
    )
    workers: int = option(
        1,
        "processes that try configurations side by side on this machine",
        low=1,
        high=1024,
        whole=True,
    )
    worker_cores: int | None = option(
        None,
        "cores of each worker (default: this machine's, divided by the workers)",
        low=1,
        whole=True,
    )
    top: int = option(1, "number of best configurations that become bundles", low=1, whole=True)
    role: Role | None = option(
        None,
        "of several machines: chief (one; it ends in the bundle) or worker",
        choices=get_args(Role),
    )
    chief: str | None = option(None, "HOST:PORT of the chief, for both roles")
    secret_file: str | None = option(
        None,
        "file with the secret that chief and workers share, 16 bytes or more (default: what the "
        "environment variable KERASAPPS_SECRET holds)",
    )
    tls_certificate: str | None = option(
        None, "PEM file with this machine's certificate, which turns on TLS at the chief"
    )
    tls_key: str | None = option(None, "PEM file with the certificate's key, without a password")
    tls_ca: str | None = option(
        None,
        "PEM file with whom to believe: a worker then takes only a chief with a certificate of "
        "theirs, a chief only such workers",
    )
    patience_minutes: float = option(
        10.0, "of several machines: how long to wait for an answer from the other side", low=0.01
    )

    def __post_init__(self) -> None:
        check_options(self)
        if AUTO in self.models:
            raise ConfigError(
                f"TuneConfig.models: {AUTO!r} is no architecture. Name some, or leave models out: "
                f"with the model {AUTO} those are searched that suit the data."
            )
        if not callable(self.space):
            fits = self.space is None or isinstance(self.space, str | os.PathLike)
            require(fits, self, "space", "a YAML file, a function of hp, or None")
            check_file(self, "space")
        self._check_address()
        self._check_files()

    def _check_address(self) -> None:
        if self.role is not None and self.chief is None:
            raise ConfigError(
                f"TuneConfig.chief is missing: the role {self.role!r} needs the chief's HOST:PORT."
            )
        if self.chief is None:
            return
        host, _, port = self.chief.rpartition(":")
        fits = bool(host) and port.isdigit() and 0 < int(port) < 2**16
        require(fits, self, "chief", "HOST:PORT")
        if self.role is None:
            raise ConfigError(
                "TuneConfig.chief goes with a role: add TuneConfig.role, chief or worker."
            )

    def _check_files(self) -> None:
        """Of the secret and of TLS, which are for several machines."""
        for field in ("secret_file", "tls_certificate", "tls_key", "tls_ca"):
            check_file(self, field)
            if getattr(self, field) is not None and self.role is None:
                raise ConfigError(
                    f"TuneConfig.{field} goes with a role: add TuneConfig.role, chief or worker."
                )
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ConfigError("TuneConfig.tls_certificate and TuneConfig.tls_key go together.")
        if self.tls_ca is None and self.role == "worker" and self.tls_certificate is not None:
            raise ConfigError(
                "TuneConfig.tls_ca is missing: a worker needs it to know its chief by."
            )
        if self.tls_certificate is None and self.role == "chief" and self.tls_ca is not None:
            raise ConfigError(
                "TuneConfig.tls_certificate is missing: a chief needs one to take workers' ones."
            )
