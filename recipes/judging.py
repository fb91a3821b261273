"""Labelled examples to judge a finished bundle on; no TensorFlow is imported."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.config import TextConfig
from kerasapps.data.examples import ImageSplits, TextSplits
from kerasapps.data.labelled import load_labelled
from kerasapps.data.text_load import load_labelled_texts
from kerasapps.deploy.manifest import Manifest
from kerasapps.errors import ConfigError

from .settings import source_of
from .terminal import say
from .training_data import load_training_images, load_training_texts


@dataclass(frozen=True)
class Labelled:
    """Raw inputs, one label each.

    Attributes:
        inputs: picture files, or texts.
        labels: class names.
    """

    inputs: Sequence[Any]
    labels: Sequence[str]


def labelled_examples(
    manifest: Manifest,
    data: Any,
    *,
    columns: Mapping[str, str | None],
    max_broken: float,
    scratch: Path,
) -> Labelled:
    """The examples of `data` that a bundle was not trained on, as far as that is known.

    Args:
        manifest: of the bundle.
        data: any form that training takes.
        columns: `text_column` and `label_column`, None where they are to be guessed.
        max_broken: share of unreadable examples that is skipped before it is an error.
        scratch: where examples that are not files yet are written.

    Raises:
        ConfigError: if columns are named for pictures.
        DataError: if the data cannot be used.
    """
    named: dict[str, Any] = {name: each for name, each in columns.items() if each is not None}
    is_text = manifest.task == "sentiment"
    if named and not is_text:
        raise ConfigError(f"{', '.join(named)} is for texts; {manifest.folder} is for pictures.")
    if isinstance(data, str | os.PathLike) and source_of(data) == manifest.data["source"]:
        say("The bundle was trained on this data: what was held out for testing is judged.")
        return _held_out(manifest, data, scratch, is_text=is_text)
    if not is_text:
        entries = load_labelled(data, max_broken=max_broken, work_dir=scratch)
        return Labelled([entry.path for entry in entries], [entry.label for entry in entries])
    text = TextConfig(**named)
    found = load_labelled_texts(data, text=text, max_broken=max_broken, work_dir=scratch)
    return Labelled(found.texts, found.labels)


def _held_out(manifest: Manifest, data: Any, scratch: Path, *, is_text: bool) -> Labelled:
    """What training left for testing."""
    splits: ImageSplits | TextSplits
    inputs: Sequence[Any]
    if is_text:
        splits = load_training_texts(manifest, data, scratch)
        inputs = splits.test.texts
    else:
        splits = load_training_images(manifest, data, scratch)
        inputs = splits.test.paths
    if splits.fingerprint != manifest.data["fingerprint"]:
        say("The data has changed since: some of what is judged may have been trained on.")
    return Labelled(inputs, [splits.labels[number] for number in splits.test.labels])
