"""What may stand where a file is expected, and is none."""

from __future__ import annotations

import os
import socket
from pathlib import Path

IRREGULAR = {"pipe": "a named pipe", "socket": "a socket", "zero": "a device", "null": "a device"}


def make_irregular(path: Path, kind: str) -> Path:
    """One of `IRREGULAR` at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        here = Path.cwd()
        os.chdir(path.parent)  # the name of a socket may have a hundred bytes only
        try:
            with socket.socket(socket.AF_UNIX) as server:
                server.bind(path.name)
        finally:
            os.chdir(here)
    else:
        path.symlink_to(f"/dev/{kind}")
    return path
