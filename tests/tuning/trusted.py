"""Secrets and certificates for tests: see `trust/README.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.tuning.trust import Trust, proof_of

FOLDER = Path(__file__).parent / "trust"
SECRET_FILE = str(FOLDER / "secret")
PROOF = proof_of(Path(SECRET_FILE).read_bytes().strip())
TRUST = Trust(PROOF)


def pem(name: str, end: str = "pem") -> str:
    return str(FOLDER / f"{name}.{end}")


def trust(shows: str | None = None, believes: str | None = None, *, proof: str = PROOF) -> Trust:
    """With the certificate of one and the authority of another."""
    files: Any = (None, None) if shows is None else (pem(shows), pem(shows, "key"))
    return Trust(proof, *files, None if believes is None else pem(believes))
