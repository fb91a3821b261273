"""Small pictures for tests: each `number` gives another picture, the same on every call."""

from __future__ import annotations

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
