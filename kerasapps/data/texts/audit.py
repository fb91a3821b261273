"""What was found in a data set of texts: counts, lengths, faults, duplicates, remnants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np

EXCERPT = 80  # characters of a text that are shown

ItemT = TypeVar("ItemT")


@dataclass(frozen=True)
class Listed(Generic[ItemT]):
    """How many there are of something, and the first of them.

    Attributes:
        total: how many there are.
        first: up to `LIMIT` of them.
    """

    LIMIT: ClassVar[int] = 100

    total: int = 0
    first: tuple[ItemT, ...] = ()


@dataclass(frozen=True)
class BrokenRow:
    """A row that cannot be used.

    Attributes:
        origin: "train.csv, row 7", "train/pos/1.txt" or "example 3".
        fault: "bad UTF-8", "empty text", "no label", "columns" or "format".
        reason: what exactly is wrong.
    """

    origin: str
    fault: str
    reason: str


@dataclass(frozen=True)
class TextDuplicate:
    """The same text twice, but for case, punctuation and white space.

    Attributes:
        kept: the copy that stays, in `kept_split`.
        copy: the other one, found in `copy_split`.
        exact: whether the texts are equal to the letter.
        dropped: whether `copy` was taken out: always when the splits differ, never otherwise.
        text: the beginning of the copy.
    """

    kept: str
    kept_split: str
    copy: str
    copy_split: str
    exact: bool
    dropped: bool
    text: str


@dataclass(frozen=True)
class TextConflict:
    """The same text, or nearly the same one, under different labels."""

    origins: tuple[str, ...]
    labels: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class LongText:
    """One of the longest texts."""

    origin: str
    words: int


@dataclass(frozen=True)
class Found:
    """Something in a text: where, and the text around it."""

    origin: str
    text: str


@dataclass(frozen=True)
class Lengths:
    """Words of a text, over all texts in use."""

    shortest: int = 0
    median: int = 0
    percentile_95: int = 0
    longest: int = 0


def measure_lengths(words: np.ndarray) -> Lengths:
    """Summarise numbers of words, int `(n,)`."""
    if not len(words):
        return Lengths()
    spread = np.percentile(words, (0, 50, 95, 100), method="nearest")
    return Lengths(*(int(value) for value in spread))


@dataclass(frozen=True)
class TextAudit:
    """Everything that was found in a data set of texts.

    Attributes:
        source: the data as the user named it.
        counts: texts in use per split and class, e.g. `counts["train"]["good"]`; the classes in
            label order.
        imbalance: largest class of the training split over the smallest.
        lengths: in words.
        guesses: what was taken for header, text and label where the user did not say.
        broken: rows that cannot be used.
        faults: how many of them by kind.
        duplicates: same texts in different splits; one copy of each was dropped.
        copies: same texts within a split; all are kept.
        conflicts: texts under different labels that no model can tell apart: equal but for white
            space and what the options say is to be ignored.
        near_conflicts: texts under different labels that differ in nothing but case, punctuation
            and signs.
        longest: the longest texts.
        overlong: texts of more than 10,000 words.
        html: texts with remnants of HTML; they are used as they are.
        notes: what is unusual and handled.
        errors: why the data cannot be used; empty when it can.
        warnings: what the user should know.
    """

    source: str
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    imbalance: float = 1.0
    lengths: Lengths = Lengths()
    guesses: tuple[str, ...] = ()
    broken: Listed[BrokenRow] = Listed()
    faults: Mapping[str, int] = field(default_factory=dict)
    duplicates: Listed[TextDuplicate] = Listed()
    copies: Listed[TextDuplicate] = Listed()
    conflicts: Listed[TextConflict] = Listed()
    near_conflicts: Listed[TextConflict] = Listed()
    longest: tuple[LongText, ...] = ()
    overlong: int = 0
    html: Listed[Found] = Listed()
    notes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the data can be used."""
        return not self.errors

    @property
    def total(self) -> int:
        """Texts in use."""
        return sum(sum(split.values()) for split in self.counts.values())

    def to_dict(self) -> dict[str, Any]:
        """The audit as plain values that `json.dumps` takes."""
        return {"ok": self.ok, **asdict(self)}
