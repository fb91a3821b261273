"""What was found in a data set of sentence pairs: counts, lengths, faults, leaks, copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from kerasapps.data.texts.audit import BrokenRow, Found, Lengths, Listed


@dataclass(frozen=True)
class PairLeak:
    """A pair that was taken out since a better protected split has its source.

    Sources that differ only in case, punctuation and white space count as one.

    Attributes:
        kept: where the pair is that stays, in `kept_split`.
        copy: where the one is that was taken out of `copy_split`.
        shared: whether both sides are the same, or the source alone.
        exact: whether what they share is equal to the letter.
        text: the beginning of the source.
    """

    kept: str
    kept_split: str
    copy: str
    copy_split: str
    shared: Literal["pair", "source"]
    exact: bool
    text: str


@dataclass(frozen=True)
class PairCopy:
    """The same pair twice in one split, but for case, punctuation and white space; both stay."""

    first: str
    copy: str
    split: str
    exact: bool
    text: str


@dataclass(frozen=True)
class Variants:
    """A source with several translations, all of which are used.

    Attributes:
        origins: where the first of them are.
        targets: how many there are that differ in more than case, punctuation and white space.
        text: the beginning of the source.
    """

    origins: tuple[str, ...]
    targets: int
    text: str


@dataclass(frozen=True)
class LongPair:
    """One of the longest pairs, in words."""

    origin: str
    source_words: int
    target_words: int


@dataclass(frozen=True)
class PairAudit:
    """Everything that was found in a data set of sentence pairs.

    Attributes:
        source: the data as the user named it.
        source_language: such as "en", by option or from the names of files or columns, or None.
        target_language: likewise.
        counts: pairs in use per split.
        source_lengths: in words; a script without spaces has two characters a word.
        target_lengths: likewise.
        guesses: what was taken for source and target where the user did not say.
        broken: pairs that cannot be used.
        faults: how many of them by kind.
        leaks: pairs left out since validation or test have their source.
        copies: same pairs within a split; all are kept.
        variants: sources with several translations.
        same: pairs with the same text on both sides; they are used as they are.
        control: pairs with control or replacement characters; likewise.
        longest: the longest pairs in use.
        notes: what is unusual and handled.
        errors: why the data cannot be used; empty when it can.
        warnings: what the user should know.
    """

    source: str
    source_language: str | None = None
    target_language: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    source_lengths: Lengths = Lengths()
    target_lengths: Lengths = Lengths()
    guesses: tuple[str, ...] = ()
    broken: Listed[BrokenRow] = Listed()
    faults: Mapping[str, int] = field(default_factory=dict)
    leaks: Listed[PairLeak] = Listed()
    copies: Listed[PairCopy] = Listed()
    variants: Listed[Variants] = Listed()
    same: Listed[Found] = Listed()
    control: Listed[Found] = Listed()
    longest: tuple[LongPair, ...] = ()
    notes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the data can be used."""
        return not self.errors

    @property
    def total(self) -> int:
        """Pairs in use."""
        return sum(self.counts.values())

    def to_dict(self) -> dict[str, Any]:
        """The audit as plain values that `json.dumps` takes."""
        return {"ok": self.ok, **asdict(self)}
