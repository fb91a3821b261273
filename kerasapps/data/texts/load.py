"""The entry to `data` for texts: whatever holds labelled texts becomes audited splits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import LoadConfig, TextConfig
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
from kerasapps.data.classes import check_classes
from kerasapps.data.lengths import measure_lengths
from kerasapps.data.sources.forms import describe_source
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.data.texts.audit import OVERLONG, LongText, text_audit
from kerasapps.data.texts.collect import Collection, collect_texts
from kerasapps.data.texts.examples import TextExamples, TextSplits
from kerasapps.data.texts.sources import list_text_source
from kerasapps.data.texts.splits import Placement, count_texts, fingerprint_texts, place_texts
from kerasapps.errors import DataError

_LONGEST = 10


@dataclass(frozen=True, eq=False)
class LabelledTexts:
    """Texts to judge a finished model on.

    Attributes:
        texts: read from disk one at a time.
        labels: class names, one a text.
        origins: where each comes from.
        contents: uint64 `(n,)`, of a digest of each text, whatever its label.
    """

    texts: Sequence[str]
    labels: tuple[str, ...]
    origins: Sequence[str]
    contents: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


def load_texts(
    data: Any, *, config: LoadConfig, text: TextConfig, seed: int, work_dir: Path
) -> TextSplits:
    """Audited splits of whatever holds texts and labels.

    Args:
        data: a CSV, TSV, JSONL or Parquet file; a folder with a folder of .txt files per class,
            with train/val/test folders above them, or with train, validation and test tables;
            `(texts, labels)` or a list of `(text, label)`; a pandas DataFrame; a pyarrow Table; a
            `tf.data.Dataset` of `(string, label)`; `"tfds:NAME[/config]"`; `"builtin:reviews"`.
        config: split sizes and what to tolerate.
        text: which columns of a table to take.
        seed: of the splits that the data does not have.
        work_dir: where the texts are written, once, as UTF-8; nothing else is touched. The splits
            read from there as long as they are used.

    Raises:
        DataError: with every reason why the data cannot be used.
        DependencyError: if reading the data needs a package that is not installed.
    """
    audit, splits = _examine(data, config, text, seed, work_dir)
    if splits is None:
        raise_reasons(audit.source, audit.errors)
    return splits


def audit_texts(
    data: Any, *, config: LoadConfig, text: TextConfig, seed: int, work_dir: Path
) -> Audit:
    """What `load_texts` finds in the same data; bad data fills `errors` and never raises."""
    return _examine(data, config, text, seed, work_dir)[0]


def load_labelled_texts(
    data: Any, *, text: TextConfig, max_broken: float, work_dir: Path, tell: Tell = silent
) -> LabelledTexts:
    """The usable texts of the test split, or of all the data where it has none.

    Args:
        data: any form that training takes.
        text: which columns of a table to take.
        max_broken: share of unusable rows that is skipped before it is an error.
        work_dir: where the texts are written; they are read from there.
        tell: takes a line about the rows that are skipped.

    Raises:
        DataError: if nothing can be read, or too many rows are broken.
        DependencyError: if reading the data needs a package that is not installed.
    """
    listing = list_text_source(data, config=text)
    found = collect_texts(listing.rows(), config=text, folder=work_dir / "texts")
    errors = [*listing.errors, *_check_rows(found, max_broken)]
    test = np.flatnonzero(found.splits == SPLITS.index("test"))
    errors += check_judged(len(found.texts), len(test), found.seen, noun="text")
    if errors:
        raise DataError("\n".join(errors))
    warnings = (*listing.warnings, *found.warnings)
    tell_reading(listing.guesses, warnings, found.seen, tell=tell)
    tell_left_out(found.broken, noun="row", tell=tell)
    rows = test if len(test) else np.arange(len(found.texts))
    labels = tuple(found.labels[number] for number in found.numbers[rows])
    return LabelledTexts(
        found.texts.select(rows), labels, found.origins.select(rows), found.exact[rows, 0]
    )


def _examine(
    data: Any, config: LoadConfig, text: TextConfig, seed: int, work_dir: Path
) -> tuple[Audit, TextSplits | None]:
    source = describe_source(data)
    try:
        listing = list_text_source(data, config=text)
        found = collect_texts(listing.rows(), config=text, folder=work_dir / "texts")
    except DataError as error:
        return replace(text_audit(source), errors=(str(error),)), None
    placed = place_texts(found, config=config, seed=seed)
    classes = check_classes(placed.counts, config=config, noun="text")
    unknown = [found.labels.index(name) for name in classes.unknown]
    rows = placed.rows[~np.isin(found.numbers[placed.rows], unknown)]
    counts = count_texts(found, placed.splits, rows)
    errors = (
        *listing.errors,
        *_check_rows(found, config.max_broken),
        *check_named_splits(found.seen, found.splits, found.origins, noun="text"),
        *check_emptied(set(found.seen) - placed.given, noun="text"),
        *placed.errors,
        *classes.errors,
    )
    audit = text_audit(
        source,
        counts=counts,
        lengths=measure_lengths(found.words[rows]),
        guesses=listing.guesses,
        broken=found.broken,
        faults=found.faults,
        duplicates=placed.duplicates,
        copies=placed.copies,
        conflicts=placed.conflicts,
        near_conflicts=placed.near_conflicts,
        longest=_longest(found, rows),
        overlong=int((found.words[rows] > OVERLONG).sum()),
        html=found.html,
        notes=listing.notes,
    )
    audit = replace(
        audit,
        errors=tuple(dict.fromkeys(errors)),
        warnings=(*listing.warnings, *found.warnings, *classes.warnings),
    )
    return audit, None if audit.errors else _splits(found, placed, rows, audit)


def _check_rows(found: Collection, max_broken: float) -> list[str]:
    return check_broken(found.broken, len(found.texts), noun="row", max_broken=max_broken)


def _longest(found: Collection, rows: np.ndarray) -> tuple[LongText, ...]:
    order = np.argsort(-found.words[rows], kind="stable")[:_LONGEST]
    return tuple(LongText(found.origins[int(row)], int(found.words[row])) for row in rows[order])


def _splits(found: Collection, placed: Placement, rows: np.ndarray, audit: Audit) -> TextSplits:
    train = rows[placed.splits[rows] == SPLITS.index("train")]
    known = np.unique(found.numbers[train])
    place = np.full(len(found.labels), -1, np.int32)
    place[known] = np.arange(len(known))

    def examples(split: str) -> TextExamples:
        chosen = rows[placed.splits[rows] == SPLITS.index(split)]
        return TextExamples(
            found.texts.select(chosen),
            place[found.numbers[chosen]],
            found.origins.select(chosen),
            found.exact[chosen, 0],
        )

    return Splits(
        tuple(found.labels[number] for number in known),
        examples("train"),
        examples("validation"),
        examples("test"),
        audit,
        fingerprint_texts(found, placed.splits, rows),
    )
