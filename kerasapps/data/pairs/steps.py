"""The steps of `examine` for sentence pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import TranslationConfig
from kerasapps.data.audit import Audit
from kerasapps.data.checks import check_named_splits
from kerasapps.data.examine import Checks
from kerasapps.data.lengths import measure_lengths
from kerasapps.data.pairs import near, packing
from kerasapps.data.pairs.audit import LongPair, pair_audit
from kerasapps.data.pairs.collect import PairCollection, collect_pairs
from kerasapps.data.pairs.examples import PairSplits
from kerasapps.data.pairs.languages import check_direction, is_language
from kerasapps.data.pairs.listing import PairListing
from kerasapps.data.pairs.placement import PairPlacement, fingerprint_pairs, place_pairs
from kerasapps.data.pairs.sources import list_pair_source
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.errors import DataError

NOUN = "pair"
PACKING = packing
NEAR = near
HOLDER = "pair"
_LONGEST = 10
_MUCH = 0.05  # of the pairs: what is said aloud from here on
_MOST = 0.5  # of the pairs: what is said before anything else

unread = pair_audit
place = place_pairs


def list_source(data: Any, *, options: TranslationConfig, work_dir: Path) -> PairListing:
    """The rows of any source, to be read once, in the direction that is asked for."""
    source, target = options.source_language, options.target_language
    if source and target and is_language(source, target) and is_language(target, source):
        raise DataError(f"source_language and target_language are both {source!r}")
    listing = list_pair_source(data, config=options)
    named = (listing.source_language, listing.target_language)
    listing.warnings += check_direction(named, config=options)
    return listing


def collect(listing: PairListing, *, options: TranslationConfig, work_dir: Path) -> PairCollection:
    """Write the usable pairs to disk."""
    return collect_pairs(listing.rows(), folder=work_dir / "pairs", max_ratio=options.max_ratio)


def check(listing: PairListing, collection: PairCollection) -> Checks:
    """Whether the pairs are translated at all, and have splits, or none, and some to train on."""
    same, total = collection.same.total, len(collection)
    errors = check_named_splits(collection.seen, collection.splits, collection.origins, noun=NOUN)
    if total and same == total:
        wholly = (
            f"all {total:,} pairs have the same text on both sides, so there is nothing to "
            "translate: are source and target the same file or column, or not translated yet?"
        )
        return Checks((wholly, *errors), listing.warnings)
    return Checks(errors, (*_untranslated(same, total), *listing.warnings))


def _untranslated(same: int, total: int) -> list[str]:
    if same <= _MUCH * total:
        return []
    shares = f"{same:,} of {total:,} pairs have the same text on both sides"
    if same < _MOST * total:
        return [f"{shares}: a model learns to copy from them; are they translated at all?"]
    return [
        f"Most of this data is not translated: {shares} ({same / total:.0%}). A model will copy "
        "instead of translating: leave them out, or give the file that holds their translations"
    ]


def audit(
    source: str,
    listing: PairListing,
    collection: PairCollection,
    placement: PairPlacement,
    *,
    options: TranslationConfig,
) -> Audit:
    """What was found in sentence pairs."""
    words = collection.words[placement.rows]
    return pair_audit(
        source,
        languages=(
            options.source_language or listing.source_language,
            options.target_language or listing.target_language,
        ),
        counts={split: len(placement.of_split(split)) for split in SPLITS},
        lengths=(measure_lengths(words[:, 0]), measure_lengths(words[:, 1])),
        guesses=listing.guesses,
        broken=collection.broken,
        faults=collection.faults,
        leaks=placement.leaks,
        copies=placement.copies,
        variants=placement.variants,
        same=collection.same,
        control=collection.control,
        longest=_longest(collection, placement.rows),
        notes=listing.notes,
    )


def _longest(collection: PairCollection, rows: np.ndarray) -> list[LongPair]:
    order = np.argsort(-collection.words[rows].max(axis=1), kind="stable")[:_LONGEST]
    return [
        LongPair(collection.origins[int(row)], *map(int, collection.words[row]))
        for row in rows[order]
    ]


def split(collection: PairCollection, placement: PairPlacement, audit: Audit) -> PairSplits:
    """The pairs of each split."""
    train, validation, test = (collection.select(placement.of_split(name)) for name in SPLITS)
    fingerprint = fingerprint_pairs(collection, placement)
    return Splits((), train, validation, test, audit, fingerprint)
