"""The data of each task, read and split as the options say; without TensorFlow."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, Protocol

from kerasapps.data.examples import ExamplesT, ImageSplits, PairSplits, Splits, TextSplits
from kerasapps.data.images.load import load_images
from kerasapps.data.pairs.load import load_pairs
from kerasapps.data.texts.load import load_texts
from kerasapps.deploy.manifest import Manifest
from kerasapps.workflow.options import Options, options_of

UNPROVEN = (
    "there is no test split (test_split=0): figures and files are judged on the validation split, "
    "on which training is stopped and the best epoch is chosen. How good the model is on data that "
    "it never met is unproven; judge it with evaluate on such data"
)


class ReadExamples(Protocol):
    """Raw files → examples, split by `options["load"]` and the training's seed."""

    def __call__(self, data: Any, options: Options, folder: Path) -> Splits[Any, Any]:
        """The splits; `folder` is scratch space that must outlive them."""


def read_pictures(data: Any, options: Options, folder: Path) -> ImageSplits:
    """The pictures, split."""
    load, image, seed = options["load"], options["image"], options["train"].seed
    return judgeable(
        load_images(data, config=load, image=image, seed=seed, work_dir=folder / "pictures")
    )


def read_texts(data: Any, options: Options, folder: Path) -> TextSplits:
    """The texts, split."""
    load, text, seed = options["load"], options["text"], options["train"].seed
    return judgeable(load_texts(data, config=load, text=text, seed=seed, work_dir=folder / "texts"))


def read_pairs(data: Any, options: Options, folder: Path) -> PairSplits:
    """The sentence pairs, split."""
    load, translation, seed = options["load"], options["translation"], options["train"].seed
    return judgeable(
        load_pairs(data, config=load, translation=translation, seed=seed, work_dir=folder / "pairs")
    )


def judgeable(splits: Splits[ExamplesT, Any]) -> Splits[ExamplesT, Any]:
    """The splits, with validation and a warning in the place of a test split that lacks."""
    if len(splits.test):  # type: ignore[arg-type]
        return splits
    audit = splits.audit
    audit = dataclasses.replace(audit, warnings=(*audit.warnings, UNPROVEN))
    return dataclasses.replace(splits, test=splits.validation, audit=audit)


def trained_on(
    manifest: Manifest,
    data: Any,
    folder: Path,
    *,
    read: ReadExamples,
    max_broken: float = 0.0,
) -> Splits[Any, Any]:
    """The data that a finished bundle was trained on, split as it was then.

    Args:
        manifest: of the bundle.
        data: any form that training takes.
        folder: scratch space.
        read: reads data of the bundle's task.
        max_broken: share of unreadable examples that is skipped, if it is more than in training.
    """
    options = options_of(manifest)
    load = options["load"]
    load = dataclasses.replace(load, max_broken=max(load.max_broken, max_broken))
    return read(data, {**options, "load": load}, folder)
