"""What is nearly the same in the splits of a data set, told one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from kerasapps.data.audit import Finding, itemise
from kerasapps.data.near.pairs import NearPairs, best_partners
from kerasapps.data.splits import Splits

COLUMNS = ("where", "split", "label", "like", "its split", "its label", "alike", "text")
ACROSS: Final = "near_duplicates"
"""Key of the finding of what is nearly the same in different splits."""
SERIES: Final = (
    "so many are either series, such as frames of a film, each of which belongs in one split, or "
    "alike by nature, as plain drawings are"
)
"""What is to be said where `are_many`."""
_MANY, _MANY_SHARE = 20, 0.1
_COLUMNS: Final = (
    *(("where", "copy"), ("split", "copy_split"), ("label", "copy_label")),
    *(("like", "kept"), ("its split", "kept_split"), ("its label", "kept_label")),
    ("alike", "alike"),
)


class Near(Protocol):
    """How a kind of data finds what is nearly the same: a module's function."""

    def near_pairs(self, parts: Sequence[Any]) -> NearPairs:
        """Pairs among the examples of all parts, one part behind the other."""

    def too_much(self, parts: Sequence[Any], *, seconds: float) -> str:
        """Why `near_pairs` is not worth it in passing; "" where it is.

        Args:
            parts: as there.
            seconds: of one core that it may take, by what a few examples take.
        """


@dataclass(frozen=True)
class NearCopy:
    """An example that is nearly the same as another one; both are used.

    Attributes:
        copy: where it is, in `copy_split`.
        copy_split: the less protected split of the two.
        copy_label: its answer as a text; "" where a word does not say it.
        kept: where the other one is, in `kept_split`.
        kept_split: likewise.
        kept_label: likewise.
        alike: how much the two are alike; 1 is the same.
        text: the beginning of the copy; "" of what is no text.
    """

    copy: str
    copy_split: str
    copy_label: str
    kept: str
    kept_split: str
    kept_label: str
    alike: float
    text: str = ""

    @property
    def across(self) -> bool:
        """Whether the two are in different splits."""
        return self.copy_split != self.kept_split

    @property
    def cells(self) -> tuple[str | float, ...]:
        """A row of a table with `COLUMNS`."""
        copy = (self.copy, self.copy_split, self.copy_label)
        return (*copy, self.kept, self.kept_split, self.kept_label, self.alike, self.text)

    def __str__(self) -> str:
        labels = f", {self.copy_label} and {self.kept_label}"
        labels = labels if self.copy_label != self.kept_label else ""
        text = f": {self.text}" if self.text else ""
        return (
            f"{self.copy} ({self.copy_split}) ≈ {self.kept} ({self.kept_split}), "
            f"{self.alike:.0%} alike{labels}{text}"
        )


def near_copies(near: Near, splits: Splits[Any]) -> tuple[NearCopy, ...]:
    """Every example that is nearly the same as one of a better protected split, or of its own.

    Those across splits come first, then what is most alike. Exact copies are no part of it.

    Args:
        near: how the kind of data finds them.
        splits: the examples; validation that stands in the place of the test split counts once.

    Raises:
        DataError: if an example can no longer be read.
    """
    names = splits.names
    parts = [getattr(splits, name) for name in names]
    codes = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    pairs = best_partners(near.near_pairs(parts), codes)
    within = codes[pairs.first] == codes[pairs.second]
    pairs = pairs.of(np.lexsort((pairs.first, -pairs.alike, within)))
    starts = np.searchsorted(codes, codes)
    told = [
        _Told(splits, parts[codes[row]], int(row - starts[row]), names[codes[row]])
        for row in np.stack([pairs.first, pairs.second], axis=1).ravel().tolist()
    ]
    return tuple(
        NearCopy(
            copy.origin,
            copy.split,
            copy.label,
            kept.origin,
            kept.split,
            kept.label,
            round(float(alike), 3),
            copy.text,
        )
        for copy, kept, alike in zip(told[::2], told[1::2], pairs.alike, strict=True)
    )


@dataclass(frozen=True)
class _Told:
    """One example, in words."""

    splits: Splits[Any]
    examples: Any
    row: int
    split: str

    @property
    def origin(self) -> str:
        return str(self.examples.origin(self.row))

    @property
    def label(self) -> str:
        return answer_text(self.splits, self.examples, self.row)

    @property
    def text(self) -> str:
        tell = getattr(self.examples, "excerpt", None)
        return "" if tell is None else str(tell(self.row))


def answer_text(splits: Splits[Any], examples: Any, row: int) -> str:
    """What an example is to be answered with, in words; "" where it takes more than a few.

    Args:
        splits: that it is of.
        examples: of its split.
        row: its place there.
    """
    kind, names = splits.target.kind, splits.labels
    if kind == "number":
        return f"{examples.labels[row]:.6g}"
    if not names or not hasattr(examples, "labels"):
        return ""
    if kind == "labels":
        return ", ".join(name for name, has in zip(names, examples.labels[row], strict=True) if has)
    return names[int(examples.labels[row])]


def are_many(near: int, total: int) -> bool:
    """Whether so many of all examples are nearly the same as others that few can be copies."""
    return near > max(_MANY, _MANY_SHARE * total)


def near_findings(copies: Sequence[NearCopy], *, total: int) -> Iterator[Finding]:
    """What an audit tells of them: across splits, and within one.

    Args:
        copies: as `near_copies` gives them.
        total: how many examples were compared.
    """
    yield across_splits(copies, total=total)
    within = tuple(each for each in copies if not each.across)
    yield itemise(
        "near_copies",
        within,
        said="Nearly the same within a split (kept)",
        few=5,
        heading="Nearly the same within a split",
        columns=_COLUMNS,
        note="They were kept.",
    )


def across_splits(copies: Sequence[NearCopy], *, total: int) -> Finding:
    """What an audit tells of those across splits.

    Args:
        copies: as `near_copies` gives them.
        total: how many examples were compared.
    """
    found = tuple(each for each in copies if each.across)
    many = are_many(len(found), total)
    said = "Nearly the same in different splits (kept)"
    return itemise(
        ACROSS,
        found,
        said=f"{said}; {SERIES}" if many else said,
        few=5 if many else None,
        heading="Nearly the same in different splits",
        columns=_COLUMNS,
        note="They were kept. A model that learnt from one of them knows the other's answer, so "
        "figures on the better protected split may be too good."
        f"{f' Here {SERIES}.' if many else ''}",
    )
