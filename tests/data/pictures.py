"""Small pictures for tests: each `number` gives another picture, the same on every call."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image


def pixels(number: int, *, size: tuple[int, int] = (12, 10), channels: int = 3) -> np.ndarray:
    """uint8 noise, `(height, width, channels)` with `size` = (width, height)."""
    return np.random.default_rng(number).integers(
        0, 256, (size[1], size[0], channels), dtype=np.uint8
    )


def write_picture(path: Path, number: int, **options: tuple[int, int]) -> Path:
    """A picture file in the format of its suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels(number, **options)).save(path)
    return path


def write_classes(root: Path, counts: dict[str, int], *, first: int = 0) -> Path:
    """`counts[label]` PNG files in each `root/label`, all different."""
    number = first
    for label, count in counts.items():
        for index in range(count):
            write_picture(root / label / f"{index:03d}.png", number)
            number += 1
    return root


def png16(samples: np.ndarray) -> bytes:
    """A 16-bit PNG, grey `(h, w)`, RGB or RGBA `(h, w, 3 | 4)`; Pillow writes only grey."""
    height, width = samples.shape[:2]
    rows = samples.astype(">u2").reshape(height, -1)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    colour = 0 if samples.ndim == 2 else {3: 2, 4: 6}[samples.shape[-1]]
    header = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
