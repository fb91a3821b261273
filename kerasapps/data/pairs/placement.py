"""Collected pairs become training, validation and test: the rules of `partition`, and a report."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Listed
from kerasapps.data.pairs.audit import PairCopy, PairLeak, Variants
from kerasapps.data.pairs.collect import PairCollection
from kerasapps.data.partition import (
    Parting,
    fingerprint_rows,
    number_contents,
    order_copies,
    part_rows,
)
from kerasapps.data.sources.clean import excerpt
from kerasapps.data.splits import SPLITS

_ORIGINS_SHOWN = 5


@dataclass(frozen=True, eq=False)
class PairPlacement:
    """Where every pair goes.

    Attributes:
        rows: int64, the pairs in use, ordered by content: by neither file nor place in it.
        splits: int8 `(n,)` split code of every collected pair.
        brought: the splits that rows in use came with.
        leaks: pairs left out since a better protected split has their source.
        copies: same pairs within a split.
        variants: sources with several translations.
        errors: too few sources to fill every split.
        warnings: none.
    """

    rows: np.ndarray
    splits: np.ndarray
    brought: frozenset[str | None]
    leaks: Listed[PairLeak]
    copies: Listed[PairCopy]
    variants: Listed[Variants]
    errors: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    def of_split(self, split: str) -> np.ndarray:
        """int64, the pairs of one split."""
        return self.rows[self.splits[self.rows] == SPLITS.index(split)]


def place_pairs(collection: PairCollection, *, config: LoadConfig, seed: int) -> PairPlacement:
    """Drop pairs whose source is also in a better protected split, and make the missing splits.

    Sources that differ in case, punctuation and white space only count as one, so that no sentence
    is judged that was trained on. All translations of a source are in the same split.

    Args:
        collection: what was collected.
        config: the sizes of the missing splits.
        seed: of their draw; a pair's place depends on its source and the seed only.
    """
    content_order = np.lexsort(collection.pairs.T[::-1])
    ranks = np.empty(len(collection), np.int64)
    ranks[content_order] = np.arange(len(collection))
    parting = part_rows(
        collection.folded_sources,
        np.zeros(len(collection), np.int32),
        collection.splits,
        ranks=ranks,
        config=config,
        seed=seed,
    )
    pair_numbers, _ = number_contents(collection.folded_pairs)
    order, first = order_copies(pair_numbers, collection.splits, ranks)
    rows = content_order[~parting.dropped[content_order]]
    copies = (first != np.arange(len(first))) & ~parting.dropped
    _, first_exact = order_copies(number_contents(collection.pairs)[0], collection.splits, ranks)
    like = np.where(first_exact != np.arange(len(first)), first_exact, first)
    return PairPlacement(
        rows=rows,
        splits=parting.splits,
        brought=parting.brought,
        leaks=_leaks(collection, parting, first),
        copies=_copies(collection, order[copies[order]], like, parting.splits),
        variants=_variants(collection, parting, pair_numbers),
        errors=_too_few(parting),
    )


def fingerprint_pairs(collection: PairCollection, placed: PairPlacement) -> str:
    """SHA-256 over the sorted (content, split) of the pairs in use."""
    rows = placed.rows
    numbers = np.zeros(len(rows), np.int32)
    return fingerprint_rows(collection.pairs[rows], numbers, placed.splits[rows], names=("",))


def _leaks(
    collection: PairCollection, parting: Parting, first_pair: np.ndarray
) -> Listed[PairLeak]:
    rows = parting.order[parting.dropped[parting.order]]
    shown = []
    for row in rows[: Listed.LIMIT]:
        # The same pair in the better split says more than another translation of the source.
        both = collection.splits[first_pair[row]] > collection.splits[row]
        best = first_pair[row] if both else parting.first[row]
        digests = collection.pairs if both else collection.exact_sources
        shown.append(
            PairLeak(
                kept=collection.origins[best],
                kept_split=_split_name(parting.splits[best]),
                copy=collection.origins[row],
                copy_split=_split_name(parting.splits[row]),
                shared="pair" if both else "source",
                exact=bool((digests[row] == digests[best]).all()),
                text=excerpt(collection.sources[row]),
            )
        )
    return Listed(len(rows), tuple(shown))


def _copies(
    collection: PairCollection, rows: np.ndarray, first: np.ndarray, splits: np.ndarray
) -> Listed[PairCopy]:
    shown = [
        PairCopy(
            first=collection.origins[first[row]],
            copy=collection.origins[row],
            split=_split_name(splits[row]),
            exact=bool((collection.pairs[row] == collection.pairs[first[row]]).all()),
            text=excerpt(collection.sources[row]),
        )
        for row in rows[: Listed.LIMIT]
    ]
    return Listed(len(rows), tuple(shown))


def _variants(collection: PairCollection, parting: Parting, pairs: np.ndarray) -> Listed[Variants]:
    """Sources with several translations among the pairs in use."""
    kept = parting.order[~parting.dropped[parting.order]]
    if not len(kept):
        return Listed()
    sources = parting.contents[kept]
    starts = np.flatnonzero(np.concatenate([[True], sources[1:] != sources[:-1]]))
    ends = np.append(starts[1:], len(kept))
    labels = pairs[kept]
    several = np.flatnonzero(
        np.minimum.reduceat(labels, starts) != np.maximum.reduceat(labels, starts)
    )
    shown = []
    for group in several[: Listed.LIMIT]:
        rows = kept[starts[group] : ends[group]]
        origins = tuple(collection.origins[row] for row in rows[:_ORIGINS_SHOWN])
        targets = len(np.unique(pairs[rows]))
        shown.append(Variants(origins, targets, excerpt(collection.sources[rows[0]])))
    return Listed(len(several), tuple(shown))


def _too_few(parting: Parting) -> tuple[str, ...]:
    if not parting.few:
        return ()
    (count,) = parting.few.values()
    wanted = ", ".join(sorted({"train", *parting.shares}, key=SPLITS.index))
    return (
        f"{count} different source{'s' * (count != 1)} cannot fill every split ({wanted}): add "
        f"pairs (at least {len(parting.shares) + 1} different sources)",
    )


def _split_name(code: int) -> str:
    return SPLITS[code] if code >= 0 else ""
