"""A picture data set that a small network learns in seconds: coloured shapes on noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

COLOURS = {"blue": (40, 60, 220), "green": (40, 200, 60), "red": (220, 50, 40)}


def shape_picture(label: str, number: int, *, side: int = 32) -> Image.Image:
    """A disc of the label's colour somewhere on dark noise; each number gives another."""
    random = np.random.default_rng((number, sorted(COLOURS).index(label)))
    picture = Image.fromarray(random.integers(0, 90, (side, side, 3), dtype=np.uint8))
    radius = int(random.integers(6, 12))
    x, y = random.integers(radius, side - radius, 2)
    colour = tuple(
        int(c) for c in np.clip(np.array(COLOURS[label]) + random.integers(-30, 30, 3), 0, 255)
    )
    ImageDraw.Draw(picture).ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return picture


def write_shapes(root: Path, *, per_class: int, first: int = 0) -> Path:
    """`root/<label>/<number>.png`, `per_class` of each label."""
    for label in COLOURS:
        (root / label).mkdir(parents=True)
        for number in range(first, first + per_class):
            shape_picture(label, number).save(root / label / f"{number:04d}.png")
    return root
