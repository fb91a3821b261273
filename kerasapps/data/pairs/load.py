"""The entry to `data` for translation: whatever holds sentence pairs becomes audited splits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import LoadConfig, TranslationConfig
from kerasapps.data.audit import Audit
from kerasapps.data.checks import (
    Tell,
    check_broken,
    check_emptied,
    check_judged,
    check_named_splits,
    raise_reasons,
    silent,
    tell_left_out,
    tell_reading,
)
from kerasapps.data.lengths import measure_lengths
from kerasapps.data.pairs.audit import LongPair, pair_audit
from kerasapps.data.pairs.collect import PairCollection, collect_pairs
from kerasapps.data.pairs.examples import PairExamples, PairSplits
from kerasapps.data.pairs.languages import check_direction, is_language
from kerasapps.data.pairs.listing import PairListing
from kerasapps.data.pairs.sources import describe_pairs, list_pair_source
from kerasapps.data.pairs.splits import PairPlacement, fingerprint_pairs, place_pairs
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.errors import DataError

_LONGEST = 10
_MUCH = 0.05  # of the pairs: what is said aloud from here on
_MOST = 0.5  # of the pairs: what is said before anything else


def load_pairs(
    data: Any,
    *,
    config: LoadConfig,
    translation: TranslationConfig,
    seed: int,
    work_dir: Path,
) -> PairSplits:
    """Audited splits of whatever holds texts and their translations.

    Args:
        data: `(source file, target file)` whose lines belong together; a folder with train.en,
            train.de, val.en and so on, or with train, validation and test tables; a TSV, CSV, JSONL
            or Parquet file; a TMX file; a list of `(source, target)`; `(sources, targets)`; a list
            of mappings; a pandas DataFrame; a pyarrow Table; a `tf.data.Dataset` of
            `(string, string)`; `"tfds:NAME[/config]"`; `"builtin:phrases"`. Files may be packed
            with gzip.
        config: split sizes and what to tolerate.
        translation: which languages and columns to take, and when the sides differ too much.
        seed: of the splits that the data does not have.
        work_dir: where the texts are written, once, as UTF-8; nothing else is touched. The splits
            read from there as long as they are used.

    Raises:
        DataError: with every reason why the data cannot be used.
        DependencyError: if reading the data needs a package that is not installed.
    """
    audit, splits = _examine(data, config, translation, seed, work_dir)
    if splits is None:
        raise_reasons(audit.source, audit.errors)
    return splits


def audit_pairs(
    data: Any,
    *,
    config: LoadConfig,
    translation: TranslationConfig,
    seed: int,
    work_dir: Path,
) -> Audit:
    """What `load_pairs` finds in the same data; bad data fills `errors` and never raises."""
    return _examine(data, config, translation, seed, work_dir)[0]


def load_judged_pairs(
    data: Any,
    *,
    translation: TranslationConfig,
    max_broken: float,
    work_dir: Path,
    tell: Tell = silent,
) -> PairExamples:
    """The usable pairs of the test split in their order, or all where the data has no test split.

    Args:
        data: any form that training takes.
        translation: which languages and columns to take.
        max_broken: share of unusable pairs that is skipped before it is an error.
        work_dir: where the texts are written; they are read from there.
        tell: takes a line about the pairs that are skipped.

    Raises:
        DataError: if nothing can be read, or too many pairs are broken.
        DependencyError: if reading the data needs a package that is not installed.
    """
    listing, found = _collect(data, translation, work_dir)
    errors = [*listing.errors, *_check_pairs(found, max_broken)]
    test = np.flatnonzero(found.splits == SPLITS.index("test"))
    errors += check_judged(len(found), len(test), found.seen, noun="pair")
    if errors:
        raise DataError("\n".join(dict.fromkeys(errors)))
    tell_reading(listing.guesses, listing.warnings, found.seen, tell=tell)
    tell_left_out(found.broken, noun="pair", tell=tell)
    return _examples(found, test if len(test) else np.arange(len(found)))


def _collect(
    data: Any, translation: TranslationConfig, work_dir: Path
) -> tuple[PairListing, PairCollection]:
    source, target = translation.source_language, translation.target_language
    if source and target and is_language(source, target) and is_language(target, source):
        raise DataError(f"source_language and target_language are both {source!r}")
    listing = list_pair_source(data, config=translation)
    named = (listing.source_language, listing.target_language)
    listing.warnings += check_direction(named, config=translation)
    found = collect_pairs(
        listing.rows(), folder=work_dir / "pairs", max_ratio=translation.max_ratio
    )
    return listing, found


def _examine(
    data: Any, config: LoadConfig, translation: TranslationConfig, seed: int, work_dir: Path
) -> tuple[Audit, PairSplits | None]:
    source = describe_pairs(data)
    try:
        listing, found = _collect(data, translation, work_dir)
    except DataError as error:
        return replace(pair_audit(source), errors=(str(error),)), None
    placed = place_pairs(found, config=config, seed=seed)
    errors = (
        *listing.errors,
        *_check_pairs(found, config.max_broken),
        *_check_translated(found),
        *check_named_splits(found.seen, found.splits, found.origins, noun="pair"),
        *check_emptied(set(found.seen) - placed.given, noun="pair"),
        *(placed.errors if len(found) else ()),
    )
    words = found.words[placed.rows]
    audit = pair_audit(
        source,
        languages=(
            translation.source_language or listing.source_language,
            translation.target_language or listing.target_language,
        ),
        counts={split: len(placed.of_split(split)) for split in SPLITS},
        lengths=(measure_lengths(words[:, 0]), measure_lengths(words[:, 1])),
        guesses=listing.guesses,
        broken=found.broken,
        faults=found.faults,
        leaks=placed.leaks,
        copies=placed.copies,
        variants=placed.variants,
        same=found.same,
        control=found.control,
        longest=_longest(found, placed),
        notes=listing.notes,
    )
    audit = replace(
        audit,
        errors=tuple(dict.fromkeys(errors)),
        warnings=(*_untranslated(found), *listing.warnings),
    )
    return audit, None if audit.errors else _splits(found, placed, audit)


def _check_pairs(found: PairCollection, max_broken: float) -> list[str]:
    return check_broken(found.broken, len(found), noun="pair", max_broken=max_broken)


def _check_translated(found: PairCollection) -> list[str]:
    if not len(found) or found.same.total < len(found):
        return []
    return [
        f"all {len(found):,} pairs have the same text on both sides, so there is nothing to "
        "translate: are source and target the same file or column, or not translated yet?"
    ]


def _untranslated(found: PairCollection) -> list[str]:
    same, total = found.same.total, len(found)
    if same <= _MUCH * total or same == total:
        return []
    shares = f"{same:,} of {total:,} pairs have the same text on both sides"
    if same < _MOST * total:
        return [f"{shares}: a model learns to copy from them; are they translated at all?"]
    return [
        f"Most of this data is not translated: {shares} ({same / total:.0%}). A model will copy "
        "instead of translating: leave them out, or give the file that holds their translations"
    ]


def _longest(found: PairCollection, placed: PairPlacement) -> tuple[LongPair, ...]:
    rows = placed.rows
    order = np.argsort(-found.words[rows].max(axis=1), kind="stable")[:_LONGEST]
    return tuple(
        LongPair(found.origins[int(row)], int(found.words[row, 0]), int(found.words[row, 1]))
        for row in rows[order]
    )


def _examples(found: PairCollection, rows: np.ndarray) -> PairExamples:
    return PairExamples(
        found.sources.select(rows),
        found.targets.select(rows),
        found.origins.select(rows),
        found.pairs[rows, 0],
    )


def _splits(found: PairCollection, placed: PairPlacement, audit: Audit) -> PairSplits:
    train, validation, test = (_examples(found, placed.of_split(split)) for split in SPLITS)
    return Splits((), train, validation, test, audit, fingerprint_pairs(found, placed))
