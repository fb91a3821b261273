"""D: given splits and fingerprints.

A split that the data brings along is never replaced, and what changes the data changes its
fingerprint.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from hostile_cases import Case, Verdict, judge
from hostile_workshop import Workshop

from hostile_kinds.split_names import write_pictures
from kerasapps.config import LoadConfig, TextConfig
from kerasapps.data.splits import Splits
from tests.data.loading import load_images, load_texts

_SPLITS = ("train", "validation", "test")
_HEADER = ("text", "label", "split")


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Tables of texts and folders of pictures."""
    for split in _SPLITS:
        yield Case(f"all texts of {split} are empty", partial(_broken_texts, workshop, split))
        yield Case(f"all pictures of {split} are cut", partial(_broken_pictures, workshop, split))
    for split in ("validation", "test"):
        yield Case(f"{split} has unknown classes only", partial(_unknown, workshop, split))
    for name in ("split", "Split", "SPLIT", *(_any_case(draw, "split") for _ in range(variants))):
        yield Case(f"a column {name}", partial(_column, workshop, name))
    for name in ("text", "label", "split"):
        yield Case(f"two columns {name}", partial(_doubled, workshop, name))
    for _ in range(1 + variants):
        row = draw.randrange(60)
        yield Case(f"row {row} is changed", partial(_changed, workshop, row, draw.choice("tls")))
    yield Case("a picture is relabelled", partial(_relabelled, workshop))


def _any_case(draw: random.Random, word: str) -> str:
    return "".join(draw.choice((each.lower(), each.upper())) for each in word)


def _rows() -> list[list[str]]:
    return [
        [f"text number {n} of many", ("neg", "pos")[n % 2], _SPLITS[n // 2 % 3]] for n in range(60)
    ]


def _write(folder: Path, header: tuple[str, ...], rows: list[list[str]]) -> Path:
    with (folder / "a.csv").open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return folder / "a.csv"


def _texts(path: Path, **options: Any) -> Splits[Any]:
    config = LoadConfig(max_broken=1, **options)
    work = path.parent / "work"
    return load_texts(path, config=config, text=TextConfig(), seed=0, work_dir=work)


def _pictures(root: Path) -> Splits[Any]:
    config = LoadConfig(max_broken=1)
    return load_images(root, config=config, seed=0, work_dir=root.parent / "work")


def _broken_texts(workshop: Workshop, split: str) -> Verdict:
    rows = [[text if name != split else "", label, name] for text, label, name in _rows()]
    path = _write(workshop.fresh(), _HEADER, rows)
    return judge(lambda: _texts(path), refusal=("no usable text", split))


def _broken_pictures(workshop: Workshop, split: str) -> Verdict:
    root = workshop.fresh()
    for name in _SPLITS:
        write_pictures(root / name, 6)
    for file in (root / split).rglob("*.png"):
        file.write_bytes(file.read_bytes()[:40])
    return judge(lambda: _pictures(root), refusal=("no usable picture", split))


def _unknown(workshop: Workshop, split: str) -> Verdict:
    rows = [
        [text, f"new {label}" if name == split else label, name] for text, label, name in _rows()
    ]
    path = _write(workshop.fresh(), _HEADER, rows)
    refusal = (f"{split} has no text of a class that train has",)
    return judge(lambda: _texts(path, unknown_classes="skip"), refusal=refusal)


def _column(workshop: Workshop, name: str) -> Verdict:
    path = _write(workshop.fresh(), ("text", "label", name), _rows())
    return judge(
        lambda: _texts(path),
        right=lambda splits: len(splits.train) == len(splits.test) == 20,
        refusal=None,
    )


def _doubled(workshop: Workshop, name: str) -> Verdict:
    rows = [[*row, row[_HEADER.index(name)]] for row in _rows()]
    path = _write(workshop.fresh(), (*_HEADER, name), rows)
    return judge(lambda: _texts(path), refusal=("2 columns", name))


def _changed(workshop: Workshop, row: int, what: str) -> Verdict:
    """The text, the label or the split of one row is another."""
    folder, rows = workshop.fresh(), _rows()

    def fingerprints() -> list[str]:
        found = [_texts(_write(folder, _HEADER, some)).fingerprint for some in (rows, rows[::-1])]
        text, label, split = rows[row]
        changed = {
            "t": [f"{text}!", label, split],
            "l": [text, "neg" if label == "pos" else "pos", split],
            "s": [text, label, "train" if split == "test" else "test"],
        }
        rows[row] = changed[what]
        return [*found, _texts(_write(folder, _HEADER, rows)).fingerprint]

    return judge(fingerprints, right=lambda found: found[0] == found[1] != found[2], refusal=None)


def _relabelled(workshop: Workshop) -> Verdict:
    root = workshop.fresh()
    for name in _SPLITS:
        write_pictures(root / name, 6)

    def fingerprints() -> list[str]:
        before = _pictures(root).fingerprint
        moved = next((root / "train" / "cat").iterdir())
        moved.rename(root / "train" / "dog" / moved.name)
        return [before, _pictures(root).fingerprint]

    return judge(fingerprints, right=lambda found: len(set(found)) == 2, refusal=None)
