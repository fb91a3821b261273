"""Pictures of classes, read and split; without TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import ImageConfig
from kerasapps.data.images import steps
from kerasapps.data.images.examples import ImageSplits
from kerasapps.data.images.labelled import load_labelled
from kerasapps.data.pairs.kinds import is_pair_data
from kerasapps.data.sources.forms import data_path
from kerasapps.data.sources.picture_formats import is_picture_file
from kerasapps.data.sources.walk import files_below
from kerasapps.data.texts.sources import is_text_data
from kerasapps.files.paths import is_named
from kerasapps.outputs.classes.labelled import Labelled
from kerasapps.terminal.streams import tell

KIND = steps


def holds(data: Any) -> bool:
    """Whether it is a folder with pictures, or anything else that is neither texts nor pairs."""
    if isinstance(data, str | os.PathLike) and not is_named(os.fspath(data)):
        folder = data_path(data)
        if folder.is_dir():
            return any(map(is_picture_file, files_below(folder)))
    return not is_text_data(data) and not is_pair_data(data)


def judged(splits: ImageSplits) -> Labelled:
    """The test split."""
    test = splits.test
    return Labelled(test.paths, [splits.labels[number] for number in test.labels], test.contents)


def usable(data: Any, *, options: Mapping[str, Any], max_broken: float, folder: Path) -> Labelled:
    """All pictures of some data."""
    pictures = load_labelled(
        data, max_broken=max_broken, work_dir=folder, image=ImageConfig(**options), tell=tell
    )
    return Labelled(
        [picture.entry.path for picture in pictures],
        [picture.entry.label for picture in pictures],
        np.array([picture.content for picture in pictures], np.uint64),
    )
