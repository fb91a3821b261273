"""A folder with all that the pages speak of, on tiny data."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.data.row_samples import columns
from tests.data.shard_samples import write_shards
from tests.recipes.audio_classification.tones import tone, write_tones
from tests.recipes.tagging.sentences import write_conll
from tests.shapes import COLOURS, shape_picture, write_shapes
from tests.words import word_pairs

KINDS = {
    "translation": r"en-de|(?<!hypermodel\(\")translation|train\.en",
    "rows": r"people|train.tabular",
    "tags": r"names\.conll|runs/names|train.tagg",
    "sounds": r"words more_words|runs/words|train.audio|\bwords\b.*recording|check words",
    "labels": r"flats",
    "numbers": r"stars",
    "texts": r"review|questions|sentiment|text-classification|lettres",
    "pictures": r"photos|image-classification|builtin:digits",
}
"""Kind of data → what stands in blocks about it; the first one that fits is meant."""

RUNS = {
    "pictures": "photos",
    "labels": "flats",
    "numbers": "stars",
    "texts": "reviews",
    "translation": "en-de",
    "rows": "people",
    "tags": "names",
    "sounds": "words",
}
"""Kind of data → the run under `runs/` that the pages have of it."""


def kind_of(text: str) -> str:
    """What a block, or a page, is about; "" for none of the kinds."""
    return next((kind for kind, words in KINDS.items() if re.search(words, text)), "")


def furnish(folder: Path, kind: str, bundle: Path | None = None) -> Path:
    """Lays all data, and the finished run of a kind, into a folder that is there."""
    for lay in (_pictures, _texts, _labels, _numbers, _translation, _rows, _tags, _sounds):
        lay(folder)
    if bundle is not None:
        shutil.copytree(bundle, folder / "runs" / RUNS[kind] / "bundle")
    return folder


def given_names(folder: Path) -> dict[str, Any]:
    """What blocks of Python may speak of without making it."""
    import numpy as np
    import tensorflow as tf

    images = np.stack([np.asarray(shape_picture("red", number)) for number in range(4)])
    films = [f"film {number} is {('bad', 'good')[number % 2]}" for number in range(40)]
    texts = tf.data.Dataset.from_tensor_slices((films, [0, 1] * 20))
    return {
        "pictures": [folder / "a.jpg", folder / "b.jpg"],
        "images": images,
        "labels": ["red"] * len(images),
        "texts": texts,
        "more_texts": texts.take(10).map(lambda text, label: (text + "!", label)),
    }


def _pictures(folder: Path) -> None:
    write_shapes(folder / "photos", per_class=16)
    files = sorted((folder / "photos").glob("*/*.png"))
    pets = [
        f"{file.relative_to(folder)},{file.parent.name},{1 + n / 7:.2f}"
        for n, file in enumerate(files)
    ]
    (folder / "pets.csv").write_text("\n".join(["file,breed,age", *pets, ""]), encoding="utf-8")
    for number, name in enumerate(("more_photos", "new_photos"), start=1):
        write_shapes(folder / name, per_class=3, first=1000 * number)
    for name, label in zip(("a.jpg", "b.jpg"), COLOURS, strict=False):
        shape_picture(label, 7).save(folder / name)
    records = [{"picture": file.read_bytes(), "breed": file.parent.name} for file in files]
    shards = write_shards(folder / "photo_shards", {"train": records}, name="tfrecord", each=50)
    (folder / "photo_shards.txt").write_text(
        "".join(f"{file.relative_to(folder)}\n" for file in shards)
    )
    (folder / "search.secret").write_text(64 * "5")


def _texts(folder: Path) -> None:
    import kerasapps.data

    built_in = Path(kerasapps.data.__file__).parent / "builtin" / "reviews.csv"
    for name in ("reviews.csv", "questions.csv"):
        shutil.copyfile(built_in, folder / name)
    french = "texte,avis\n" + 30 * "très bon film à voir,positif\nun été gâché,négatif\n"
    for number in range(60):  # all different, as copies are left out
        french += f"café déjà vu numéro {number},{'positif' if number % 2 else 'négatif'}\n"
    (folder / "lettres.csv").write_text(french, encoding="cp850")
    words = {word for text in built_in.read_text("utf-8").split("\n") for word in text.split()}
    vectors = "".join(f"{word} {'0.5 ' * 99}0.5\n" for word in sorted(words)[:50])
    (folder / "glove.6B.100d.txt").write_text(vectors, encoding="utf-8")


def _labels(folder: Path) -> None:
    labels = ("bright", "garage", "garden")
    for name, first in (("flats.csv", 0), ("more_flats.csv", 1000)):
        rows = [("text", "labels")]
        for number in range(first, first + 80):
            given = [label for place, label in enumerate(labels) if number >> place & 1]
            rows.append((f"flat {number} with {' and '.join(given) or 'a door'}", "|".join(given)))
        _write_table(folder / name, rows)


def _numbers(folder: Path) -> None:
    for name, first in (("stars.csv", 0), ("more_stars.csv", 1000)):
        rows = [("text", "stars")]
        for number in range(first, first + 80):
            good = number % 4
            rows.append((f"film {number} is {'very ' * good}good", f"{good + number / 1000:.3f}"))
        _write_table(folder / name, rows)


def _write_table(file: Path, rows: Iterable[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def _translation(folder: Path) -> None:
    pairs = word_pairs(160)
    for name, some in (("train", pairs[40:]), ("new", pairs[:40])):
        for side, language in enumerate(("en", "de")):
            lines = "".join(f"{pair[side]}\n" for pair in some)
            (folder / f"{name}.{language}").write_text(lines, encoding="utf-8")
    for name in ("more_pairs.tsv", "corpus.tsv"):
        rows = "".join("\t".join(pair) + "\n" for pair in pairs)
        (folder / name).write_text(f"en\tde\n{rows}", encoding="utf-8")
    (folder / "source.txt").write_text("two green dog\none red house\n", encoding="utf-8")


def _rows(folder: Path) -> None:
    for name, count, seed in (("people.csv", 120, 0), ("new.csv", 3, 1)):
        table = columns(count, seed=seed)
        income = table.pop("y")
        table = {each: table[each] for each in ("age", "job", "since")} | {"income": income}
        _write_table(folder / name, [tuple(table), *zip(*table.values(), strict=True)])


def _tags(folder: Path) -> None:
    for name, seed in (("names.conll", 0), ("more.conll", 1)):
        write_conll(folder / name, 60, seed=seed)


def _sounds(folder: Path) -> None:
    import numpy as np
    import soundfile

    write_tones(folder / "words", per_class=16)
    write_tones(folder / "more_words", per_class=2)
    soundfile.write(folder / "yes.wav", tone("high", 7), 4000)
    long = np.concatenate([tone(each, 8, seconds=1.0) for each in ("low", "high")])
    soundfile.write(folder / "recording.wav", long, 4000)
