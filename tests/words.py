"""A language that is learnt in seconds: sentences of a few words, translated word by word."""

from __future__ import annotations

from pathlib import Path

import numpy as np

WORDS = {
    "one": "eins", "two": "zwei", "red": "rot", "green": "grün", "house": "Haus", "dog": "Hund",
    "runs": "rennt", "sleeps": "schläft", "here": "hier", "not": "nicht",
}  # fmt: skip


def word_pairs(count: int, *, seed: int = 0) -> list[tuple[str, str]]:
    """So many different sentences of two to six words with their translations."""
    rng = np.random.default_rng(seed)
    sources: dict[str, None] = {}
    while len(sources) < count:
        sources[" ".join(rng.choice([*WORDS], rng.integers(2, 7)))] = None
    return [(source, " ".join(WORDS[word] for word in source.split())) for source in sources]


def write_pairs(folder: Path, *, count: int = 700) -> Path:
    """A folder with train.en, train.de, val.en, val.de, test.en and test.de."""
    folder.mkdir(parents=True)
    pairs = word_pairs(count)
    cuts = {"train": pairs[80:], "val": pairs[40:80], "test": pairs[:40]}
    for split, some in cuts.items():
        for language, side in (("en", 0), ("de", 1)):
            text = "".join(pair[side] + "\n" for pair in some)
            (folder / f"{split}.{language}").write_text(text, encoding="utf-8")
    return folder
