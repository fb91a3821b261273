"""Pictures of classes, read and split; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import ImageConfig
from kerasapps.data.images.examples import ImageSplits
from kerasapps.data.images.labelled import load_labelled
from kerasapps.data.images.load import load_images
from kerasapps.outputs.classes.labelled import Labelled
from kerasapps.terminal import tell
from kerasapps.workflow.task import Options


def read(data: Any, options: Options, folder: Path) -> ImageSplits:
    """The pictures, split."""
    load, image, seed = options["load"], options["image"], options["train"].seed
    return load_images(data, config=load, image=image, seed=seed, work_dir=folder / "pictures")


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
