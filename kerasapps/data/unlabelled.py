"""Examples without labels, beside the splits of those that have some."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic

import numpy as np
from numpy.typing import NDArray

from kerasapps.data.audit import Listed
from kerasapps.data.splits import ExamplesT, Splits
from kerasapps.data.taken import taken


@dataclass(frozen=True)
class Unlabelled(Generic[ExamplesT]):
    """What can be used of some data without labels.

    Attributes:
        examples: as a split has them; their labels mean nothing.
        broken: what cannot be used, and why.
        notes: how the data was read.
        labelled: whether there were labels, which nobody looked at.
    """

    examples: ExamplesT
    broken: Listed[Any]
    notes: Sequence[str] = ()
    labelled: bool = False


@dataclass(frozen=True)
class Sifted(Generic[ExamplesT]):
    """Unlabelled examples that are none of the splits' own.

    Attributes:
        examples: each once.
        held_out: how many were left out as they are in the validation or test split.
        labelled: how many as they are in the training split.
        copies: how many as they are there before.
    """

    examples: ExamplesT
    held_out: int
    labelled: int
    copies: int


def sift(unlabelled: ExamplesT, splits: Splits[ExamplesT]) -> Sifted[ExamplesT]:
    """What is new in unlabelled examples: to learn from a test example would be to know the test.

    Args:
        unlabelled: as `Unlabelled` has them, with digests of their contents.
        splits: the labelled examples.
    """
    contents = _contents(unlabelled)
    held = np.isin(contents, np.concatenate([_contents(splits.validation), _contents(splits.test)]))
    known = ~held & np.isin(contents, _contents(splits.train))
    first = np.zeros(len(contents), bool)
    first[np.unique(contents, return_index=True)[1]] = True
    copies = ~held & ~known & ~first
    rows = np.flatnonzero(~held & ~known & ~copies)
    return Sifted(
        taken((unlabelled,), rows, like=unlabelled),
        held_out=int(held.sum()),
        labelled=int(known.sum()),
        copies=int(copies.sum()),
    )


def with_labels(examples: ExamplesT, labels: NDArray[Any], *, like: ExamplesT) -> ExamplesT:
    """The examples with labels, in the form that those of a split have.

    Args:
        examples: any.
        labels: class numbers `(n,)`, or whether each has each label `(n, k)`.
        like: of the split.
    """
    known: Any = getattr(like, "labels")  # noqa: B009 — of any kind of examples
    form: Any = labels.astype(known.dtype) if isinstance(known, np.ndarray) else None
    given = tuple(labels.tolist()) if form is None else form
    return dataclasses.replace(examples, labels=given)  # type: ignore[type-var]


def _contents(examples: Any) -> NDArray[np.uint64]:
    return np.asarray(examples.contents, np.uint64)
