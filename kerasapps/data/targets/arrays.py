"""The targets of data in memory, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasapps.config.targets import TargetKind
from kerasapps.data.labels import Labels
from kerasapps.data.sources.several_targets import has_columns
from kerasapps.data.targets.forms import TargetForm, find_form
from kerasapps.data.targets.reader import TargetReader
from kerasapps.errors import DataError


def read_targets(
    labels: Any, *, noun: str, kind: TargetKind | None, columns: Sequence[str] = ()
) -> tuple[list[str], TargetForm, list[str]]:
    """The targets of n examples as texts (see `kinds`), what they are, and warnings.

    Args:
        labels: n numbers or strings; `(n, k)` ones and zeros, one column a label; `(n, m)` numbers;
            n lists of labels; or what `cells_of` takes.
        noun: what an example is, in the singular.
        kind: what they are; None: guessed.
        columns: see `find_form`.

    Raises:
        DataError: for a target that is none; it names the example. Also for one-hot labels of
            classes, whose names somebody knows.
    """
    cells = cells_of(labels)
    form = find_form(cells, kind=kind, columns=columns)
    if form.kind == "class" and not has_columns(labels):
        reader = Labels()
        return reader.names(labels, noun=noun), TargetForm(), reader.warnings()
    targets = TargetReader(form.of_column())
    keys = []
    for place, cell in enumerate(cells):
        key, problem = targets.read(cell)
        if problem is not None:
            raise DataError(f"example {place}: {problem.reason}")
        keys.append(key)
    return keys, targets.form, targets.warnings()


def cells_of(labels: Any) -> Sequence[Any]:
    """One cell an example: a list where an array has columns, a mapping where these have names.

    Args:
        labels: an array or a sequence; or a mapping of the name of each column to n values, as a
            DataFrame of pandas is.

    Raises:
        DataError: if the columns of a mapping are not of one length.
    """
    if has_columns(labels):
        columns = {str(name): [*labels[name]] for name in labels}
        counts = {name: len(column) for name, column in columns.items()}
        if len(set(counts.values())) > 1:
            raise DataError(f"the columns of the labels are not of one length: {counts}")
        rows = zip(*columns.values(), strict=True)
        return [dict(zip(columns, row, strict=True)) for row in rows]
    if not hasattr(labels, "__array__"):
        return labels if hasattr(labels, "__len__") else ()
    values = np.asarray(labels)
    if values.ndim == 2 and values.shape[1] == 1:  # as keras.datasets.cifar10 has them
        values = values[:, 0]
    return values.tolist() if values.ndim in (1, 2) else ()
