"""Photos, texts and pairs made up for `input_pipeline.py`: no data set is at hand everywhere."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from PIL import Image

_LABELS = ("left", "right")
_WORDS = 20_000
_SIDES = (240, 500)  # of photos, shortest and longest


def make(kind: str, folder: Path, *, count: int, seed: int) -> list[Path]:
    """What `--data` takes for a kind, written into a folder."""
    random = np.random.default_rng(seed)
    makers = {"pictures": _pictures, "texts": _texts, "pairs": _pairs}
    return makers[kind](folder, count, random)


def _pictures(folder: Path, count: int, random: np.random.Generator) -> list[Path]:
    """Cloudy JPEG files of 240 to 500 pixels a side, of some 20 kB, in a folder of labels."""
    root = folder / "photos"
    for number in range(count):
        width, height = (int(side) for side in random.integers(*_SIDES, size=2))
        coarse = random.integers(0, 256, (height // 12, width // 12, 3), dtype=np.uint8)
        smooth = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
        noise = random.integers(-6, 7, (height, width, 1))
        pixels = np.clip(np.asarray(smooth) + noise, 0, 255).astype(np.uint8)
        file = root / _LABELS[number % len(_LABELS)] / f"{number:06}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(file, quality=88)
    return [root]


def _texts(folder: Path, count: int, random: np.random.Generator) -> list[Path]:
    """A table of texts of 20 to 400 words, which are as unlike in frequency as real ones."""
    file = folder / "texts.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("text", "label"))
        for number in range(count):
            rows.writerow((_sentence(random, 20, 400), _LABELS[number % len(_LABELS)]))
    return [file]


def _pairs(folder: Path, count: int, random: np.random.Generator) -> list[Path]:
    """Two files of as many lines of 4 to 30 words."""
    files = [folder / "pairs.de", folder / "pairs.en"]
    for file in files:
        lines = (_sentence(random, 4, 30) + "\n" for _ in range(count))
        file.write_text("".join(lines), encoding="utf-8")
    return files


def _sentence(random: np.random.Generator, least: int, most: int) -> str:
    numbers = random.zipf(1.3, int(random.integers(least, most)))
    words = [_word(int(number) % _WORDS) for number in numbers]
    return f"{' '.join(words).capitalize()}."


def _word(number: int) -> str:
    """A word of one to four syllables for each number."""
    syllables = ""
    while True:
        number, place = divmod(number, 50)
        syllables += "bdfgklmnrs"[place % 10] + "aeiou"[place // 10]
        if not number:
            return syllables
