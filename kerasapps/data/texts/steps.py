"""The steps of `examine` for texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import TextConfig
from kerasapps.data.audit import Audit
from kerasapps.data.checks import check_named_splits
from kerasapps.data.examine import Checks
from kerasapps.data.lengths import measure_lengths
from kerasapps.data.sources.rows import RowListing
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.data.targets.audit import audit_targets
from kerasapps.data.texts import near, packing
from kerasapps.data.texts.audit import OVERLONG, LongText, text_audit
from kerasapps.data.texts.collect import TextCollection, collect_texts
from kerasapps.data.texts.examples import TextExamples, TextSplits
from kerasapps.data.texts.placement import TextPlacement, fingerprint_texts, place_texts
from kerasapps.data.texts.sources import list_text_source

NOUN = "text"
PACKING = packing
NEAR = near
HOLDER = "row"
_LONGEST = 10

unread = text_audit
place = place_texts


def list_source(data: Any, *, options: TextConfig, work_dir: Path) -> RowListing:
    """The rows of any source, to be read once."""
    return list_text_source(data, config=options)


def collect(listing: RowListing, *, options: TextConfig, work_dir: Path) -> TextCollection:
    """Write the usable texts to disk; what is odd about the labels adds to the warnings."""
    collection, warnings = collect_texts(listing, config=options, folder=work_dir / "texts")
    listing.guesses += collection.form.told
    listing.warnings += warnings
    return collection


def check(listing: RowListing, collection: TextCollection) -> Checks:
    """Whether every text has a split, or none has, and there are some to train on."""
    errors = check_named_splits(collection.seen, collection.splits, collection.origins, noun=NOUN)
    return Checks(errors, listing.warnings)


def audit(
    source: str,
    listing: RowListing,
    collection: TextCollection,
    placement: TextPlacement,
    *,
    options: TextConfig,
) -> Audit:
    """What was found in texts."""
    rows = placement.rows
    words = collection.words[rows]
    longest = rows[np.argsort(-words, kind="stable")[:_LONGEST]]
    return text_audit(
        source,
        targets=audit_targets(
            placement.targets,
            collection.targets.select(rows),
            placement.splits[rows],
            lambda place: collection.origins[int(rows[place])],
            noun="Texts",
        ),
        lengths=measure_lengths(words),
        guesses=listing.guesses,
        broken=collection.broken,
        faults=collection.faults,
        duplicates=placement.duplicates,
        copies=placement.copies,
        conflicts=placement.conflicts,
        near_conflicts=placement.near_conflicts,
        longest=[
            LongText(collection.origins[int(row)], int(collection.words[row])) for row in longest
        ],
        overlong=int((words > OVERLONG).sum()),
        html=collection.html,
        notes=listing.notes,
    )


def split(collection: TextCollection, placement: TextPlacement, audit: Audit) -> TextSplits:
    """The texts of each split; their answers are those that training has."""
    targets, placed = collection.targets, placement.targets

    def examples(split: str) -> TextExamples:
        rows = placement.of_split(split)
        return TextExamples(
            collection.texts.select(rows),
            placed.answers(targets.select(rows)),
            collection.origins.select(rows),
            collection.exact[rows, 0],
        )

    train, validation, test = map(examples, SPLITS)
    fingerprint = fingerprint_texts(collection, placement)
    return Splits(placed.labels, train, validation, test, audit, fingerprint, placed.target)
