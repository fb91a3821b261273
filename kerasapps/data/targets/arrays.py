"""The targets of data in memory, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasapps.config.targets import TargetKind
from kerasapps.data.labels import Labels
from kerasapps.data.targets.forms import TargetForm, find_form
from kerasapps.data.targets.reader import TargetReader
from kerasapps.errors import DataError


def read_targets(
    labels: Any, *, noun: str, kind: TargetKind | None
) -> tuple[list[str], TargetForm, list[str]]:
    """The targets of n examples as texts (see `kinds`), what they are, and warnings.

    Args:
        labels: n numbers or strings; `(n, k)` ones and zeros, one column a label; `(n, m)` numbers;
            or n lists of labels.
        noun: what an example is, in the singular.
        kind: what they are; None: guessed.

    Raises:
        DataError: for a target that is none; it names the example. Also for one-hot labels of
            classes, whose names somebody knows.
    """
    form = find_form(cells_of(labels), kind=kind)
    if form.kind == "class":
        reader = Labels()
        return reader.names(labels, noun=noun), TargetForm(), reader.warnings()
    targets = TargetReader(form.of_column())
    keys = []
    for place, cell in enumerate(cells_of(labels)):
        key, problem = targets.read(cell)
        if problem is not None:
            raise DataError(f"example {place}: {problem.reason}")
        keys.append(key)
    return keys, targets.form, targets.warnings()


def cells_of(labels: Any) -> Sequence[Any]:
    """One cell an example: lists where an array has several columns."""
    if not hasattr(labels, "__array__"):
        return labels if hasattr(labels, "__len__") else ()
    values = np.asarray(labels)
    if values.ndim == 2 and values.shape[1] == 1:  # as keras.datasets.cifar10 has them
        values = values[:, 0]
    return values.tolist() if values.ndim in (1, 2) else ()
