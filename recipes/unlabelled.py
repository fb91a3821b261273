"""What tasks share that read examples without labels: in which form these were given."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from numpy.typing import NDArray

from kerasapps.config.targets import TargetKind
from kerasapps.data.sources.column_choice import LABEL_NAMES
from kerasapps.data.sources.forms import data_path, is_dataset, is_folder
from kerasapps.data.sources.shard_files import is_listed, is_pattern
from kerasapps.evaluation.logits import logits_of
from kerasapps.files.paths import is_named
from kerasapps.outputs.temperature import class_temperature, label_temperature
from kerasapps.workflow.bulk.feed import Item, Part

FEWEST: Final = 20
"""Labelled examples by which scores are made as sure as they are right: fewer than for what ships,
as nobody is shown these scores."""


class Place(NamedTuple):
    """Where unlabelled data lies.

    Attributes:
        argument: as `predict` takes it.
        folder: it is, or None.
    """

    argument: str
    folder: Path | None


def place_of(data: Any) -> Place | None:
    """Where it lies, if it is something that `predict` reads; None if only training reads it.

    Raises:
        DataError: if there is nothing.
    """
    if not isinstance(data, str | os.PathLike):
        return None
    name = os.fsdecode(data)
    if is_named(name):
        return None
    if is_listed(name) or is_pattern(name):
        return Place(name, None)
    path = data_path(name).absolute()
    return Place(str(path), path if is_folder(path) else None)


def inputs_of(data: Any) -> Sequence[Any] | None:
    """The inputs that a program gives, with labels or without; None of any other form.

    Args:
        data: a list or an array of inputs, a tuple of inputs and their labels, or a list of such
            tuples.
    """
    if is_dataset(data) or isinstance(data, str | bytes | os.PathLike):
        return None
    if isinstance(data, tuple) and len(data) == 2 and not isinstance(data[0], str | bytes):
        inputs: Sequence[Any] = data[0]
        return inputs
    if isinstance(data, list) and data and isinstance(data[0], tuple):
        return [each[0] for each in data]
    return data if isinstance(data, list | tuple) or hasattr(data, "shape") else None


def has_labels(data: Any) -> bool:
    """Whether what `inputs_of` reads has labels beside the inputs."""
    return isinstance(data, tuple) or (bool(len(data)) and isinstance(data[0], tuple))


def names_label(part: Part, named: str | None) -> bool:
    """Whether a table has a column of labels.

    Args:
        part: the table.
        named: the user's `label_column`.
    """
    usual = {*LABEL_NAMES, *([] if named is None else [named.lower()])}
    return any(column.strip().lower() in usual for column in part.columns)


def temperature(truth: NDArray[Any], scores: NDArray[Any], *, kind: TargetKind) -> float:
    """What divides logits so that scores are as sure as they are right; 1 where that may be chance.

    Args:
        truth: class numbers `(n,)`, or whether each example has each label `(n, k)`.
        scores: by networks that were not trained on the example, `(n, k)`.
        kind: which of the two.
    """
    fit = label_temperature if kind == "labels" else class_temperature
    return fit(truth, logits_of(scores, kind=kind), fewest=FEWEST)


def items_of(parts: Sequence[Part]) -> Iterator[Item]:
    """The inputs of all parts, whatever columns each has."""
    for part in parts:
        yield from part.items()
