"""Texts of classes, read and split; without TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasapps.config import TextConfig
from kerasapps.data.examine import read_usable
from kerasapps.data.sources.shard_files import is_listed
from kerasapps.data.texts import steps
from kerasapps.data.texts.examples import TextSplits
from kerasapps.data.texts.sources import is_text_data
from kerasapps.recipes.answering import Known, answer_to, known_examples, known_of_split
from kerasapps.terminal.streams import tell

__all__ = ["KIND", "answer_to", "holds", "judged", "usable"]

KIND = steps


def holds(data: Any) -> bool:
    """Whether it is texts with labels, as far as a look tells; a plain file is, whatever is in it.

    Sentence pairs may look like them.
    """
    if is_text_data(data):
        return True
    is_file = isinstance(data, str | os.PathLike) and not is_listed(os.fsdecode(data))
    return is_file and Path(data).suffix.lower() == ".txt"


def judged(splits: TextSplits) -> Known:
    """The test split."""
    return known_of_split(splits.test.texts, splits)


def usable(data: Any, *, options: Mapping[str, Any], max_broken: float, folder: Path) -> Known:
    """All texts of some data; `options` says what a target is."""
    text = TextConfig(**options)
    collection, rows = read_usable(
        steps,
        data,
        options=text,
        max_broken=max_broken,
        work_dir=folder,
        tell=tell,
    )
    return known_examples(
        collection.texts.select(rows),
        [collection.labels[number] for number in collection.numbers[rows]],
        collection.exact[rows, 0],
        kind=text.target_kind or "class",
    )
