"""Labels of data sets that know the names of their classes, as Keras' do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

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
