"""Examples of any kind, split into those to train on, to stop on and to judge on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import numpy as np

from kerasapps.config.targets import PartKind, TargetKind
from kerasapps.data.audit import Audit
from kerasapps.data.pseudo import Pseudo

SPLITS = ("train", "validation", "test")
_OF_ALL = "of_all"
OF_ALL: Mapping[str, bool] = MappingProxyType({_OF_ALL: True})
"""Metadata of a field of examples that is said of a whole split, not of each example."""

ExamplesT = TypeVar("ExamplesT")


def no_contents() -> Any:
    """Of examples that are compared with no others: their field `contents`, left empty."""
    return field(default_factory=lambda: np.empty(0, np.uint64), compare=False, repr=False)


def is_of_all(each: Field[Any]) -> bool:
    """Whether a field of examples is said of a whole split; see `OF_ALL`."""
    return _OF_ALL in each.metadata


@dataclass(frozen=True)
class Part:
    """One of several answers that a network gives to an example.

    Attributes:
        name: of its column.
        kind: "class", "labels" or "number".
        labels: the classes or labels in the order of the outputs; none of a number.

    Examples:
        >>> kerasapps.data.Part("breed", "class", ("husky", "pug")).width
        2
    """

    name: str
    kind: PartKind
    labels: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Numbers that a network gives for it: one a class or label, or one."""
        return len(self.labels) or 1

    @property
    def columns(self) -> int:
        """Columns that it takes in the labels of examples: of a set one a label, else one."""
        return len(self.labels) if self.kind == "labels" else 1

    @property
    def target(self) -> Target:
        """The same as the only answer."""
        return Target(self.kind, self.labels or (self.name,))


@dataclass(frozen=True)
class Target:
    """What the examples of a data set are answered with.

    Attributes:
        kind: "class", "labels", "number" or "several".
        names: of the classes or labels in the order of the outputs, of the column of numbers, or of
            the columns of several answers.
        parts: the several answers in the order of the outputs; none of the other kinds.

    Examples:
        >>> kerasapps.data.Target("labels", ("fast", "red")).names
        ('fast', 'red')
    """

    kind: TargetKind = "class"
    names: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Splits(Generic[ExamplesT]):
    """Data ready to be trained and judged on.

    Attributes:
        labels: class names in the order of the model's outputs: those of the training split, in
            numeric order when all are whole numbers, else sorted as text; none for pairs,
            numbers and several answers.
        train: what the model is fitted on.
        validation: what training is stopped on.
        test: what the result is judged on, once.
        audit: everything that was found on the way.
        fingerprint: SHA-256 over the sorted (split, content, label); equal data has an equal
            fingerprint wherever it lies, whatever its files are called and however it is sorted.
        target: what the examples are answered with; says nothing where no kind of data tells it.
        drawn: splits that the data did not bring along.
        pseudo: of the last training examples, where a network said what they are; None: none are.
        whole: all training examples, where `train` is the part of them that one of several networks
            learns from; None where it is all of them.

    Examples:
        >>> splits = kerasapps.data.load_texts("builtin:reviews")
        >>> splits.judged_on, splits.audit.ok
        ('test', True)
    """

    labels: tuple[str, ...]
    train: ExamplesT
    validation: ExamplesT
    test: ExamplesT
    audit: Audit
    fingerprint: str
    target: Target = Target()
    drawn: tuple[str, ...] = ()
    pseudo: Pseudo | None = None
    whole: ExamplesT | None = None

    @property
    def basis(self) -> ExamplesT:
        """The examples that vocabularies, lengths and scales are made of: all for training.

        Networks that learn from parts of them take and give the same.
        """
        return self.train if self.whole is None else self.whole

    @property
    def judged_on(self) -> str:
        """`test`, or `validation` where that stands in the place of a test split."""
        return "validation" if self.test is self.validation else "test"

    @property
    def names(self) -> tuple[str, ...]:
        """The splits that have examples of their own: all, or those before the test split."""
        return SPLITS if self.judged_on == "test" else SPLITS[:-1]

    @property
    def total(self) -> int:
        """How many examples there are; what validates and tests counts once."""
        return sum(len(getattr(self, name)) for name in self.names)


def label_order(labels: set[str]) -> tuple[str, ...]:
    """Class names in output order: numeric when all are whole numbers, else as text."""
    try:
        return tuple(sorted(labels, key=lambda label: (int(label), label)))
    except ValueError:
        return tuple(sorted(labels))
