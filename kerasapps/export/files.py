"""Sizes of what is exported."""

from __future__ import annotations

import zlib
from pathlib import Path


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return path.stat().st_size


def compressed_size_of(path: Path) -> int:
    """Bytes of a file, or of all files below a folder, as gzip and zip compress each (deflate)."""
    if path.is_dir():
        return sum(compressed_size_of(file) for file in path.rglob("*") if file.is_file())
    packer, size = zlib.compressobj(), 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            size += len(packer.compress(block))
    return size + len(packer.flush())
