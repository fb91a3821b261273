"""What clients answered about each bundle, kept in a file: a bundle can be asked about alone."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.clients.answers import Comparison
from benchmarks.clients.matrix import Cell

LAST = "old"


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is known of one bundle.

    Attributes:
        kind: what it is, in Markdown.
        count: of the examples.
        seconds: that asking took, of all bundles of a run in equal parts.
        cells: of all clients with all of its files.
        bare: of files beside the same without metadata.
    """

    kind: str
    count: int
    seconds: float
    cells: tuple[Cell, ...]
    bare: tuple[Cell, ...] = ()


def load(file: Path) -> dict[str, Record]:
    """Name of each bundle → what is known of it; nothing where there is no file."""
    if not file.is_file():
        return {}
    values = json.loads(file.read_text(encoding="utf-8"))
    return {name: _record(each) for name, each in values.items()}


def save(file: Path, records: Mapping[str, Record]) -> None:
    """Writes what `load` reads."""
    values = {name: dataclasses.asdict(record) for name, record in records.items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values, indent=1, ensure_ascii=False), encoding="utf-8")


def ordered(records: Mapping[str, Record]) -> dict[str, Record]:
    """By name, and the bundle of the first version behind all others."""
    names = sorted(records, key=lambda name: (name == LAST, name))
    return {name: records[name] for name in names}


def cells_of(records: Mapping[str, Record], client: str) -> list[Cell]:
    """Of one client, bundle after bundle."""
    return [cell for record in records.values() for cell in record.cells if cell.client == client]


def _record(values: Mapping[str, Any]) -> Record:
    cells = {name: _cells(values[name]) for name in ("cells", "bare")}
    return Record(**{**values, **cells})


def _cells(values: Sequence[Mapping[str, Any]]) -> tuple[Cell, ...]:
    return tuple(
        Cell(**{**each, "compared": each["compared"] and Comparison(**each["compared"])})
        for each in values
    )
