"""Secrets and certificates: read, checked, and never shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import TuneConfig
from kerasapps.errors import ConfigError
from kerasapps.tuning.trust import SECRET_VARIABLE, Trust, proof_of, trust_of
from tests.tuning.trusted import FOLDER, PROOF, SECRET_FILE, pem, trust


def tune(role: Any = "chief", **options: Any) -> TuneConfig:
    return TuneConfig(role=role, chief="0.0.0.0:9123", **options)


def test_a_search_of_one_machine_has_a_new_secret_each_time() -> None:
    first, second = trust_of(TuneConfig()), trust_of(TuneConfig())
    assert len(first.proof) == 64 and first.proof != second.proof
    assert first.server_credentials() is None and first.channel_credentials() is None
    # Nobody else's is taken for it.
    assert trust_of(TuneConfig(), environment={SECRET_VARIABLE: "x" * 20}).proof != proof_of(
        b"x" * 20
    )


@pytest.mark.parametrize("role", ["chief", "worker"])
def test_chief_and_workers_need_a_secret(role: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"secret_file is missing.*openssl rand -hex 32"):
        trust_of(tune(role), environment={})
    file = tmp_path / "a secret"
    file.write_bytes(b" 0123456789abcdef\r\n")
    by_file = trust_of(tune(role, secret_file=str(file)), environment={})
    by_name = trust_of(tune(role), environment={SECRET_VARIABLE: "0123456789abcdef"})
    assert by_file == by_name
    other = {SECRET_VARIABLE: "of somebody else's search"}
    assert trust_of(tune(role, secret_file=file), environment=other) == by_file


def test_the_secret_itself_is_neither_sent_nor_printed() -> None:
    trusted = trust_of(tune(secret_file=SECRET_FILE))
    secret = Path(SECRET_FILE).read_text().strip()
    assert trusted.proof == PROOF == proof_of(secret.encode())
    assert secret not in trusted.proof and trusted.proof not in repr(trusted)


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "holds 0 bytes"), (b"123456789012345\n", "holds 15 bytes, .* 16")]
)
def test_a_secret_that_could_be_guessed_is_refused(
    content: bytes, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=rf"secret_file .*secret {words}"):
        trust_of(tune(secret_file=str(file)))
    if content:
        with pytest.raises(ConfigError, match=rf"{SECRET_VARIABLE} {words}"):
            trust_of(tune(), environment={SECRET_VARIABLE: content.decode()})
    file.write_bytes(b"1234567890123456")
    assert trust_of(tune(secret_file=str(file))).proof == proof_of(b"1234567890123456")


def test_a_secret_of_any_bytes(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(bytes(range(100, 255)))
    assert trust_of(tune(secret_file=str(file))).proof == proof_of(bytes(range(100, 255)))


@pytest.mark.parametrize("option", ["secret_file", "tls_ca"])
def test_files_of_no_use_are_named(option: str, tmp_path: Path) -> None:
    def error(path: str) -> str:
        files = {"secret_file": SECRET_FILE, option: path}
        with pytest.raises(ConfigError, match=rf"TuneConfig\.{option} {path}") as caught:
            trust_of(tune("worker", **files))
        return str(caught.value)

    assert "cannot be read: No such file" in error(f"{tmp_path}/missing")
    assert "cannot be read: Is a directory" in error(str(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    assert "it is a named pipe" in error(f"{tmp_path}/pipe")
    assert "it is a device" in error("/dev/zero")
    (tmp_path / "large").write_bytes(bytes(2**16 + 1))
    assert "65,536 are read at most" in error(f"{tmp_path}/large")


def test_what_is_no_certificate_is_refused(tmp_path: Path) -> None:
    def error(**files: Any) -> str:
        with pytest.raises(ConfigError) as caught:
            trust_of(tune(secret_file=SECRET_FILE, **files))
        return str(caught.value)

    chief, key = pem("chief"), pem("chief", "key")
    other = pem("worker", "key")
    mismatch = error(tls_certificate=chief, tls_key=other)
    assert f"tls_certificate {chief} (key: {other}) cannot be used" in mismatch
    assert "PEM files" in error(tls_certificate=SECRET_FILE, tls_key=key)
    assert "tls_ca" in error(tls_certificate=chief, tls_key=key, tls_ca=SECRET_FILE)


def test_a_key_with_a_password_is_refused_without_asking(tmp_path: Path) -> None:
    key = tmp_path / "locked.key"
    key.write_bytes(LOCKED)
    with pytest.raises(ConfigError, match="keys without a password"):
        trust_of(tune(secret_file=SECRET_FILE, tls_certificate=pem("chief"), tls_key=str(key)))


def test_paths_hold_wherever_a_worker_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    trusted = trust_of(tune("worker", secret_file="secret", tls_ca="authority.pem"))
    assert trusted == trust(believes="authority")
    monkeypatch.setenv("HOME", str(FOLDER))
    monkeypatch.chdir("/")
    files = {"tls_certificate": "~/chief.pem", "tls_key": "~/chief.key"}
    assert trust_of(tune(secret_file="~/secret", **files)) == trust("chief")


def test_credentials_are_for_who_has_the_files() -> None:
    assert trust("chief").server_credentials() is not None
    assert trust("chief").channel_credentials() is None  # a worker must know whom to believe
    assert trust(believes="authority").channel_credentials() is not None
    assert trust(believes="authority").server_credentials() is None
    vanished = Trust(PROOF, ca="/no/such.pem")
    with pytest.raises(ConfigError, match=r"tls_ca /no/such\.pem cannot be read"):
        vanished.channel_credentials()


def test_only_the_same_proof_is_accepted() -> None:
    known = trust()
    assert known.accepts(PROOF)
    for proof in ("", PROOF[:-1], f"{PROOF}0", PROOF.upper(), "é" * 64, proof_of(b"another one")):
        assert not known.accepts(proof)


LOCKED = b"""\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjUWWYFh6xPeQICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEMpxpNyAYKKZzh4Eq0Kf/XUEgZD2
SMLiDAt2rsrUePq648kxy0fqB3+mNW8vFkGcqFnAcUuEdMhNtgtvMFZixqn9G1jV
UV5RheXSZSO+hnuFVpDB4z6S9UHKUE7N2rLAlhr7lwU2P3/BlkB41tdN1WCOmMAm
Ir5/l6/xrUSfkmK2gHL6pIGdiQgTqdBRBRWloWkFcIKDcGcrmUMz4PuMjXy0M/U=
-----END ENCRYPTED PRIVATE KEY-----
"""
