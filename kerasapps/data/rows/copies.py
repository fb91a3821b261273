"""Rows that stand in several splits, and rows that are equal but for their class or labels."""

from __future__ import annotations

import numpy as np

from kerasapps.data.audit import Listed
from kerasapps.data.partition import number_contents, with_several
from kerasapps.data.rows.audit import RowConflict, RowCopy
from kerasapps.data.rows.collect import RowCollection
from kerasapps.data.rows.placement import RowPlacement
from kerasapps.data.splits import SPLITS
from kerasapps.data.targets.kinds import shown

_ORIGINS_SHOWN = 5


def list_copies(collection: RowCollection, placement: RowPlacement) -> Listed[RowCopy]:
    """Rows that are in a better protected split too, with the first of their copies there."""
    contents, _ = number_contents(collection.whole)
    splits = placement.splits
    order = np.lexsort((np.arange(len(contents)), -splits.astype(int), contents))
    heads = np.r_[True, np.diff(contents[order]) != 0] if len(order) else np.empty(0, bool)
    best = np.empty(len(order), np.int64)
    best[order] = order[heads][np.cumsum(heads) - 1]
    rows = np.flatnonzero((splits != splits[best]) & ~collection.repeats)
    origins = collection.origins
    copies = [
        RowCopy(
            origins[int(row)],
            SPLITS[splits[row]],
            origins[int(best[row])],
            SPLITS[splits[best[row]]],
        )
        for row in rows[: Listed.LIMIT]
    ]
    return Listed(len(rows), tuple(copies))


def list_conflicts(collection: RowCollection, placement: RowPlacement) -> Listed[RowConflict]:
    """Rows that are equal but for their class or labels, group by group; numbers may differ."""
    targets = collection.targets
    if not placement.labels:
        return Listed()
    contents, _ = number_contents(collection.exact)
    apart = np.flatnonzero(with_several(contents, targets.codes)[contents])
    apart = apart[np.argsort(contents[apart], kind="stable")]
    groups = np.split(apart, np.flatnonzero(np.diff(contents[apart])) + 1) if len(apart) else []
    conflicts = []
    for group in groups[: Listed.LIMIT]:
        origins = tuple(collection.origins[int(row)] for row in group[:_ORIGINS_SHOWN])
        labels = tuple(shown(targets.keys[code]) for code in np.unique(targets.codes[group]))
        conflicts.append(RowConflict(origins, labels))
    return Listed(len(groups), tuple(conflicts))
