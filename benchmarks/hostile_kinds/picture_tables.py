"""A5: tables of pictures.

Tables in many forms that name twelve pictures: `check` must take them for pictures and find the
right label of each; `train sentiment` must refuse them; several labels must be called that.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from hostile_cases import Case, judge
from hostile_workshop import Workshop
from PIL import Image

import kerasapps
from kerasapps.config import LoadConfig
from kerasapps.data.images.decode import decode_image
from kerasapps.data.texts.sources import is_text_data
from tests.data.loading import load_images

HEADERS = [
    ("file_name", "label"), ("filename", "class"), ("image", "label"), ("id", "label"),
    ("filepath", "target"), ("path", "label"), ("img", "breed"), ("picture file", "kind of pet"),
]  # fmt: skip
FORMATS = (".csv", ".tsv", ".jsonl", ".parquet")
COUNT = 12


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Known tables, `variants` drawn ones, and those that must be refused."""
    for header in HEADERS:
        yield _readable(workshop, header, ".csv", "/", ["cat", "dog"])
    for suffix in FORMATS[1:]:
        yield _readable(workshop, HEADERS[1], suffix, "\\", ["cat", "dog"])
    for _ in range(variants):
        labels = draw.sample(["0", "1", "Süß", "a b", "cat", "10", "x-y"], 2)
        yield _readable(
            workshop, draw.choice(HEADERS), draw.choice(FORMATS), draw.choice("/\\"), labels
        )
        yield _one_hot(workshop, draw.sample(["cat", "dog", "emu", "fox"], 3), draw.choice("01"))
    yield _one_hot(workshop, ["cat", "dog"], "1")
    yield _without_suffix(workshop)
    yield _several_labels(workshop)
    yield _multi_hot(workshop)
    yield _sentiment(workshop, HEADERS[0])
    yield _sentiment(workshop, ("text", "label"))


def _readable(
    workshop: Workshop, header: tuple[str, str], suffix: str, separator: str, labels: list[str]
) -> Case:
    root = _pictures(workshop)
    rows = [
        {header[0]: f"all{separator}{number}.png", header[1]: labels[number % 2]}
        for number in range(COUNT)
    ]
    file = _write(root / f"table{suffix}", rows)
    return Case(
        f"{','.join(header)} in {suffix} with {separator}",
        lambda: judge(lambda: _found(file), right=_has(labels), refusal=None),
    )


def _one_hot(workshop: Workshop, classes: list[str], one: str) -> Case:
    root = _pictures(workshop)
    ones = {"0": ("1.0", "0.0"), "1": ("1", "0")}[one]
    rows = [
        {"filename": f"all/{number}.png"}
        | {each: ones[each != classes[number % len(classes)]] for each in classes}
        for number in range(COUNT)
    ]
    file = _write(root / "table.csv", rows)
    return Case(
        f"one-hot {', '.join(classes)}",
        lambda: judge(lambda: _found(file), right=_has(classes), refusal=None),
    )


def _without_suffix(workshop: Workshop) -> Case:
    rows = [{"id": str(number), "label": "ab"[number % 2]} for number in range(COUNT)]
    file = _write(_pictures(workshop) / "table.csv", rows)
    return Case(
        "id without folder and suffix",
        lambda: judge(lambda: _found(file), right=_has(["a", "b"]), refusal=None),
    )


def _several_labels(workshop: Workshop) -> Case:
    rows = [{"file": f"all/{n}.png", "label": "ab"[n % 2]} for n in range(COUNT)]
    file = _write(_pictures(workshop) / "table.csv", [*rows, {"file": "all/0.png", "label": "b"}])
    return Case(
        "a file under two labels",
        lambda: judge(lambda: _found(file), refusal=("several labels", "0.png")),
    )


def _multi_hot(workshop: Workshop) -> Case:
    rows = [{"file": f"all/{n}.png", "a": 1, "b": n % 2} for n in range(COUNT)]
    file = _write(_pictures(workshop) / "table.csv", rows)
    return Case(
        "several ones in a row",
        lambda: judge(lambda: _found(file), refusal=("several labels", "label_column")),
    )


def _sentiment(workshop: Workshop, header: tuple[str, str]) -> Case:
    rows = [{header[0]: f"all/{n}.png", header[1]: "ab"[n % 2]} for n in range(COUNT)]
    file = _write(_pictures(workshop) / "table.csv", rows)
    run = workshop.fresh("run") / "out"
    return Case(
        f"train sentiment on {','.join(header)}",
        lambda: judge(
            lambda: kerasapps.train_sentiment_classifier(file, output_dir=run),
            refusal=("picture files", "text_column"),
        ),
    )


def _pictures(workshop: Workshop) -> Path:
    root = workshop.fresh("table")
    (root / "all").mkdir()
    for number in range(COUNT):
        Image.fromarray(_pixels(number)).save(root / "all" / f"{number}.png")
    return root


def _pixels(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 256, (8, 8, 3), dtype=np.uint8)


def _write(file: Path, rows: list[dict[str, Any]]) -> Path:
    if file.suffix == ".parquet":
        import pyarrow
        from pyarrow import parquet

        parquet.write_table(pyarrow.Table.from_pylist(rows), file)
    elif file.suffix == ".jsonl":
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    else:
        between = "\t" if file.suffix == ".tsv" else ","
        lines = [list(rows[0]), *(list(map(str, row.values())) for row in rows)]
        file.write_text("".join(between.join(line) + "\n" for line in lines), encoding="utf-8")
    return file


def _found(file: Path) -> dict[bytes, str]:
    """Pixels → label, over all splits; texts are what it must not be taken for."""
    if is_text_data(file):
        return {}
    splits = load_images(file, config=LoadConfig(), seed=0, work_dir=file.parent / "work")
    return {
        decode_image(path, 3).tobytes(): splits.labels[label]
        for part in (splits.train, splits.validation, splits.test)
        for path, label in zip(part.paths, part.labels, strict=True)
    }


def _has(labels: list[str]) -> Callable[[dict[bytes, str]], bool]:
    expected = {_pixels(number).tobytes(): labels[number % len(labels)] for number in range(COUNT)}
    return lambda found: found == expected
