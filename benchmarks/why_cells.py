"""Windows of blood smears with and without a white cell, and where it lies: data for `why.py`.

    python benchmarks/why_cells.py BLOOD_CELLS OUTPUT

Reads the pictures and the boxes (Pascal VOC) of `train` and `test`, and writes class folders
`white` and `other` for both, and `boxes.csv` of the white cells in `test`. White cells lie anywhere
in their windows.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from PIL import Image

SIDE = 300
LARGEST = 0.75  # of a cell's side in its window
TRIES = 30
Box = tuple[int, int, int, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("output", type=Path)
    asked = parser.parse_args()
    random = np.random.default_rng(0)
    rows: list[list[object]] = [["file", "left", "top", "right", "bottom"]]
    for split in ("train", "test"):
        for file, cells in smears(asked.data / split):
            with Image.open(file) as picture:
                for name, corner, cell in windows(cells, picture.size, random):
                    folder = asked.output / split / name
                    folder.mkdir(parents=True, exist_ok=True)
                    x, y = corner
                    target = folder / f"{file.stem}_{x}_{y}.png"
                    picture.crop((x, y, x + SIDE, y + SIDE)).save(target)
                    if cell is not None and split == "test":
                        left, top, right, bottom = cell
                        rows.append([target.name, left - x, top - y, right - x, bottom - y])
    with (asked.output / "boxes.csv").open("w", newline="", encoding="utf-8") as table:
        csv.writer(table).writerows(rows)


def smears(folder: Path) -> Iterator[tuple[Path, list[Box]]]:
    """Pictures with the boxes of their white cells."""
    for file in sorted((folder / "JPEGImages").glob("*.jpg")):
        notes = ElementTree.parse(folder / "Annotations" / f"{file.stem}.xml")
        boxes = []
        for each in notes.iter("object"):
            if each.findtext("name") == "WBC":
                edges = [
                    each.findtext(f"bndbox/{edge}") for edge in ("xmin", "ymin", "xmax", "ymax")
                ]
                boxes.append(tuple(int(edge or 0) for edge in edges))
        yield file, boxes  # type: ignore[misc]


def windows(
    cells: list[Box], size: tuple[int, int], random: np.random.Generator
) -> Iterator[tuple[str, tuple[int, int], Box | None]]:
    """A window with one whole white cell, if it is not too large, and one with none."""
    fits = [cell for cell in cells if max(cell[2] - cell[0], cell[3] - cell[1]) < LARGEST * SIDE]
    for wanted, name in ((fits[:1], "white"), ([], "other")):
        if name == "white" and not wanted:
            continue
        for _ in range(TRIES):
            x, y = (int(random.integers(0, side - SIDE + 1)) for side in size)
            seen = [cell for cell in cells if touches(cell, x, y)]
            if seen == wanted and all(within(cell, x, y) for cell in seen):
                yield name, (x, y), (wanted or [None])[0]
                break


def touches(cell: Box, x: int, y: int) -> bool:
    """Whether a window shows any of a cell."""
    return cell[0] < x + SIDE and cell[2] > x and cell[1] < y + SIDE and cell[3] > y


def within(cell: Box, x: int, y: int) -> bool:
    """Whether it shows all of it."""
    return cell[0] >= x and cell[2] <= x + SIDE and cell[1] >= y and cell[3] <= y + SIDE


if __name__ == "__main__":
    main()
