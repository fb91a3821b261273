"""Labels of data sets that know the names of their classes, as Keras' do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from kerasapps.config.targets import TargetKind
from kerasapps.errors import DataError
from kerasapps.wording.shortened import shortened

LabelOf = Callable[[Any], Any]
"""A label as its source has it → the name of its class where that is known, else its value."""


def labels_of(data: Any) -> LabelOf:
    """How the labels of a data set are read: by its own names of classes, if it has any.

    One value may be an array of one; a vector with a single one is the number of its place.

    The function raises a `DataError` for anything else, and for a number that is no class.
    """
    names = class_names(data)
    if names is None:
        return plain_label

    def label_of(label: Any) -> Any:
        value = plain_label(label)
        if isinstance(value, str | bytes):
            return value
        if not 0 <= value < len(names) or value != int(value):
            known = shortened(names, 5, more=", …")
            raise DataError(f"label {value} is none of the {len(names)} classes {known}")
        return names[int(value)]

    return label_of


def class_names(data: Any) -> list[str] | None:
    """The names of the classes that a data set of Keras knows, in the order of its labels."""
    names = getattr(data, "class_names", None)
    if isinstance(names, list | tuple) and names:
        return [str(name) for name in names]
    indices = getattr(data, "class_indices", None)
    if isinstance(indices, dict) and indices:
        return [str(name) for name in sorted(indices, key=indices.__getitem__)]
    return None


def cells_of_source(data: Any, *, kind: TargetKind | None) -> LabelOf:
    """How the targets of a data set are read, of whatever kind they are.

    The function gives what a cell of a table has: a vector is a list, or a mapping of the names of
    the classes where the data set knows them. It raises a `DataError` as that of `labels_of` does.

    Args:
        data: may know the names of its classes.
        kind: what the targets are; None: guessed.
    """
    names, label_of = class_names(data) or [], labels_of(data)
    if kind == "class":
        return label_of

    def cell_of(label: Any) -> Any:
        values = np.asarray(label) if hasattr(label, "__array__") else None
        if values is not None and values.ndim == 1 and values.size > 1:
            label = values.tolist()
            if names and len(names) != len(label):
                raise DataError(
                    f"a label has {len(label)} values, and the data {len(names)} classes"
                )
            return dict(zip(names, label, strict=True)) if names else label
        several = isinstance(label, list | tuple | set | frozenset | Mapping)
        return label if several or kind == "number" else label_of(label)

    return cell_of


def plain_label(label: Any) -> Any:
    """The one value of a label; the place of the one in a one-hot label.

    Raises:
        DataError: if there are more.
    """
    values = np.asarray(label)
    if values.size == 1:
        return values.reshape(()).item()
    if values.ndim == 1 and values.dtype.kind in "biuf":
        (hot,) = np.nonzero(values)
        if len(hot) == 1 and values[hot[0]] == 1:
            return int(hot[0])
    raise DataError(
        f"a label has shape {values.shape}: expected one whole number or string, or one-hot"
    )
