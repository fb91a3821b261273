"""The steps of `examine` for sentences with tags."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.audit import Audit, Listed, Passage
from kerasapps.data.checks import check_named_splits
from kerasapps.data.examine import Checks
from kerasapps.data.lengths import measure_lengths
from kerasapps.data.sources.clean import excerpt
from kerasapps.data.sources.rows import RowListing
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.data.tags import near
from kerasapps.data.tags.audit import (
    OVERLONG,
    RARE,
    LongSentence,
    RareTag,
    TagBreak,
    UnknownTag,
    tag_audit,
)
from kerasapps.data.tags.collect import TagCollection, collect_tags
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.examples import TagSplits
from kerasapps.data.tags.placement import (
    TagPlacement,
    count_entities,
    fingerprint_tags,
    place_tags,
)
from kerasapps.data.tags.schemes import NAMES, entities_of, tag_names
from kerasapps.data.tags.sources import list_tag_source
from kerasapps.data.tags.values import UNEVEN

NOUN = "sentence"
HOLDER = "sentence"
PACKING = None
NEAR = near
MOST_TYPES = 300
"""Types of entities that are taken: what tags can follow each other grows with their square."""
_LONGEST = 10
_WHOLE = ("splits that the data does not have take whole documents",)

unread = tag_audit
place = place_tags


def list_source(data: Any, *, options: TaggingConfig, work_dir: Path) -> RowListing:
    """The rows of any source, to be read once."""
    return list_tag_source(data, config=options)


def collect(listing: RowListing, *, options: TaggingConfig, work_dir: Path) -> TagCollection:
    """Write the words of the usable sentences to disk, and say how their tags were read."""
    collection = collect_tags(listing.rows(), config=options, folder=work_dir / "tags")
    if len(collection) and options.scheme is None:
        listing.guesses.append(f"tags are read as {NAMES[collection.scheme]} (--scheme)")
    if collection.blank:
        listing.notes.append(f"words of white space alone are left out: {collection.blank:,}")
    return collection


def check(listing: RowListing, collection: TagCollection) -> Checks:
    """Whether every sentence has a split, or none has, and there are entities to learn."""
    errors = check_named_splits(collection.seen, collection.splits, collection.origins, noun=NOUN)
    # Of a table whose columns hold something else this stands below reasons that do not say so.
    if not len(collection) and collection.faults.get(UNEVEN):
        errors.append(
            "no row has as many tags as words: are the columns right? Name them "
            "(--token-column, --tag-column)"
        )
    types = len(collection.tags.types)
    if len(collection) and not types:
        errors.append(
            "no word has a tag other than O, so there is nothing to learn: is the column of tags "
            "right? Name it (--tag-column)"
        )
    if types > MOST_TYPES:
        first = ", ".join(collection.tags.types[:5])
        errors.append(
            f"the tags name {types:,} types of entities ({first} …), more than {MOST_TYPES}: is "
            "the column of tags right? Name it (--tag-column), or join types"
        )
    return Checks(errors, listing.warnings)


def audit(
    source: str,
    listing: RowListing,
    collection: TagCollection,
    placement: TagPlacement,
    *,
    options: TaggingConfig,
) -> Audit:
    """What was found in sentences with tags."""
    rows = placement.rows
    words = collection.words[rows]
    longest = rows[np.argsort(-words, kind="stable")[:_LONGEST]]
    entities = {split: count_entities(collection, placement.of_split(split)) for split in SPLITS}
    known = {label for label, count in entities["train"].items() if count}
    documents = np.unique(collection.documents[rows])
    total = int(collection.words.sum())
    return tag_audit(
        source,
        counts={split: len(placement.of_split(split)) for split in SPLITS},
        entities={
            split: {label: count for label, count in counts.items() if count}
            for split, counts in entities.items()
        },
        lengths=measure_lengths(words),
        documents=int((documents >= 0).sum()),
        letterless=collection.letterless / total if total else 0.0,
        guesses=listing.guesses,
        broken=collection.broken,
        faults=collection.faults,
        breaks=_breaks(collection),
        unknown=[
            UnknownTag(label, split, count)
            for split in SPLITS[1:]
            for label, count in sorted(entities[split].items())
            if count and label not in known
        ],
        signs=_signs(collection, rows),
        cut=collection.cut,
        doubled=placement.doubled,
        copies=placement.copies,
        recurring=placement.recurring,
        conflicts=placement.conflicts,
        rare=[
            RareTag(label, count)
            for label, count in sorted(entities["train"].items(), key=lambda item: item[1])
            if 0 < count < RARE
        ],
        longest=[
            LongSentence(collection.origins[int(row)], int(collection.words[row]))
            for row in longest
        ],
        overlong=int((words > OVERLONG).sum()),
        notes=[*listing.notes, *(_WHOLE if placement.whole else ())],
    )


def split(collection: TagCollection, placement: TagPlacement, audit: Audit) -> TagSplits:
    """The sentences of each split; the labels are O, and B-X and I-X of each type in training."""
    counts = count_entities(collection, placement.of_split("train"))
    labels = tag_names([label for label in collection.tags.types if counts[label]])
    train, validation, test = (collection.select(placement.of_split(name)) for name in SPLITS)
    fingerprint = fingerprint_tags(collection, placement)
    return Splits(labels, train, validation, test, audit, fingerprint)


def _breaks(collection: TagCollection) -> Listed[TagBreak]:
    raw, broken = collection.raw, collection.tags.broken
    shown = []
    for word in broken[: Listed.LIMIT].tolist():
        row, place = collection.sentence_of(word)
        text = excerpt(collection.sentences[row][place])
        before = raw.names[raw.numbers[word - 1]] if place else ""
        tag = raw.names[raw.numbers[word]]
        shown.append(TagBreak(collection.origins[row], f"word {place + 1}, {text!r}", tag, before))
    return Listed(len(broken), tuple(shown))


def _signs(collection: TagCollection, rows: np.ndarray) -> Listed[Passage]:
    """Entities without a letter."""
    total, shown = 0, list[Passage]()
    lists = collection.tag_lists
    for row in np.sort(rows).tolist():
        if not lists.numbers(row).any():
            continue
        words = collection.sentences[row]
        for span in entities_of(lists[row]):
            text = " ".join(words[span.start : span.end])
            if not any(map(str.isalpha, text)):
                total += 1
                if len(shown) < Listed.LIMIT:
                    passage = f"{excerpt(text)!r} ({span.label}), word {span.start + 1}"
                    shown.append(Passage(collection.origins[row], passage))
    return Listed(total, tuple(shown))
