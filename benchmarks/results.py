"""Adds measured figures to RESULTS.md with everything needed to judge them."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from kerasapps import machine
from kerasapps.export.bundle import versions

RESULTS = Path(__file__).parent / "RESULTS.md"
SUPERSEDED = "# Superseded"  # what is no longer the best stands from this heading on


def record(title: str, rows: Sequence[Mapping[str, object]], *, note: str = "") -> str:
    """Adds a section with a table to RESULTS.md, before what is superseded, and returns its text.

    The table of best figures at the file's head is kept by hand: a figure that is no better, or of
    fewer examples, does not belong there.

    Args:
        title: what was measured.
        rows: one mapping a table row; the first one's keys are the columns. Put seed and n there.
        note: what a reader must know besides.
    """
    columns = list(rows[0])
    lines = [
        f"## {title}",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {describe_machine()}; `{' '.join(_command())}`",
        "",
        "| " + " | ".join(columns) + " |",
        "|" + "---|" * len(columns),
        *("| " + " | ".join(_cell(row[column]) for column in columns) + " |" for row in rows),
        "",
    ]
    text = "\n".join(lines + ([note, ""] if note else []))
    current, heading, rest = RESULTS.read_text(encoding="utf-8").partition(f"\n{SUPERSEDED}")
    RESULTS.write_text(f"{current}\n{text}{heading}{rest}", encoding="utf-8")
    return text


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|")


def describe_machine() -> str:
    """Processor, cores, memory and the versions that shape a figure."""
    found = versions()
    return (
        f"{machine.cpu_name()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {found['python']}, TensorFlow {found['tensorflow']}, Keras {found['keras']}"
    )


def _command() -> list[str]:
    script = Path(sys.argv[0]).name
    arguments = [Path(each).name if Path(each).exists() else each for each in sys.argv[1:]]
    return ["python", f"benchmarks/{script}", *arguments]
