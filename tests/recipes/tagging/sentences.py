"""Tiny tagged sentences: who lives where."""

from __future__ import annotations

import random
from pathlib import Path

FIRST = ("Ana", "Bob", "Carla", "Dirk", "Eva", "Frank")
LAST = ("Smith", "Garcia", "Meier")
CITIES = ("Paris", "Berlin", "Rome", "New York")


def sentences(count: int, *, seed: int = 0) -> list[tuple[list[str], list[str]]]:
    """Words and their tags, IOB2."""
    draw = random.Random(seed)
    made = []
    for _ in range(count):
        person = [draw.choice(FIRST), *draw.sample(LAST, draw.randint(0, 1))]
        city = draw.choice(CITIES).split()
        opening = ["\U0001f600"] * draw.randint(0, 1) + ["Mr"] * draw.randint(0, 1)
        words = [*opening, *person, "lives", "in", *city, "."]
        tags = ["O"] * len(words)
        for entity, label in ((person, "PER"), (city, "LOC")):
            first = words.index(entity[0])
            tags[first : first + len(entity)] = [f"B-{label}", *[f"I-{label}"] * (len(entity) - 1)]
        made.append((words, tags))
    return made


def write_conll(file: Path, count: int, *, seed: int = 0) -> Path:
    """A CoNLL file: a word and its tag a line."""
    file.parent.mkdir(exist_ok=True)
    blocks = (
        "".join(f"{word} {tag}\n" for word, tag in zip(*each, strict=True))
        for each in sentences(count, seed=seed)
    )
    file.write_text("\n".join(blocks), encoding="utf-8")
    return file
