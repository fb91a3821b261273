"""Shards for tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kerasapps.shards import FORMATS, Record

NAMES = tuple(FORMATS)


def make_shard(file: Path, records: Iterable[Record], *, name: str) -> list[tuple[int, int]]:
    """Write a shard of a format; offset and length of each record."""
    with FORMATS[name].write(file) as shard:
        return [shard.add(record) for record in records]
