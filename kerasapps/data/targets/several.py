"""One of several answers of the same examples as if it were the only one."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.splits import Part, Splits, Target

ExamplesT = TypeVar("ExamplesT")


def part_splits(splits: Splits[ExamplesT], part: Part) -> Splits[ExamplesT]:
    """The same examples with one of their several answers.

    Args:
        splits: of examples that are dataclasses with `labels`, float64 `(n, columns of all parts)`.
        part: one of `splits.target.parts`.

    Returns:
        Splits whose labels are as data of that kind have them: int64 `(n,)` of classes, uint8
        `(n, k)` of labels, float64 `(n,)` of numbers. Validation stands in for a test split where
        it does in `splits`.
    """
    train, validation = (
        _of_part(each, splits.target, part) for each in (splits.train, splits.validation)
    )
    standing_in = splits.test is splits.validation
    whole = splits.whole
    return dataclasses.replace(
        splits,
        labels=part.labels,
        train=train,
        validation=validation,
        test=validation if standing_in else _of_part(splits.test, splits.target, part),
        target=part.target,
        whole=None if whole is None else _of_part(whole, splits.target, part),
    )


def part_labels(labels: Any, target: Target, part: Part) -> NDArray[Any]:
    """What one of several answers takes of the labels of examples: as `part_splits` has them.

    Args:
        labels: float64 `(n, columns of all parts)`.
        target: of several answers.
        part: one of its parts.
    """
    parts = target.parts
    first = sum(each.columns for each in parts[: parts.index(part)])
    table = np.asarray(labels)
    if part.kind == "labels":
        return table[:, first : first + part.columns].astype(np.uint8)
    return table[:, first].astype(np.int64 if part.kind == "class" else np.float64)


def _of_part(examples: Any, target: Target, part: Part) -> Any:
    return dataclasses.replace(examples, labels=part_labels(examples.labels, target, part))
