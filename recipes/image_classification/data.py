"""Pictures of classes, read and split; without TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasapps.config import ImageConfig
from kerasapps.data.images import steps
from kerasapps.data.images.examples import ImageSplits
from kerasapps.data.images.labelled import load_labelled
from kerasapps.data.pairs.kinds import is_pair_data
from kerasapps.data.sources.forms import data_path
from kerasapps.data.sources.picture_formats import is_picture_file
from kerasapps.data.sources.shard_files import holds_shards
from kerasapps.data.sources.walk import files_below
from kerasapps.data.texts.sources import is_text_data
from kerasapps.files.paths import is_named
from kerasapps.recipes.answering import Known, answer_to, known_examples, known_of_split
from kerasapps.terminal.streams import tell

__all__ = ["KIND", "answer_to", "holds", "judged", "usable"]

KIND = steps


def holds(data: Any) -> bool:
    """Whether it is a folder with pictures, or anything else that is neither texts nor pairs."""
    if isinstance(data, str | os.PathLike) and not is_named(os.fspath(data)):
        folder = data_path(data)
        if folder.is_dir() and not holds_shards(folder, parquet=True):
            return any(map(is_picture_file, files_below(folder)))
    return not is_text_data(data) and not is_pair_data(data)


def judged(splits: ImageSplits) -> Known:
    """The test split."""
    return known_of_split(splits.test.paths, splits)


def usable(data: Any, *, options: Mapping[str, Any], max_broken: float, folder: Path) -> Known:
    """All pictures of some data; `options` says what a target is."""
    image = ImageConfig(**options)
    pictures = load_labelled(data, max_broken=max_broken, work_dir=folder, image=image, tell=tell)
    return known_examples(
        pictures.entries.places,
        [pictures.entries.labels[code] for code in pictures.entries.codes],
        pictures.contents,
        kind=image.target_kind or "class",
    )
