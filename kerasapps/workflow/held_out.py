"""Examples to judge a finished bundle on: not those that it was trained on, as far as is known."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.checks import tell_reading
from kerasapps.data.packed.kinds import packing_of
from kerasapps.data.packed.pack_file import read_pack_file
from kerasapps.data.packed.read import all_examples, packed_alone, read_packed
from kerasapps.data.sources.forms import two_files
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.deploy.manifest import Manifest
from kerasapps.terminal.streams import tell
from kerasapps.workflow.options import option_fields, options_of
from kerasapps.workflow.reading import read_splits, trained_on
from kerasapps.workflow.settings import source_of
from kerasapps.workflow.steps import Options, Usable
from kerasapps.workflow.task import Task
from kerasapps.workflow.trained_contents import (
    Contents,
    as_often,
    knows_contents,
    rows_not_trained_on,
    trained_contents,
)

Digest: TypeAlias = Callable[[Any], Contents | None]
"""uint64 `(n,)`, of each of the examples; None where they cannot be compared."""


def usable_examples(
    task: Task,
    manifest: Manifest,
    data: Any,
    *,
    options: Mapping[str, Any],
    max_broken: float,
    scratch: Path,
    usual: Mapping[str, Any] = MappingProxyType({}),
    digest: Digest | None = None,
) -> Any:
    """The examples of `data` that a bundle was not trained on.

    What was held out for testing is used where that is known: the test split of the data that the
    bundle was trained on. Otherwise it is all of the data, but for what was trained on.

    Args:
        task: of the bundle.
        manifest: of the bundle.
        data: any form that training takes.
        options: fields of the task's config that say how the data is read.
        max_broken: share of unreadable examples that is skipped before it is an error.
        scratch: where examples that are not files yet are written.
        usual: options that hold where `options` and the data are silent, such as the languages that
            the bundle was trained on.
        digest: where equal examples are cases of their own: of each that was trained on no more
            are left out than were trained on.

    Returns:
        What the task's `data.usable` gives.

    Raises:
        DataError: if the data cannot be used, or all of it was trained on.
    """
    splits = held_out(task, manifest, data, scratch, options=options, max_broken=max_broken)
    examples: Usable
    if splits is not None:
        examples = task.data.judged(splits)
    else:
        reading = {**usual, **options}
        packed = packed_alone(data)
        if packed is not None:
            examples = _judged_of_pack(task, packed, task.options(**reading))
        else:
            examples = task.data.usable(
                data, options=reading, max_broken=max_broken, folder=scratch
            )
    contents = examples.contents if digest is None else digest(examples)
    if contents is None or not len(contents):
        return examples
    trained = trained_contents(manifest)
    if not len(trained):
        if splits is None:
            tell(
                f"Warning: the bundle does not know which {task.noun} it was trained on; those "
                "that are among these are judged too. Train it anew to have them left out."
            )
        return examples
    if digest is None:
        known = np.isin(contents, trained)
    else:
        known = as_often(contents, _not_there(trained, splits))
    return examples.of(rows_not_trained_on(manifest, known, noun=task.noun))


def _judged_of_pack(task: Task, folder: Path, options: Any) -> Usable:
    """The test split that packed data came with, or all of it: what packing drew is of training."""
    packed = read_packed(folder, kind=task.data.KIND, options=options, config=LoadConfig())
    brought = {split for split in SPLITS if split not in packed.file.drawn}
    tell_reading(packed.audit.guesses, (), brought, tell=tell)
    splits = packed.splits
    if "test" in packed.file.drawn or not len(splits.test):
        examples = all_examples(folder, packed.file, packing_of(task.data.KIND))
        splits = dataclasses.replace(splits, test=examples)
    return task.data.judged(splits)


def _not_there(trained: Contents, splits: Splits[Any] | None) -> Contents:
    """What was trained on but for what is in the splits of training: its copies are others."""
    if splits is None:
        return trained
    there = np.concatenate([splits.train.contents, splits.validation.contents])
    return trained[~as_often(trained, there)]


def held_out(
    task: Task,
    manifest: Manifest,
    data: Any,
    scratch: Path,
    *,
    options: Mapping[str, Any],
    max_broken: float,
) -> Splits[Any] | None:
    """The splits of the training where `data` is what the bundle was trained on, else None.

    Args:
        task: of the bundle.
        manifest: of the bundle.
        data: any form that training takes.
        scratch: where examples that are not files yet are written.
        options: how the data is to be read; where the training read it otherwise, it is other data.
        max_broken: share of unreadable examples that is skipped, if it is more than in training.
    """
    packed = packed_alone(data)
    if packed is not None and read_pack_file(packed).fingerprint == manifest.data["fingerprint"]:
        # The very splits, wherever the folder lies, and however what was packed was read.
        splits = read_splits(task, data, task.defaults, scratch)
        return _told(splits, manifest)
    can_be_found_again = isinstance(data, str | os.PathLike) or two_files(data)
    if not can_be_found_again or source_of(data) != manifest.data["source"]:
        return None
    if not _reads_so(options_of(task, manifest), options):
        return None
    splits = trained_on(task, manifest, data, scratch, max_broken=max_broken, compare=False)
    return _told(splits, manifest)


def _told(splits: Splits[Any], manifest: Manifest) -> Splits[Any]:
    """The splits that a bundle was trained on, of which is said what is judged."""
    if splits.judged_on == "test":
        tell("The bundle was trained on this data: what was held out for testing is judged.")
    else:
        tell("The bundle was trained on this data, and none of it was held out for testing.")
    if splits.fingerprint != manifest.data["fingerprint"]:
        left = "what was trained on is left out of what is judged."
        unknown = "some of what is judged may have been trained on."
        tell(f"The data has changed since: {left if knows_contents(manifest) else unknown}")
    return splits


def _reads_so(trained: Options, options: Mapping[str, Any]) -> bool:
    sections = option_fields(trained)
    return all(getattr(trained[sections[name]], name) == options[name] for name in options)
