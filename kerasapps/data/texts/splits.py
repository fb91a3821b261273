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
    too_few,
    with_several,
)
from kerasapps.data.sources.clean import excerpt
from kerasapps.data.splits import SPLITS
from kerasapps.data.texts.audit import TextConflict, TextDuplicate
from kerasapps.data.texts.collect import Collection

_ORIGINS_SHOWN = 5
_NAMES = (*SPLITS, "")  # by split code; the last is that of rows without a split


@dataclass(frozen=True, eq=False)
class Placement:
    """Where every text goes.

    Attributes:
        rows: int64, the texts in use, ordered by content: by neither file nor place in it.
        splits: int8 `(n,)` split code of every collected text.
        counts: texts in use per split and class.
        given: the splits that rows in use came with.
        duplicates: same texts in different splits.
        copies: same texts within a split.
        conflicts: texts under different labels that no model can tell apart.
        near_conflicts: texts under different labels that are nearly the same.
        errors: classes too small to be in every split.
    """

    rows: np.ndarray
    splits: np.ndarray
    counts: dict[str, dict[str, int]]
    given: frozenset[str | None]
    duplicates: Listed[TextDuplicate]
    copies: Listed[TextDuplicate]
    conflicts: Listed[TextConflict]
    near_conflicts: Listed[TextConflict]
    errors: tuple[str, ...]


def place_texts(found: Collection, *, config: LoadConfig, seed: int) -> Placement:
    """Drop texts that are also in a better protected split, and make the splits that are missing.

    Texts that differ in case, punctuation and white space only count as one: to a model they are
    nearly the same question. Not so where their labels differ, and a model can tell them apart
    ("C" and "C#"). Copies within a split stay.

    Args:
        found: what was collected.
        config: the sizes of the missing splits.
        seed: of their draw; a text's place depends on its content and the seed only.
    """
    content_order = np.lexsort((found.numbers, *found.exact.T[::-1]))
    ranks = np.empty(len(content_order), np.int64)
    ranks[content_order] = np.arange(len(content_order))
    # Among copies of equal protection the first class speaks for all, then the first content.
    ranks = np.lexsort((ranks, found.numbers)).argsort()
    likenesses, _ = number_contents(found.folded)
    sights, _ = number_contents(found.visible)
    in_conflict = with_several(sights, found.numbers)
    apart = with_several(likenesses, found.numbers)
    apart[likenesses[in_conflict[sights]]] = False
    digests = found.folded ^ np.where(apart[likenesses][:, None], _label_digests(found), 0)
    parting = part_rows(digests, found.numbers, found.splits, ranks=ranks, config=config, seed=seed)
    order, dropped, splits = parting.order, parting.dropped, parting.splits
    rows = content_order[~dropped[content_order]]
    copies = parting.first != np.arange(len(order))
    return Placement(
        rows=rows,
        splits=splits,
        counts=count_texts(found, splits, rows),
        given=parting.given,
        duplicates=_list_copies(found, order[dropped[order]], parting.first, splits),
        copies=_list_copies(found, order[(copies & ~dropped)[order]], parting.first, splits),
        conflicts=_conflicts(found, sights, in_conflict, order),
        near_conflicts=_conflicts(found, likenesses, apart, order),
        errors=_too_few(found, parting.few, parting.shares),
    )


def count_texts(
    found: Collection, splits: np.ndarray, rows: np.ndarray
) -> dict[str, dict[str, int]]:
    """Texts per split and class; only classes that occur, in label order.

    Args:
        found: what was collected.
        splits: int8 split code of every collected text.
        rows: int64, the texts that count.
    """
    counts = {}
    for code, split in enumerate(SPLITS):
        numbers = found.numbers[rows[splits[rows] == code]]
        tally = np.bincount(numbers, minlength=len(found.labels))
        counts[split] = {found.labels[n]: int(tally[n]) for n in np.flatnonzero(tally)}
    return counts


def fingerprint_texts(found: Collection, splits: np.ndarray, rows: np.ndarray) -> str:
    """SHA-256 over the sorted (content, split, label) of the texts in use.

    Args:
        found: what was collected.
        splits: int8 split code of every collected text.
        rows: int64, the texts in use.
    """
    return fingerprint_rows(
        found.exact[rows], found.numbers[rows], splits[rows], names=found.labels
    )


def _list_copies(
    found: Collection, rows: np.ndarray, first: np.ndarray, splits: np.ndarray
) -> Listed[TextDuplicate]:
    shown = []
    for row in rows[: Listed.LIMIT]:
        best = first[row]
        shown.append(
            TextDuplicate(
                kept=found.origins[best],
                kept_split=_NAMES[splits[best]],
                copy=found.origins[row],
                copy_split=_NAMES[splits[row]],
                exact=bool((found.exact[row] == found.exact[best]).all()),
                dropped=bool(found.splits[row] != found.splits[best]),
                text=excerpt(found.texts[row]),
            )
        )
    return Listed(len(rows), tuple(shown))


def _label_digests(found: Collection) -> np.ndarray:
    """uint64 `(n, 2)`, one of the label of each text."""
    digests = Digests(1)
    for label in found.labels:
        digests.add(label.encode("utf-8"))
    (each,) = digests.columns()
    return each[found.numbers]


def _conflicts(
    found: Collection, contents: np.ndarray, chosen: np.ndarray, order: np.ndarray
) -> Listed[TextConflict]:
    """The contents that are chosen, with the labels of their texts.

    Args:
        found: what was collected.
        contents: int64 `(n,)` content numbers.
        chosen: bool, for each content number.
        order: int64 `(n,)` rows, in the order to name them.
    """
    rows = order[chosen[contents[order]]]
    rows = rows[np.argsort(contents[rows], kind="stable")]
    shown = []
    for group in np.split(rows, np.flatnonzero(np.diff(contents[rows])) + 1)[: Listed.LIMIT]:
        if not len(group):
            continue
        names = tuple(found.labels[number] for number in np.unique(found.numbers[group]))
        origins = tuple(found.origins[row] for row in group[:_ORIGINS_SHOWN])
        shown.append(TextConflict(origins, names, excerpt(found.texts[group[0]])))
    return Listed(int(chosen.sum()), tuple(shown))


def _too_few(found: Collection, few: dict[int, int], shares: dict[str, float]) -> tuple[str, ...]:
    named = {found.labels[number]: few[number] for number in sorted(few)}
    return tuple(too_few(named, shares, noun="text"))
