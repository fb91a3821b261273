"""Labelled examples to judge a finished bundle on; no TensorFlow is imported."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.config import LoadConfig, TextConfig
from kerasapps.data.labelled import load_labelled
from kerasapps.data.load import load_images
from kerasapps.data.text_load import load_labelled_texts, load_texts
from kerasapps.deploy.manifest import Manifest
from kerasapps.errors import ConfigError

from .settings import source_of
from .terminal import say


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
    named = {name: column for name, column in columns.items() if column is not None}
    is_text = manifest.task == "sentiment"
    if named and not is_text:
        raise ConfigError(f"{', '.join(named)} is for texts; {manifest.folder} is for pictures.")
    if isinstance(data, str | os.PathLike) and source_of(data) == manifest.data["source"]:
        say("The bundle was trained on this data: what was held out for testing is judged.")
        return (_held_out_texts if is_text else _held_out_pictures)(manifest, data, scratch)
    if not is_text:
        entries = load_labelled(data, max_broken=max_broken, work_dir=scratch)
        return Labelled([entry.path for entry in entries], [entry.label for entry in entries])
    text = TextConfig(**named)
    found = load_labelled_texts(data, text=text, max_broken=max_broken, work_dir=scratch)
    return Labelled(found.texts, found.labels)


def _held_out_texts(manifest: Manifest, data: Any, scratch: Path) -> Labelled:
    settings = manifest.settings
    splits = load_texts(
        data,
        config=LoadConfig(**settings["load"]),
        text=TextConfig(**settings["text"]),
        seed=settings["train"]["seed"],
        work_dir=scratch,
    )
    _tell_changes(manifest, splits.fingerprint)
    return Labelled(splits.test.texts, [splits.labels[number] for number in splits.test.labels])


def _held_out_pictures(manifest: Manifest, data: Any, scratch: Path) -> Labelled:
    settings = manifest.settings
    splits = load_images(
        data,
        config=LoadConfig(**settings["load"]),
        seed=settings["train"]["seed"],
        work_dir=scratch,
    )
    _tell_changes(manifest, splits.fingerprint)
    return Labelled(splits.test.paths, [splits.labels[number] for number in splits.test.labels])


def _tell_changes(manifest: Manifest, fingerprint: str) -> None:
    if fingerprint != manifest.data["fingerprint"]:
        say("The data has changed since: some of what is judged may have been trained on.")
