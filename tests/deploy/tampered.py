"""Bundles whose manifest somebody wrote anew, hash and all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kerasapps.deploy.manifest import FILE_NAME, digest_of


def tamper(bundle: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Changes what a manifest says, such that its own hash fits again.

    Args:
        bundle: its folder.
        change: is given the manifest's values and changes them in place.
    """
    file = bundle / FILE_NAME
    values = json.loads(file.read_text(encoding="utf-8"))
    del values["manifest_sha256"]
    change(values)
    text = json.dumps(values | {"manifest_sha256": digest_of(values)})
    file.write_text(text, encoding="utf-8")
    return bundle


def put(values: dict[str, Any], place: str, value: Any) -> None:
    """Sets the value at a place such as `artifacts.0.path`."""
    *way, last = (int(step) if step.isdigit() else step for step in place.split("."))
    holder: Any = values
    for step in way:
        holder = holder[step]
    holder[last] = value
