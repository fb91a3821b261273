"""Shards of pictures, texts and pairs for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from kerasapps.shards import FORMATS, Record
from tests.data.pictures import write_picture
from tests.shards.shards_made import make_shard

LABELS = ("cat", "dog")


def picture_records(folder: Path, numbers: Sequence[int]) -> list[Record]:
    """A picture and the name of its class each."""
    records: list[Record] = []
    for number in numbers:
        file = write_picture(folder / "originals" / f"{number}.png", number)
        records.append({"png": file.read_bytes(), "label": LABELS[number % 2]})
    return records


def text_records(numbers: Sequence[int]) -> list[Record]:
    """A text and the name of its class each."""
    words = ("good", "bad")
    return [
        {"text": f"It was {words[number % 2]}, said number {number}.", "label": words[number % 2]}
        for number in numbers
    ]


def write_shards(
    folder: Path, parts: Mapping[str, Sequence[Record]], *, name: str, each: int = 6
) -> list[Path]:
    """Shards of splits, `TRAIN-00000-of-00002` and so on, with so many records each."""
    files = []
    for split, records in parts.items():
        groups = [records[start : start + each] for start in range(0, len(records), each)]
        for number, group in enumerate(groups):
            stem = f"{split}-{number:05d}-of-{len(groups):05d}"
            file = folder / f"{stem}{FORMATS[name].suffix}"
            make_shard(file, group, name=name)
            files.append(file)
    return files


def labels_file(file: Path, names: Sequence[str]) -> None:
    """As TFDS writes the names of classes beside shards."""
    file.write_text("\n".join(names) + "\n", encoding="utf-8")


def hugging_face(column: str, names: Sequence[str]) -> dict[bytes, bytes]:
    """As its package notes them in Parquet files."""
    feature = {column: {"names": list(names), "_type": "ClassLabel"}}
    return {b"huggingface": json.dumps({"info": {"features": feature}}).encode()}
