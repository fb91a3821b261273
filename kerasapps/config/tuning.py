"""How hyperparameters are searched before the final training."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from kerasapps.config.checks import INFINITY, check_file, choose, number, option, require
from kerasapps.errors import ConfigError

Algorithm = Literal["random", "bayesian", "hyperband", "grid"]
Direction = Literal["max", "min"]
Role = Literal["chief", "worker"]


@dataclass(frozen=True, kw_only=True)
class TuneConfig:
    """A hyperparameter search before the final training.

    The first trial is always the options as they are; options that were set by hand stay as they
    are in every trial, unless `space` names them.
    """

    trials: int = option(10, "configurations to try; the first is the options as they are")
    algorithm: Algorithm = option("random", "random, bayesian, hyperband or grid")
    objective: str | None = option(
        None,
        "figure to optimize, such as val_accuracy, val_macro_f1, val_loss or seconds, or of an "
        "exported file, as int8_accuracy (default: val_accuracy or val_bleu; with a limit the int8 "
        "file's)",
    )
    direction: Direction | None = option(
        None, "max or min (default: what is better of the objective)"
    )
    max_size_mb: float | None = option(None, "limit of the exported file's size, in MB")
    max_latency_ms: float | None = option(
        None, "limit of the exported file's median time for one example on one thread, in ms"
    )
    space: str | Callable[[Any], object] | None = option(
        None, "YAML file with the options to search (default: suits model and data, printed)"
    )
    models: tuple[str, ...] = option((), "architecture to choose among (repeatable)")
    prune: bool | None = option(
        None, "end hopeless trials early (default: yes, where each epoch tells)"
    )
    search_minutes: float | None = option(None, "no trial begins after this time")
    trial_minutes: float | None = option(None, "a trial that takes longer has failed")
    trial_memory_mb: float | None = option(
        None, "a trial that takes more memory, in MiB, has failed (default: the machine decides)"
    )
    search_seed: int | None = option(None, "seed of the search (default: the training's)")
    workers: int = option(1, "processes that try configurations side by side on this machine")
    worker_cores: int | None = option(
        None, "cores of each worker (default: this machine's, divided by the workers)"
    )
    top: int = option(1, "number of best configurations that become bundles")
    role: Role | None = option(
        None, "of several machines: chief (one; it ends in the bundle) or worker"
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
        10.0, "of several machines: how long to wait for an answer from the other side"
    )

    def __post_init__(self) -> None:
        number(self, "trials", 1, INFINITY, whole=True)
        choose(self.algorithm, get_args(Algorithm), what="TuneConfig.algorithm")
        if self.direction is not None:
            choose(self.direction, get_args(Direction), what="TuneConfig.direction")
        for field in ("max_size_mb", "max_latency_ms", "search_minutes", "trial_minutes"):
            if getattr(self, field) is not None:
                number(self, field, 1e-6, INFINITY)
        if self.trial_memory_mb is not None:
            number(self, "trial_memory_mb", 64, INFINITY)
        if self.search_seed is not None:
            number(self, "search_seed", 0, 2**31 - 1, whole=True)
        if not callable(self.space):
            fits = self.space is None or isinstance(self.space, str | os.PathLike)
            require(fits, self, "space", "a YAML file, a function of hp, or None")
            check_file(self, "space")
        if isinstance(self.models, str):
            object.__setattr__(self, "models", (self.models,))
        object.__setattr__(self, "models", tuple(dict.fromkeys(self.models)))
        number(self, "workers", 1, 1024, whole=True)
        if self.worker_cores is not None:
            number(self, "worker_cores", 1, INFINITY, whole=True)
        number(self, "top", 1, INFINITY, whole=True)
        number(self, "patience_minutes", 0.01, INFINITY)
        if self.role is not None:
            choose(self.role, get_args(Role), what="TuneConfig.role")
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
