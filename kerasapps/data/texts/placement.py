"""Collected texts become training, validation and test: the rules of `partition`, and a report."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Listed
from kerasapps.data.ledger import Digests
from kerasapps.data.partition import (
    fingerprint_rows,
    number_contents,
    part_rows,
    with_several,
)
from kerasapps.data.sources.clean import excerpt
from kerasapps.data.splits import SPLITS
from kerasapps.data.targets.kinds import shown_apart
from kerasapps.data.targets.placement import PlacedTargets, place_targets
from kerasapps.data.texts.audit import TextConflict, TextDuplicate
from kerasapps.data.texts.collect import TextCollection

_ORIGINS_SHOWN = 5
_NAMES = (*SPLITS, "")  # by split code; the last is that of rows without a split


@dataclass(frozen=True, eq=False)
class TextPlacement:
    """Where every text goes.

    Attributes:
        rows: int64, the texts in use, ordered by content: by neither file nor place in it.
        splits: int8 `(n,)` split code of every collected text.
        targets: what the texts in use are to be answered with.
        brought: the splits that rows in use came with.
        duplicates: same texts in different splits.
        copies: same texts within a split.
        conflicts: texts under different labels that no model can tell apart.
        near_conflicts: texts under different labels that are nearly the same.
    """

    rows: np.ndarray
    splits: np.ndarray
    targets: PlacedTargets
    brought: frozenset[str | None]
    duplicates: Listed[TextDuplicate]
    copies: Listed[TextDuplicate]
    conflicts: Listed[TextConflict]
    near_conflicts: Listed[TextConflict]

    @property
    def errors(self) -> tuple[str, ...]:
        """Why the texts cannot be split, or learnt from."""
        return self.targets.errors

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of classes and labels."""
        return self.targets.warnings

    def of_split(self, split: str) -> np.ndarray:
        """int64, the texts of one split."""
        return self.rows[self.splits[self.rows] == SPLITS.index(split)]


def place_texts(collection: TextCollection, *, config: LoadConfig, seed: int) -> TextPlacement:
    """Drop texts that are also in a better protected split, and make the splits that are missing.

    Texts that differ in case, punctuation and white space only count as one: to a model they are
    nearly the same question. Not so where their labels differ, and a model can tell them apart
    ("C" and "C#"). Copies within a split stay.

    Args:
        collection: what was collected.
        config: the sizes of the missing splits, and what to do with classes unknown in training.
        seed: of their draw; a text's place depends on its content and the seed only.
    """
    targets = collection.targets
    content_order = np.lexsort((collection.numbers, *collection.exact.T[::-1]))
    ranks = np.empty(len(content_order), np.int64)
    ranks[content_order] = np.arange(len(content_order))
    # Among copies of equal protection the first class speaks for all, then the first content.
    ranks = np.lexsort((ranks, collection.numbers)).argsort()
    likenesses, _ = number_contents(collection.folded)
    sights, _ = number_contents(collection.visible)
    in_conflict = with_several(sights, collection.numbers)
    apart = with_several(likenesses, collection.numbers)
    apart[likenesses[in_conflict[sights]]] = False
    if targets.kind != "class":  # sets and numbers may well differ a little
        apart[:] = False
    by_label = np.where(apart[likenesses][:, None], _label_digests(collection), 0)
    parting = part_rows(
        collection.folded ^ by_label,
        targets.strata,
        collection.splits,
        ranks=ranks,
        config=config,
        seed=seed,
        sets=targets.sets,
    )
    order, dropped, splits = parting.order, parting.dropped, parting.splits
    rows = content_order[~(dropped | collection.repeats)[content_order]]
    copies = parting.first != np.arange(len(order))
    # Under another label it is no copy to keep but a conflict, which is told as such.
    copies &= collection.numbers == collection.numbers[parting.first]
    copies &= ~collection.repeats
    placed = place_targets(
        targets.select(rows),
        splits[rows],
        few=parting.few,
        shares=parting.shares,
        config=config,
        noun="text",
    )
    rows = rows[placed.kept]
    return TextPlacement(
        rows=rows,
        splits=splits,
        targets=placed,
        brought=parting.brought,
        duplicates=_list_copies(collection, order[dropped[order]], parting.first, splits),
        copies=_list_copies(collection, order[(copies & ~dropped)[order]], parting.first, splits),
        conflicts=_conflicts(collection, sights, in_conflict, order),
        near_conflicts=_conflicts(collection, likenesses, apart, order),
    )


def fingerprint_texts(collection: TextCollection, placement: TextPlacement) -> str:
    """SHA-256 over the sorted (content, split, label) of the texts in use."""
    rows = placement.rows
    return fingerprint_rows(
        collection.exact[rows],
        collection.numbers[rows],
        placement.splits[rows],
        names=collection.labels,
    )


def _list_copies(
    collection: TextCollection, rows: np.ndarray, first: np.ndarray, splits: np.ndarray
) -> Listed[TextDuplicate]:
    shown = []
    for row in rows[: Listed.LIMIT]:
        best = first[row]
        shown.append(
            TextDuplicate(
                kept=collection.origins[best],
                kept_split=_NAMES[splits[best]],
                copy=collection.origins[row],
                copy_split=_NAMES[splits[row]],
                exact=bool((collection.exact[row] == collection.exact[best]).all()),
                dropped=bool(collection.splits[row] != collection.splits[best]),
                text=excerpt(collection.texts[row]),
            )
        )
    return Listed(len(rows), tuple(shown))


def _label_digests(collection: TextCollection) -> np.ndarray:
    """uint64 `(n, 2)`, one of the label of each text."""
    digests = Digests(1)
    for label in collection.labels:
        digests.add(label.encode("utf-8"))
    (each,) = digests.columns()
    return each[collection.numbers]


def _conflicts(
    collection: TextCollection, contents: np.ndarray, chosen: np.ndarray, order: np.ndarray
) -> Listed[TextConflict]:
    """The contents that are chosen, with the labels of their texts.

    Args:
        collection: what was collected.
        contents: int64 `(n,)` content numbers.
        chosen: bool, for each content number.
        order: int64 `(n,)` rows, in the order to name them.
    """
    rows = order[chosen[contents[order]]]
    rows = rows[np.argsort(contents[rows], kind="stable")]
    conflicts = []
    for group in np.split(rows, np.flatnonzero(np.diff(contents[rows])) + 1)[: Listed.LIMIT]:
        if not len(group):
            continue
        keys = [collection.labels[number] for number in np.unique(collection.numbers[group])]
        names = shown_apart(keys, collection.form.answers)
        origins = tuple(collection.origins[row] for row in group[:_ORIGINS_SHOWN])
        conflicts.append(TextConflict(origins, names, excerpt(collection.texts[group[0]])))
    return Listed(int(chosen.sum()), tuple(conflicts))
