"""Blocks of shell: the shell itself says which programs they would run, with which arguments."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("kerasapps", "make", "pip", "openssl", "ssh", "srun", "pre-commit")
IN_VENV = ("kerasapps", "python", "pip")
SYSTEM = ("cat", "mktemp")

# Each call leaves a file: program, secret, what it read, arguments; with a zero behind each.
_RECORD = """#!/bin/bash
read_from=
for each in "$@"; do
    if [ "$each" = - ]; then read_from=$(mktemp "$RECORDS/read.XXXXXX"); cat > "$read_from"; fi
done
record=$(mktemp "$RECORDS/call.$EPOCHREALTIME.XXXXXX")
printf '%s\\0' "${0##*/}" "$KERASAPPS_SECRET" "$read_from" "$@" > "$record"
"""
_MORE = {
    "openssl": "echo 0123456789abcdef0123456789abcdef\n",
    "srun": '"$@"\n',
}


@dataclass(frozen=True)
class Call:
    """A program that a block runs.

    Attributes:
        program: its name, without a path.
        arguments: as the program gets them.
        stdin: what it reads, where it is told to by `-`.
        secret: of a search, in its environment.
    """

    program: str
    arguments: tuple[str, ...]
    stdin: bytes = b""
    secret: str = ""

    def __str__(self) -> str:
        return " ".join((self.program, *self.arguments))


def calls_of(script: str, folder: Path, scratch: Path) -> list[Call]:
    """The programs that a script runs in a folder; none of them does anything.

    Args:
        script: for bash.
        folder: where it is run, and its home; gets `.venv/bin` with the same idle programs.
        scratch: an empty folder.

    Raises:
        AssertionError: if the shell objects to the script, or a program is none that is known.
    """
    records, programs = scratch / "records", scratch / "bin"
    records.mkdir()
    for place, names in (
        (programs, (*PROGRAMS, "python3")),
        (folder / ".venv" / "bin", IN_VENV),
    ):
        place.mkdir(parents=True, exist_ok=True)
        for name in names:
            (place / name).write_text(_RECORD + _MORE.get(name, ""))
            (place / name).chmod(0o755)
    (programs / "hostname").write_text("#!/bin/bash\necho here\n")
    (programs / "hostname").chmod(0o755)
    for name in SYSTEM:
        path = shutil.which(name)
        assert path is not None
        (programs / name).symlink_to(path)
    ended = subprocess.run(
        [shutil.which("bash") or "bash", "-u", "-c", script],
        cwd=folder,
        env={"PATH": str(programs), "HOME": str(folder), "RECORDS": str(records)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert not ended.stderr, ended.stderr
    return [_call(file) for file in sorted(records.glob("call.*"))]


def _call(file: Path) -> Call:
    program, secret, read_from, *arguments, _ = os.fsdecode(file.read_bytes()).split("\0")
    stdin = Path(read_from).read_bytes() if read_from else b""
    return Call(program, tuple(arguments), stdin, secret)
