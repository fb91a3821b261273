"""Data that is learnt in seconds, with sets of labels or with numbers."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from tests.data.row_samples import columns, write_csv
from tests.shapes import COLOURS, shape_picture

PARTS = ("a bright flat", "near the park", "on the third floor", "with new windows", "quiet")
LABELLED = {"garden": "has a garden", "garage": "comes with a garage", "old": "needs some work"}
PRAISE = {"good": 1.0, "great": 2.5, "dull": -1.0, "awful": -2.0, "film": 0.0, "story": 0.0}


def write_picture_sets(folder: Path, *, count: int) -> Path:
    """Pictures of no, one or several discs, and a table of their colours."""
    folder.mkdir(parents=True)
    draw = random.Random(0)
    rows = []
    for number in range(count):
        colours = [each for each in COLOURS if draw.random() < 0.5]
        empty = Image.new("RGB", (32, 32))
        picture = empty
        for colour in colours:
            picture = ImageChops.lighter(picture, shape_picture(colour, number))
        picture.save(folder / f"{number:04d}.png")
        rows.append((f"{number:04d}.png", "|".join(colours)))
    return _table(folder / "sets.csv", ("image", "labels"), rows)


def write_picture_numbers(folder: Path, *, count: int) -> Path:
    """Pictures of a disc each, and a table of how bright they are, from 0 to 255."""
    folder.mkdir(parents=True)
    rows = []
    for number in range(count):
        picture = shape_picture(list(COLOURS)[number % len(COLOURS)], number)
        picture.save(folder / f"{number:04d}.png")
        bright = ImageStat.Stat(picture.convert("L")).mean[0]
        rows.append((f"{number:04d}.png", f"{bright:.3f}"))
    return _table(folder / "numbers.csv", ("image", "brightness"), rows)


def write_text_sets(file: Path, *, count: int) -> Path:
    """Sentences about flats, and what they have."""
    draw = random.Random(0)
    rows = []
    for _ in range(count):
        labels = [each for each in LABELLED if draw.random() < 0.4]
        parts = [LABELLED[each] for each in labels] + draw.sample(PARTS, draw.randint(1, 3))
        draw.shuffle(parts)
        rows.append((", ".join(parts), "|".join(labels)))
    return _table(file, ("text", "labels"), rows)


def write_text_numbers(file: Path, *, count: int) -> Path:
    """A few words each, and the sum of what they are worth."""
    draw = random.Random(0)
    rows = []
    for _ in range(count):
        words = draw.choices(list(PRAISE), k=draw.randint(2, 9))
        worth = sum(PRAISE[word] for word in words) + draw.gauss(0, 0.05)
        rows.append((" ".join(words), f"{worth:.3f}"))
    return _table(file, ("text", "worth"), rows)


def write_row_sets(file: Path, *, count: int) -> Path:
    """Rows of every kind of column, and what is said of them."""
    table = columns(count)
    rows = zip(table["age"], table["job"], table["member"], strict=True)
    labels = [
        "|".join(
            name
            for name, is_so in (
                ("old", age > 50),
                ("smith", job == "smith"),
                ("in", member == "yes"),
            )
            if is_so
        )
        for age, job, member in rows
    ]
    return write_csv(file, {**table, "y": list(labels)})


def _table(file: Path, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(heads)
        writer.writerows(rows)
    return file
