"""Wrong labels and near-duplicates that are planted, and how many of them `check --deep` finds.

    python benchmarks/label_errors.py labels DATA [--task NAME] [--minutes 10] [--share 0.05]
    python benchmarks/label_errors.py pictures FOLDER [--planted 100]
    python benchmarks/label_errors.py texts FILE [--planted 100]

Prints one row of a Markdown table for each. `DATA` has classes; nothing is written to it.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from kerasapps.config import LoadConfig, TrainConfig
from kerasapps.data.images.decode import small_picture
from kerasapps.data.near.planes import SIDE, near_planes
from kerasapps.data.near.words import near_texts
from kerasapps.data.sources.clean import fold_text
from kerasapps.data.splits import Splits
from kerasapps.recipes.registry import find_task, guess_task
from kerasapps.workflow.deep.labels import label_doubts
from kerasapps.workflow.reading import read_splits

_LEAST = 0.8  # as in kerasapps.data.images.near


def flipped(splits: Splits[Any], share: float, seed: int) -> tuple[Splits[Any], set[str]]:
    """The splits with a share of all labels drawn anew, and where these are."""
    random, where, parts = np.random.default_rng(seed), set[str](), dict[str, Any]()
    for name in ("train", "validation", "test"):
        examples = getattr(splits, name)
        labels = np.asarray(examples.labels).copy()
        rows = random.permutation(len(labels))[: round(share * len(labels))]
        labels[rows] += random.integers(1, len(splits.labels), len(rows)).astype(labels.dtype)
        labels %= len(splits.labels)
        where |= {examples.origin(int(row)) for row in rows}
        told = tuple(labels.tolist()) if isinstance(examples.labels, tuple) else labels
        parts[name] = dataclasses.replace(examples, labels=told)
    return dataclasses.replace(splits, **parts), where


def labels_row(data: str, task: str | None, minutes: float, share: float, seed: int) -> str:
    """Precision and recall of the list of doubtful labels."""
    chosen = guess_task(data) if task is None else find_task(task)
    options = {**chosen.defaults, "load": LoadConfig(), "train": TrainConfig(seed=seed)}
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        splits, wrong = flipped(read_splits(chosen, data, options, work / "data"), share, seed)
        began = time.monotonic()
        found = label_doubts(chosen, splits, {}, minutes=minutes, seed=seed, folder=work / "folds")
        taken = time.monotonic() - began
    named = [each.where for each in found.doubts]
    hits = len(wrong & {*named})
    first = len(wrong & {*named[: len(wrong)]})
    return (
        f"| {data} | {len(wrong)} | {len(named)} | {hits / max(len(named), 1):.1%} | "
        f"{hits / len(wrong):.1%} | {first / len(wrong):.1%} | {taken / 60:.1f} min |"
    )


def changed_picture(image: Image.Image, way: int, random: np.random.Generator) -> bytes:
    """A picture scaled to 0.6, saved with quality 40, or cropped by 5 % of its sides."""
    wide, high = image.size
    if way == 0:
        image = image.resize((max(8, round(0.6 * wide)), max(8, round(0.6 * high))))
    if way == 2:
        left, top = random.integers(0, [max(2, wide // 20 + 1), max(2, high // 20 + 1)])
        width, height = wide - max(1, wide // 20), high - max(1, high // 20)
        left, top = min(left, wide - width), min(top, high - height)
        image = image.crop((left, top, left + width, top + height))
    image.save(stream := io.BytesIO(), "JPEG", quality=40 if way == 1 else 90)
    return stream.getvalue()


def pictures_row(folder: str, planted: int, seed: int) -> str:
    """Recall of planted pictures, and how many pairs are found among the others."""
    random = np.random.default_rng(seed)
    files = sorted(file for file in Path(folder).rglob("*.*") if file.is_file())
    began = time.monotonic()
    planes = [small_picture(file, SIDE) for file in files]
    for number, row in enumerate(random.permutation(len(files))[:planted].tolist()):
        with Image.open(files[row]) as image:
            content = changed_picture(image.convert("RGB"), number % 3, random)
        planes.append(small_picture(content, SIDE))
    pairs = near_planes(np.stack(planes), np.empty(0, np.uint64), least=_LEAST)
    taken = time.monotonic() - began
    found = {*pairs.second.tolist()} & {*range(len(files), len(planes))}
    others = int((pairs.second < len(files)).sum())
    return f"| {folder} | {len(files):,} | {len(found)} of {planted} | {others:,} | {taken:.0f} s |"


def texts_row(file: str, planted: int, seed: int) -> str:
    """Recall of planted texts, re-cased and with one word changed in turn."""
    random = np.random.default_rng(seed)
    task = find_task("text_classification")
    options = {**task.defaults, "train": TrainConfig(seed=seed)}
    with tempfile.TemporaryDirectory() as scratch:
        splits = read_splits(task, file, options, Path(scratch))
        parts = (splits.train, splits.validation, splits.test)
        texts = [text for part in parts for text in part.texts]
    words = " ".join(texts).split()
    copies: list[tuple[int, str]] = []
    for number, row in enumerate(random.permutation(len(texts))[:planted].tolist()):
        each = texts[row].split()
        if number % 2:
            each[random.integers(len(each))] = words[random.integers(len(words))]
        copies.append((row, " ".join(each) if number % 2 else texts[row].upper()))
    began = time.monotonic()
    pairs = near_texts([*texts, *(text for _, text in copies)])
    taken = time.monotonic() - began
    found = {*pairs.second.tolist()}
    # A text in other case is found by the audit itself, as before.
    hits = sum(
        len(texts) + place in found or fold_text(texts[row]) == fold_text(text)
        for place, (row, text) in enumerate(copies)
    )
    others = int((pairs.second < len(texts)).sum())
    return f"| {file} | {len(texts):,} | {hits} of {planted} | {others:,} | {taken:.1f} s |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the row that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("labels", "pictures", "texts"))
    parser.add_argument("data")
    parser.add_argument("--task")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument("--planted", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    if asked.what == "labels":
        print(labels_row(asked.data, asked.task, asked.minutes, asked.share, asked.seed))
    elif asked.what == "pictures":
        print(pictures_row(asked.data, asked.planted, asked.seed))
    else:
        print(texts_row(asked.data, asked.planted, asked.seed))


if __name__ == "__main__":
    main()
