"""D, C23: the training data, and copies of it, are judged on what was held out.

In place, elsewhere, in another format, in part, changed; pictures, texts and two files of pairs.
"""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from hostile_cases import RIGHT, Case, Ending, Verdict, judge
from hostile_workshop import Workshop
from PIL import Image

import kerasapps
from kerasapps.config import LoadConfig, TextConfig, TrainConfig
from kerasapps.data.images.decode import inspect_image
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.workflow.reading import read_splits


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """What is held out in place, then copies that must give the same, and parts."""
    yield Case("pictures in place", same(workshop.pictures, workshop.shapes, 36))
    yield Case("texts in place", same(workshop.texts, "builtin:reviews", held_out(workshop)))
    yield Case("pairs in place", same(workshop.translations, workshop.pairs, 40))
    for suffix in ("bmp", "png", draw.choice(["tif", "webp"])):
        yield Case(f"pictures copied as {suffix}", copied_pictures(workshop, suffix))
    reviews = copied_texts(workshop, draw)
    yield Case("texts copied", same(workshop.texts, reviews, held_out(workshop)))
    for _ in range(variants):
        share = draw.uniform(0.1, 0.9)
        yield Case(f"{share:.0%} of the pictures", part(workshop, draw, share))
        count = draw.randint(1, 30)
        yield Case(f"{count} trained pairs and 3 new ones", pairs_with_new(workshop, draw, count))
    yield Case("trained pairs alone", pairs_with_new(workshop, draw, 20, new=0))


def same(bundle: Path, data: object, examples: int) -> Callable[[], Verdict]:
    """So many examples must be judged."""
    return lambda: judge(
        lambda: kerasapps.evaluate_bundle(bundle, data).examples,
        right=lambda found: found == examples,
        refusal=None,
    )


def held_out(workshop: Workshop) -> int:
    """Texts of the test split."""
    return int(kerasapps.load_bundle(workshop.texts).manifest.data["examples"]["test"])


def copied_pictures(workshop: Workshop, suffix: str) -> Callable[[], Verdict]:
    """Pictures encoded anew without losses, under other names."""
    root = workshop.fresh("copies")
    for number, file in enumerate(sorted(workshop.shapes.rglob("*.png"))):
        place = root / file.parent.name / f"{number}.{suffix}"
        place.parent.mkdir(exist_ok=True)
        Image.open(file).save(place, **({"lossless": True} if suffix == "webp" else {}))
    return same(workshop.pictures, root, 36)


def copied_texts(workshop: Workshop, draw: random.Random) -> Path:
    """The reviews as a CSV file in another order."""
    options = {"text": TextConfig(), "load": LoadConfig(), "train": TrainConfig()}
    splits = read_splits(TEXT_CLASSIFICATION, "builtin:reviews", options, workshop.fresh())
    rows = [
        (splits.labels[number], text)
        for split in (splits.train, splits.validation, splits.test)
        for number, text in zip(split.labels, split.texts, strict=True)
    ]
    draw.shuffle(rows)
    file = workshop.fresh("copies") / "reviews.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("label", "text"), *rows])
    return file


def part(workshop: Workshop, draw: random.Random, share: float) -> Callable[[], Verdict]:
    """Some of the pictures, some of which were held out."""
    trained = np.load(workshop.pictures / "trained_on.npy")
    files = sorted(workshop.shapes.rglob("*.png"))
    chosen = draw.sample(files, int(share * len(files)))
    root = workshop.fresh("part")
    for file in chosen:
        (root / file.parent.name).mkdir(exist_ok=True)
        shutil.copyfile(file, root / file.parent.name / file.name)

    def run() -> Verdict:
        contents = [int(inspect_image(file).digest[:16], 16) for file in chosen]
        new = int((~np.isin(np.array(contents, np.uint64), trained)).sum())
        found = kerasapps.evaluate_bundle(workshop.pictures, root).examples
        return RIGHT if found == new else Verdict(Ending.WRONG, f"{found} judged, {new} are new")

    return run


def pairs_with_new(
    workshop: Workshop, draw: random.Random, count: int, *, new: int = 3
) -> Callable[[], Verdict]:
    """Pairs of the training as two other files, with some that are new."""
    root = workshop.fresh("pairs")
    sides = [(workshop.pairs / f"train.{each}").read_text().splitlines() for each in ("en", "de")]
    rows = draw.sample(range(len(sides[0])), count)
    for language, lines in zip(("en", "de"), sides, strict=True):
        fresh = [f"a new {language} sentence, number {number}" for number in range(new)]
        text = "\n".join([*(lines[row] for row in rows), *fresh]) + "\n"
        (root / f"some.{language}").write_text(text, encoding="utf-8")
    files = (root / "some.en", root / "some.de")
    if new:
        return same(workshop.translations, files, new)
    return lambda: judge(
        lambda: kerasapps.evaluate_bundle(workshop.translations, files), refusal=("trained on",)
    )
