"""One thing that the doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "problem"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what it is, and what to do when it is not right."""

    name: str
    value: str
    level: Level = "ok"
    remedy: str = ""
