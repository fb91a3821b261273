"""Whom chief and workers trust: a secret that both know, and certificates between networks."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import grpc

from kerasapps.config.tuning import TuneConfig
from kerasapps.errors import ConfigError
from kerasapps.files.named import read_regular
from kerasapps.files.paths import user_path

SECRET_VARIABLE: Final = "KERASAPPS_SECRET"
"""Environment variable with the secret itself, where no file is named."""

PROOF_VARIABLE: Final = "KERASAPPS_CREW"
"""Environment variable by which a crew tells its workers what to show."""

PROOF_KEY: Final = "kerasapps-proof"
"""Metadata of every call: what only who knows the secret can say."""

_PURPOSE: Final = b"kerasapps search"
_LEAST: Final = 16  # bytes of a secret: one that can be guessed is none
_MOST: Final = 2**16  # of any of these files
_HOW: Final = "openssl rand -hex 32 > FILE"


@dataclass(frozen=True)
class Trust:
    """What one side shows to the other, and demands of it.

    Attributes:
        proof: shown by workers and demanded by the chief; made of the secret, which itself is
            never sent.
        certificate: file of this side's certificates, PEM; None: it shows none.
        key: file of their private key.
        ca: file of the authorities that must have signed the other side's; None: any or none.
    """

    proof: str = field(repr=False)
    certificate: str | None = None
    key: str | None = None
    ca: str | None = None

    def accepts(self, proof: str) -> bool:
        """Whether a caller knows the secret; how long this takes tells nothing about it."""
        return hmac.compare_digest(proof.encode(), self.proof.encode())

    def server_credentials(self) -> grpc.ServerCredentials | None:
        """TLS for a chief, which with authorities demands a certificate of workers; None: plain."""
        if self.certificate is None:
            return None
        ca, key, certificate = self._contents()
        return grpc.ssl_server_credentials(
            [(key, certificate)], root_certificates=ca, require_client_auth=ca is not None
        )

    def channel_credentials(self) -> grpc.ChannelCredentials | None:
        """TLS for a worker; None: plain."""
        if self.ca is None:
            return None
        return grpc.ssl_channel_credentials(*self._contents())

    def _contents(self) -> tuple[bytes | None, bytes | None, bytes | None]:
        """Of authorities, key and certificate."""
        files = (("tls_ca", self.ca), ("tls_key", self.key), ("tls_certificate", self.certificate))
        ca, key, certificate = (
            None if path is None else _read(path, option) for option, path in files
        )
        return ca, key, certificate


def trust_of(tune: TuneConfig, *, environment: Mapping[str, str] = os.environ) -> Trust:
    """What the options say, read and checked.

    A search on one machine alone has a new secret each time, which only its own workers are told.

    Args:
        tune: the search.
        environment: variables.

    Raises:
        ConfigError: if a chief or a worker has no secret, or one of the files cannot be used.
    """
    if tune.role is None:
        return Trust(proof_of(secrets.token_bytes(32)))
    paths = [
        None if path is None else str(user_path(path, what=f"TuneConfig.{option}").absolute())
        for option in ("tls_certificate", "tls_key", "tls_ca")
        for path in [getattr(tune, option)]
    ]
    trust = Trust(proof_of(_secret(tune, environment)), *paths)
    _check_certificates(trust)
    return trust


def proof_of(secret: bytes) -> str:
    """What can be shown to who knows the same secret, and is of no use to guess it."""
    return hmac.new(secret, _PURPOSE, hashlib.sha256).hexdigest()


def _secret(tune: TuneConfig, environment: Mapping[str, str]) -> bytes:
    if tune.secret_file is not None:
        place = f"TuneConfig.secret_file {tune.secret_file}"
        secret = _read(tune.secret_file, "secret_file")
    else:
        place = f"The environment variable {SECRET_VARIABLE}"
        secret = os.fsencode(environment.get(SECRET_VARIABLE, ""))
        if not secret:
            raise ConfigError(
                f"TuneConfig.secret_file is missing: chief and workers know each other by a secret "
                f"({_HOW}), given to all of them as that file or in {SECRET_VARIABLE}."
            )
    secret = secret.strip()  # of editors' and shells' line ends
    if len(secret) < _LEAST:
        raise ConfigError(
            f"{place} holds {len(secret)} bytes, and a secret needs {_LEAST} or more: {_HOW}."
        )
    return secret


def _check_certificates(trust: Trust) -> None:
    """Files of no use are an error here, by name; gRPC would only say that nobody answers."""
    trust._contents()
    try:
        if trust.certificate is not None:
            option, path = "tls_certificate", f"{trust.certificate} (key: {trust.key})"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            # A password is not asked for: nobody may be there.
            context.load_cert_chain(trust.certificate, trust.key, password=lambda: "")
        if trust.ca is not None:
            option, path = "tls_ca", trust.ca
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(trust.ca)
    except (ssl.SSLError, ValueError) as error:
        raise ConfigError(
            f"TuneConfig.{option} {path} cannot be used: {error}. It takes PEM files, and keys "
            "without a password."
        ) from error


def _read(path: str, option: str) -> bytes:
    """The content of a small regular file.

    Raises:
        ConfigError: if it is none, or cannot be read.
    """
    try:
        return read_regular(user_path(path, what=f"TuneConfig.{option}"), limit=_MOST)
    except OSError as error:
        why = error.strerror or error
        raise ConfigError(f"TuneConfig.{option} {path} cannot be read: {why}.") from error
