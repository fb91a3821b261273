"""What the names of shards tell: their split, their number, and how many there are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from kerasapps.data.sources.split_names import name_splits
from kerasapps.shards import named_format
from kerasapps.wording.harmless import printable
from kerasapps.wording.shortened import shortened

PART = re.compile(r"(?P<stem>.*)-(?P<number>\d{2,9})-of-(?P<count>\d{2,9})(?P<suffix>\..*)?")
"""The name of one of so many shards, "train-00003-of-00012.tfrecord"."""

_SHOWN = 5  # shards in a message


def splits_of(files: Sequence[Path], where: str) -> tuple[dict[Path, str], list[Path]]:
    """The split of each shard whose name, or else whose folder's, says one; and those left out."""
    for name_of in (lambda file: split_stem(file.name), lambda file: file.parent.name):
        named = name_splits({name_of(file) for file in files}, where=where)
        if named:
            splits = {file: named[name_of(file)] for file in files if name_of(file) in named}
            return splits, [file for file in files if file not in splits]
    return {}, []


def missing_parts(files: Iterable[Path]) -> list[str]:
    """Warnings of shards that others' names ("-00003-of-00012") say there are."""
    groups: dict[tuple[Path, str, int], set[int]] = defaultdict(set)
    for file in files:
        part = PART.fullmatch(file.name)
        if part:
            key = (file.parent, f"{part['stem']}{part['suffix'] or ''}", int(part["count"]))
            groups[key].add(int(part["number"]))
    told = []
    for (_, stem, count), numbers in groups.items():
        if len(numbers) < count:
            lacking = (number for number in range(count) if number not in numbers)
            shown = [str(number) for number, _ in zip(lacking, range(_SHOWN + 1))]  # noqa: B905
            more = count - len(numbers)
            listed = shortened(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")
            told.append(
                f"{more:,} of the {count:,} shards of {printable(stem)} are not read: {listed}"
            )
    return told


def split_stem(name: str) -> str:
    """What may name a split in a shard's name: without its number and its format's suffix."""
    part = PART.fullmatch(name)
    stem = part["stem"] if part else name
    kind = named_format(stem)
    return stem.rpartition(".")[0] if kind is not None or "." in stem else stem
