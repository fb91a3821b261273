"""Small tables with every kind of column, of which some tell the target."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

COLUMNS = ("row_id", "age", "job", "member", "since", "hours", "note")


def columns(count: int, *, number: bool = False, seed: int = 0) -> dict[str, list[Any]]:
    """Columns by name; the target "y" is a class ("high", "low") or a number.

    The age and the job tell it, with some noise; `hours` has missing values, `note` says nothing.
    """
    draw = np.random.default_rng(seed)
    age = draw.integers(18, 80, count)
    job = draw.choice(["clerk", "cook", "smith"], count)
    worth = (age - 45) / 15 + np.where(job == "smith", 1.5, -0.5) + draw.normal(0, 0.3, count)
    target = (40 + 10 * worth).round(2).tolist() if number else np.where(worth > 0, "high", "low")
    return {
        "row_id": list(range(1000, 1000 + count)),
        "age": age.tolist(),
        "job": job.tolist(),
        "member": draw.choice(["yes", "no"], count).tolist(),
        "since": [f"20{10 + year}-0{1 + year % 9}-15" for year in draw.integers(0, 10, count)],
        "hours": [None if each % 5 == 0 else int(each) for each in draw.integers(1, 60, count)],
        "note": ["none"] * count,
        "y": list(target),
    }


def write_csv(file: Path, table: dict[str, list[Any]]) -> Path:
    """Columns as a CSV file; what is missing is "?"."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(table)
        for row in zip(*table.values(), strict=True):
            writer.writerow(["?" if cell is None else cell for cell in row])
    return file
