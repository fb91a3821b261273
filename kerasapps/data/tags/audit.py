"""What an audit tells of sentences with tags: counts, lengths, faults of tags, doubles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kerasapps.data.audit import Audit, BrokenRow, Finding, Listed, Passage, broken_rows, itemise
from kerasapps.data.lengths import Lengths
from kerasapps.data.splits import SPLITS

OVERLONG = 1_000  # words of a sentence
RARE = 10  # entities of a type in training: fewer are hardly learned


@dataclass(frozen=True)
class TagBreak:
    """A tag that cannot follow the one before it, such as `I-PER` after `O`.

    Attributes:
        origin: of the sentence.
        word: the word, and its place in the sentence from 1.
        tag: its tag, as the data has it.
        before: the tag of the word before; "" at the beginning.
    """

    origin: str
    word: str
    tag: str
    before: str

    def __str__(self) -> str:
        after = f"after {self.before}" if self.before else "at the beginning"
        return f"{self.origin}: {self.tag} {after}: {self.word}"


@dataclass(frozen=True)
class TagCopy:
    """The same words twice, but for case.

    Attributes:
        kept: the copy that stays, in `kept_split`.
        copy: the other one, found in `copy_split`.
        dropped: whether `copy` was taken out: always when the splits differ, never otherwise.
        text: the beginning of the sentence.
    """

    kept: str
    kept_split: str
    copy: str
    copy_split: str
    dropped: bool
    text: str

    def __str__(self) -> str:
        how = f"({self.copy_split}) left out: same as" if self.dropped else "="
        return f"{self.copy} {how} {self.kept} ({self.kept_split}): {self.text}"


@dataclass(frozen=True)
class TagConflict:
    """The same words with different tags."""

    origins: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{'; '.join(self.origins)}: {self.text}"


@dataclass(frozen=True)
class UnknownTag:
    """A type of entities that training never saw, in another split."""

    label: str
    split: str
    entities: int

    def __str__(self) -> str:
        return f"{self.label} ({self.entities:,} in {self.split})"


@dataclass(frozen=True)
class RareTag:
    """A type of which training has few entities."""

    label: str
    entities: int

    def __str__(self) -> str:
        return f"{self.label} ({self.entities:,})"


@dataclass(frozen=True)
class LongSentence:
    """One of the longest sentences."""

    origin: str
    words: int

    def __str__(self) -> str:
        return f"{self.origin} ({self.words:,})"


def tag_audit(
    source: str,
    *,
    counts: Mapping[str, int] = {},
    entities: Mapping[str, Mapping[str, int]] = {},
    lengths: Lengths = Lengths(),
    documents: int = 0,
    letterless: float = 0.0,
    guesses: Sequence[str] = (),
    broken: Listed[BrokenRow] = Listed(),
    faults: Mapping[str, int] = {},
    breaks: Listed[TagBreak] = Listed(),
    unknown: Sequence[UnknownTag] = (),
    signs: Listed[Passage] = Listed(),
    cut: Listed[Passage] = Listed(),
    doubled: Listed[TagCopy] = Listed(),
    copies: Listed[TagCopy] = Listed(),
    recurring: int = 0,
    conflicts: Listed[TagConflict] = Listed(),
    rare: Sequence[RareTag] = (),
    longest: Sequence[LongSentence] = (),
    overlong: int = 0,
    notes: Sequence[str] = (),
) -> Audit:
    """What is told of sentences; most of it as `TagCollection` and `TagPlacement` have it.

    Args:
        source: the data as the user named it.
        counts: sentences in use per split.
        entities: entities in use per split and type.
        lengths: words of a sentence.
        documents: how many of them the data tells apart.
        letterless: share of the words without a letter.
        breaks: tags that break their scheme.
        unknown: types that training lacks.
        signs: entities of signs and numbers only.
        recurring: sentences in several splits that are too short to count as the same.
        rare: types with few entities in training.
        longest: the longest sentences in use.
        overlong: sentences of more than `OVERLONG` words.
    """
    findings = (
        *broken_rows(broken, faults, what="sentences"),
        itemise(
            "breaks",
            breaks,
            said="Tags that break their scheme (an entity begins there)",
            heading="Tags that break their scheme",
            columns=(("where", "origin"), ("tag", "tag"), ("after", "before"), ("word", "word")),
            note="An entity begins at each of these words.",
        ),
        itemise(
            "unknown_tags",
            tuple(unknown),
            said="Types of entities that training lacks (all of them will be missed)",
            heading="Types of entities that training lacks",
            columns=(("type", "label"), ("split", "split"), ("entities", "entities")),
            note="A model cannot answer with them: all of these entities will be missed.",
        ),
        itemise(
            "letterless",
            signs,
            said="Entities without a letter (used as they are)",
            few=3,
            heading="Entities without a letter",
            columns=(("where", "origin"), ("entity", "text")),
            note="They are used as they are.",
        ),
        itemise(
            "cut",
            cut,
            said="Entities that begin or end inside a word (widened to whole words)",
            heading="Entities that begin or end inside a word",
            columns=(("where", "origin"), ("entity", "text")),
            note="They were widened to whole words.",
        ),
        *_repeated(doubled, copies, conflicts),
        itemise(
            "rare",
            tuple(rare),
            said=f"Types with fewer than {RARE} entities in training",
            heading="Rare types",
            columns=(("type", "label"), ("entities in training", "entities")),
        ),
        Finding(
            key="recurring",
            value=recurring,
            said=f"Short sentences in several splits (kept): {recurring:,}" if recurring else "",
        ),
        Finding(key="longest", value=tuple(longest)),
        Finding(key="overlong", value=overlong),
    )
    figures = (
        _count_figure(counts, documents),
        _entity_figure(entities),
        _length_figure(lengths, longest, overlong, letterless),
        Finding(key="documents", value=documents),
        Finding(key="letterless_share", value=letterless),
    )
    return Audit(source, figures, findings, guesses=tuple(guesses), notes=tuple(notes))


def _repeated(
    doubled: Listed[TagCopy], copies: Listed[TagCopy], conflicts: Listed[TagConflict]
) -> tuple[Finding, ...]:
    """What occurs more than once: across splits, within one, with other tags."""
    columns = (
        *(("where", "copy"), ("split", "copy_split")),
        *(("same as", "kept"), ("split", "kept_split"), ("text", "text")),
    )
    return (
        itemise(
            "duplicates",
            doubled,
            said="Sentences in two splits (left out of the less protected split)",
            heading="Sentences in two splits",
            columns=columns,
            note="The first of each pair was left out. Case does not count.",
        ),
        itemise("copies", copies, said="Copies within a split (kept)", few=3),
        itemise(
            "conflicts",
            conflicts,
            said="Same words, different tags (used as they are)",
            heading="Same words, different tags",
            columns=(("where", "origins"), ("text", "text")),
            note="They are used as they are.",
        ),
    )


def _count_figure(counts: Mapping[str, int], documents: int) -> Finding:
    told = ", ".join(f"{count:,} {split}" for split, count in counts.items())
    of_documents = f" of {documents:,} documents" if documents else ""
    return Finding(
        key="counts",
        value=counts,
        said=f"Sentences{of_documents}: {told}" if any(counts.values()) else "",
        heading="Sentences",
        columns=("split", "sentences"),
        rows=tuple(counts.items()),
    )


def _entity_figure(entities: Mapping[str, Mapping[str, int]]) -> Finding:
    types = sorted({label for split in entities.values() for label in split})
    train = entities.get("train", {})
    order = sorted(types, key=lambda label: (-train.get(label, 0), label))
    told = ", ".join(f"{train.get(label, 0):,} {label}" for label in order[:20])
    more = f" and {len(order) - 20:,} more types" if len(order) > 20 else ""
    return Finding(
        key="entities",
        value=entities,
        said=f"Entities in train: {told}{more}" if train else "",
        heading="Entities",
        columns=("type", *SPLITS),
        rows=[
            (label, *(entities.get(split, {}).get(label, 0) for split in SPLITS)) for label in order
        ],
    )


def _length_figure(
    lengths: Lengths, longest: Sequence[LongSentence], overlong: int, letterless: float
) -> Finding:
    lines = [
        f"Words of a sentence: {lengths}",
        f"Longest: {'; '.join(map(str, longest[:3]))}",
        f"Words without a letter: {letterless:.1%}",
    ]
    if overlong:
        lines.append(
            f"Sentences of more than {OVERLONG:,} words: {overlong:,}; they are read in parts"
        )
    return Finding(
        key="lengths",
        value=lengths,
        said="\n".join(lines) if lengths.longest else "",
        heading="Words of a sentence",
        columns=Lengths.COLUMNS,
        rows=(lengths.row(),),
    )
