"""What an audit tells of sentence pairs: counts, lengths, faults, leaks, copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kerasapps.data.audit import Audit, BrokenRow, Finding, Listed, Passage, broken_rows, itemise
from kerasapps.data.lengths import Lengths

_PASSAGE = (("where", "origin"), ("text", "text"))
_AS_THEY_ARE = "They are used as they are."


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

    def __str__(self) -> str:
        how = "same" if self.exact else "nearly the same"
        return (
            f"{self.copy} ({self.copy_split}) left out: {how} {self.shared} as {self.kept} "
            f"({self.kept_split}): {self.text}"
        )


@dataclass(frozen=True)
class PairCopy:
    """The same pair twice in one split, but for case, punctuation and white space; both stay."""

    first: str
    copy: str
    split: str
    exact: bool
    text: str

    def __str__(self) -> str:
        return f"{self.copy} = {self.first} ({self.split}): {self.text}"


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

    def __str__(self) -> str:
        return f"{self.targets} translations: {'; '.join(self.origins)}: {self.text}"


@dataclass(frozen=True)
class LongPair:
    """One of the longest pairs, in words."""

    origin: str
    source_words: int
    target_words: int

    def __str__(self) -> str:
        return f"{self.origin} ({self.source_words:,} and {self.target_words:,})"


def pair_audit(
    source: str,
    *,
    languages: tuple[str | None, str | None] = (None, None),
    counts: Mapping[str, int] = {},
    lengths: tuple[Lengths, Lengths] = (Lengths(), Lengths()),
    guesses: Sequence[str] = (),
    broken: Listed[BrokenRow] = Listed(),
    faults: Mapping[str, int] = {},
    leaks: Listed[PairLeak] = Listed(),
    copies: Listed[PairCopy] = Listed(),
    variants: Listed[Variants] = Listed(),
    same: Listed[Passage] = Listed(),
    control: Listed[Passage] = Listed(),
    longest: Sequence[LongPair] = (),
    notes: Sequence[str] = (),
) -> Audit:
    """What is told of sentence pairs; most of it as `PairCollection` and `PairPlacement` have it.

    Args:
        source: the data as the user named it.
        languages: of source and target, such as "en", where they are known.
        counts: pairs in use per split.
        lengths: of source and target.
        longest: the longest pairs in use.
    """
    findings = (
        *broken_rows(
            broken,
            faults,
            what="pairs",
            columns=(("where", "origin"), ("fault", "fault"), ("reason", "reason")),
        ),
        *_repeated(leaks, copies, variants),
        itemise(
            "same",
            same,
            said="The same text on both sides (used as they are)",
            heading="Same text on both sides",
            columns=_PASSAGE,
            note=_AS_THEY_ARE,
        ),
        itemise(
            "control",
            control,
            said="Control or replacement characters (used as they are)",
            few=3,
            heading="Control characters",
            columns=_PASSAGE,
            note=_AS_THEY_ARE,
        ),
        Finding(key="longest", value=tuple(longest)),
    )
    figures = (
        Finding(key="source_language", value=languages[0]),
        Finding(key="target_language", value=languages[1]),
        _count_figure(counts, languages),
        *_length_figures(lengths, longest),
    )
    return Audit(source, figures, findings, guesses=tuple(guesses), notes=tuple(notes))


def _repeated(
    leaks: Listed[PairLeak], copies: Listed[PairCopy], variants: Listed[Variants]
) -> tuple[Finding, ...]:
    """What occurs more than once: across splits, within one, with several translations."""
    return (
        itemise(
            "leaks",
            leaks,
            said="Pairs left out of a split since a more protected one has their source",
            heading="Shared by two splits",
            columns=(
                *(("where", "copy"), ("split", "copy_split")),
                *(("same as", "kept"), ("split", "kept_split")),
                *(("shared", "shared"), ("text", "text")),
            ),
            note="The first of each was left out. Case, punctuation and white space do not count.",
        ),
        itemise(
            "copies",
            copies,
            said="Copies within a split (kept)",
            heading="Copies within a split",
            columns=(("where", "copy"), ("same as", "first"), ("split", "split"), ("text", "text")),
            note="They are kept.",
        ),
        itemise(
            "variants",
            variants,
            said="Sources with several translations (kept)",
            few=3,
            heading="Sources with several translations",
            columns=(("where", "origins"), ("translations", "targets"), ("text", "text")),
            note="All of them are used.",
        ),
    )


def _count_figure(counts: Mapping[str, int], languages: tuple[str | None, str | None]) -> Finding:
    named = f"{languages[0] or 'source'} → {languages[1] or 'target'}"
    told = ", ".join(f"{count:,} {split}" for split, count in counts.items())
    return Finding(
        key="counts",
        value=counts,
        said=f"Pairs ({named}): {told}" if any(counts.values()) else "",
        heading="Pairs",
        columns=("split", "pairs"),
        rows=tuple(counts.items()),
    )


def _length_figures(
    lengths: tuple[Lengths, Lengths], longest: Sequence[LongPair]
) -> tuple[Finding, Finding]:
    source, target = lengths
    lines = (
        f"Words of a source: {source}",
        f"Words of a target: {target}",
        f"Longest: {'; '.join(map(str, longest[:3]))}",
    )
    table = Finding(
        key="source_lengths",
        value=source,
        said="\n".join(lines) if longest else "",
        heading="Words of a sentence",
        columns=("side", *Lengths.COLUMNS),
        rows=(("source", *source.row()), ("target", *target.row())),
    )
    return table, Finding(key="target_lengths", value=target)
