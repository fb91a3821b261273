"""What a split holds, by the kind of data, and the splits themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np

from kerasapps.data.audit import Audit
from kerasapps.harmless import printable

SPLITS = ("train", "validation", "test")


def _no_contents() -> Any:
    """Of examples that are compared with no others: the field `contents`, left empty."""
    return field(default_factory=lambda: np.empty(0, np.uint64), compare=False, repr=False)


@dataclass(frozen=True)
class Examples:
    """The pictures of one split.

    Attributes:
        paths: encoded picture files.
        labels: index into `Splits.labels`, one a path.
        contents: uint64 `(n,)`, of a digest of each picture's pixels, whatever its label.
    """

    paths: tuple[Path, ...]
    labels: tuple[int, ...]
    contents: np.ndarray = _no_contents()

    def __len__(self) -> int:
        return len(self.paths)


@dataclass(frozen=True, eq=False)
class TextExamples:
    """The texts of one split.

    Attributes:
        texts: read from disk one at a time.
        labels: int32 `(n,)`, index into `Splits.labels`.
        origins: where each text comes from, such as "train.csv, row 7".
        contents: uint64 `(n,)`, of a digest of each text, whatever its label.
    """

    texts: Sequence[str]
    labels: np.ndarray
    origins: Sequence[str]
    contents: np.ndarray = _no_contents()

    def __len__(self) -> int:
        return len(self.labels)

    def origin(self, index: int) -> str:
        """Where a text comes from: "train.csv, row 7", the file's header being row 1."""
        return self.origins[index]


@dataclass(frozen=True, eq=False)
class PairExamples:
    """The sentence pairs of one split.

    Attributes:
        sources: read from disk one at a time.
        targets: their translations, likewise.
        origins: where each pair comes from, such as "train.en + train.de, row 7".
        contents: uint64 `(n,)`, of a digest of each pair.
    """

    sources: Sequence[str]
    targets: Sequence[str]
    origins: Sequence[str]
    contents: np.ndarray = _no_contents()

    def __len__(self) -> int:
        return len(self.sources)

    def origin(self, index: int) -> str:
        """Where a pair comes from; the first line of a plain file is row 1."""
        return self.origins[index]

    def of(self, rows: np.ndarray) -> PairExamples:
        """The pairs at some places, int `(m,)`, in that order."""
        return PairExamples(
            [self.sources[row] for row in rows],
            [self.targets[row] for row in rows],
            [self.origins[row] for row in rows],
            self.contents[rows],
        )


ExamplesT = TypeVar("ExamplesT")
AuditT = TypeVar("AuditT")


@dataclass(frozen=True)
class Splits(Generic[ExamplesT, AuditT]):
    """Data ready for a recipe.

    Attributes:
        labels: class names in the order of the model's outputs: those of the training split, in
            numeric order when all are whole numbers, else sorted as text; none for pairs.
        train: what the model is fitted on.
        validation: what training is stopped on.
        test: what the result is judged on, once.
        audit: everything that was found on the way.
        fingerprint: SHA-256 over the sorted (split, content, label); equal data has an equal
            fingerprint wherever it lies, whatever its files are called and however it is sorted.
    """

    labels: tuple[str, ...]
    train: ExamplesT
    validation: ExamplesT
    test: ExamplesT
    audit: AuditT
    fingerprint: str

    @property
    def judged_on(self) -> str:
        """`test`, or `validation` where that stands in the place of a test split."""
        return "validation" if self.test is self.validation else "test"


ImageSplits: TypeAlias = "Splits[Examples, Audit]"
TextSplits: TypeAlias = "Splits[TextExamples, Audit]"
PairSplits: TypeAlias = "Splits[PairExamples, Audit]"


@dataclass(frozen=True)
class Entry:
    """One picture as a source names it, before anybody looked inside.

    Attributes:
        path: the encoded file.
        label: class name.
        split: one of `SPLITS`, or None when the source does not say.
        origin: where the entry comes from when that is not the path itself ("row 7").
    """

    path: Path
    label: str
    split: str | None = None
    origin: str = ""


@dataclass(frozen=True)
class BrokenFile:
    """A file that cannot be used, and why."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{printable(self.path)}: {self.reason}"


@dataclass(frozen=True)
class Listing:
    """What a source holds, before the pictures are examined.

    Attributes:
        entries: the pictures.
        broken: files that can be refused without opening them.
        guesses: what was guessed of folders and columns.
        errors: what makes the source unusable.
        warnings: what the user should know.
    """

    entries: tuple[Entry, ...]
    broken: tuple[BrokenFile, ...] = ()
    guesses: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def label_order(labels: set[str]) -> tuple[str, ...]:
    """Class names in output order: numeric when all are whole numbers, else as text."""
    try:
        return tuple(sorted(labels, key=lambda label: (int(label), label)))
    except ValueError:
        return tuple(sorted(labels))
