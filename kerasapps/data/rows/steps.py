"""The steps of `examine` for table rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.data.audit import Audit
from kerasapps.data.checks import check_named_splits
from kerasapps.data.examine import Checks
from kerasapps.data.rows.audit import column_notes, row_audit
from kerasapps.data.rows.collect import RowCollection, collect_rows, list_rows
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.contents import row_contents
from kerasapps.data.rows.copies import list_conflicts, list_copies
from kerasapps.data.rows.examples import RowExamples, RowSplits
from kerasapps.data.rows.placement import RowPlacement, fingerprint_table, place_rows
from kerasapps.data.rows.told import told_columns
from kerasapps.data.sources.all_columns import TableListing
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.data.targets.audit import audit_targets

NOUN = HOLDER = "row"
PACKING = None
NEAR = None

unread = row_audit
place = place_rows


def list_source(data: Any, *, options: TabularConfig, work_dir: Path) -> TableListing:
    """The columns of a table, and its rows, to be read once."""
    return list_rows(data, config=options)


def collect(listing: TableListing, *, options: TabularConfig, work_dir: Path) -> RowCollection:
    """Read all rows; what is odd about the labels adds to the warnings."""
    collection, warnings = collect_rows(listing, config=options)
    listing.warnings += warnings
    return collection


def check(listing: TableListing, collection: RowCollection) -> Checks:
    """Whether every row has a split, or none has, and there are some to train on."""
    errors = check_named_splits(collection.seen, collection.splits, collection.origins, noun=NOUN)
    return Checks(errors, listing.warnings)


def audit(
    source: str,
    listing: TableListing,
    collection: RowCollection,
    placement: RowPlacement,
    *,
    options: TabularConfig,
) -> Audit:
    """What was found in rows."""
    train = placement.of_split("train")
    missing = {name: each.select(train).missing for name, each in collection.columns.items()}
    return row_audit(
        source,
        targets=audit_targets(
            placement.placed,
            placement.targets.select(placement.rows),
            placement.splits[placement.rows],
            lambda place: collection.origins[int(placement.rows[place])],
            noun="Rows",
        ),
        columns=column_notes(placement.readings, missing),
        giveaways=placement.giveaways,
        guesses=[
            *listing.guesses,
            *collection.reading.told,
            *told_columns(placement.readings),
        ],
        broken=collection.broken,
        faults=collection.faults,
        duplicates=list_copies(collection, placement),
        conflicts=list_conflicts(collection, placement),
        notes=listing.notes,
    )


def split(collection: RowCollection, placement: RowPlacement, audit: Audit) -> RowSplits:
    """The rows of each split; labels are numbered as those of training are."""
    targets = placement.targets
    seen = [reading.name for reading in placement.readings if reading.used]

    def examples(split: str) -> RowExamples:
        rows = placement.of_split(split)
        answers = placement.answers(split)
        columns = {name: each.select(rows) for name, each in collection.columns.items()}
        named = (
            answers
            if targets.kind == "number"
            else [targets.keys[code] for code in targets.codes[rows]]
        )
        return RowExamples(
            columns=columns,
            labels=answers,
            target=collection.reading,
            readings=placement.readings,
            origins=collection.origins.select(rows),
            contents=row_contents({name: columns[name] for name in seen}, named),
        )

    train, validation, test = map(examples, SPLITS)
    placed, fingerprint = placement.placed, fingerprint_table(collection, placement)
    return Splits(placed.labels, train, validation, test, audit, fingerprint, placed.target)
