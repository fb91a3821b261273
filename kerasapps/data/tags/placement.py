"""Collected sentences become training, validation and test by the rules of `partition`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Listed
from kerasapps.data.partition import (
    Parting,
    fingerprint_rows,
    number_contents,
    order_copies,
    part_rows,
    with_several,
)
from kerasapps.data.sources.clean import excerpt
from kerasapps.data.splits import SPLITS
from kerasapps.data.tags.audit import TagConflict, TagCopy
from kerasapps.data.tags.collect import TagCollection
from kerasapps.wording.counted import are, counted

SHORT = 10
"""Words of a sentence that counts as the same in two splits: shorter ones, such as datelines and
headings, recur in all texts of a kind, and would be missed where texts are read."""
FEW_DOCUMENTS = 10
"""Documents from which on they are kept whole: fewer could not fill the splits evenly."""
_ORIGINS_SHOWN = 5


@dataclass(frozen=True, eq=False)
class TagPlacement:
    """Where every sentence goes.

    Attributes:
        rows: int64, the sentences in use, ordered by content: by neither file nor place in it.
        splits: int8 `(n,)` split code of every collected sentence.
        brought: the splits that sentences in use came with.
        doubled: sentences left out since a better protected split has their words.
        copies: the same sentence twice within a split.
        recurring: sentences of fewer than `SHORT` words that stand in several splits.
        whole: whether documents were kept whole where splits were made.
        conflicts: the same words with different tags, within a split or across.
        errors: too few sentences to fill every split.
        warnings: none.
    """

    rows: np.ndarray
    splits: np.ndarray
    brought: frozenset[str | None]
    doubled: Listed[TagCopy]
    copies: Listed[TagCopy]
    recurring: int
    whole: bool
    conflicts: Listed[TagConflict]
    errors: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    def of_split(self, split: str) -> np.ndarray:
        """int64, the sentences of one split."""
        return self.rows[self.splits[self.rows] == SPLITS.index(split)]


def place_tags(collection: TagCollection, *, config: LoadConfig, seed: int) -> TagPlacement:
    """Drop sentences that are also in a better protected split, and make the missing splits.

    Sentences that differ in case only count as one, so that none is judged that was trained on.
    Those of fewer than `SHORT` words stay in every split that the data has them in. Where the data
    tells documents apart, all sentences of one go to the same split.

    Args:
        collection: what was collected.
        config: the sizes of the missing splits.
        seed: of their draw; a sentence's place depends on its words and the seed only.
    """
    content_order = np.lexsort(collection.exact.T[::-1])
    ranks = np.empty(len(collection), np.int64)
    ranks[content_order] = np.arange(len(collection))
    alike = np.zeros(len(collection), np.int32)  # there are no classes to be dealt out
    whole = _documents(collection)
    splits = collection.splits
    if whole is not None:
        by_document = part_rows(whole, alike, splits, ranks=ranks, config=config, seed=seed)
        splits = by_document.splits
    apart = _apart(collection, splits)
    parting = part_rows(apart, alike, splits, ranks=ranks, config=config, seed=seed)
    rows = content_order[~parting.dropped[content_order]]
    exact, _ = number_contents(collection.exact)
    order, first = order_copies(exact, parting.splits, ranks)
    again = order[(first[order] != order) & ~parting.dropped[order]]
    left_out = parting.order[parting.dropped[parting.order]]
    return TagPlacement(
        rows=rows,
        splits=parting.splits,
        brought=frozenset(split_name(code) for code in np.unique(collection.splits[rows])),
        doubled=_copies(collection, left_out, parting.first, parting),
        copies=_copies(collection, again, first, parting),
        recurring=_recurring(collection, parting.splits[rows], rows),
        whole=whole is not None,
        conflicts=_conflicts(collection, parting, exact),
        errors=_too_few(parting),
    )


def fingerprint_tags(collection: TagCollection, placed: TagPlacement) -> str:
    """SHA-256 over the sorted (content, split) of the sentences in use."""
    rows = placed.rows
    numbers = np.zeros(len(rows), np.int32)
    return fingerprint_rows(collection.exact[rows], numbers, placed.splits[rows], names=("",))


def count_entities(collection: TagCollection, rows: np.ndarray) -> Counter[str]:
    """How many entities of each type some sentences, int64 `(n,)`, have."""
    starts = collection.raw.starts
    chosen = np.zeros(len(collection), bool)
    chosen[rows] = True
    numbers = collection.tags.numbers[np.repeat(chosen, np.diff(starts))]
    begins = numbers[numbers % 2 == 1]
    counts = np.bincount(begins // 2, minlength=len(collection.tags.types))
    return Counter(dict(zip(collection.tags.types, counts.tolist(), strict=True)))


def _documents(collection: TagCollection) -> np.ndarray | None:
    """uint64 `(n, 2)` digests of the whole document of each sentence; None without a few of them.

    They depend on the sentences alone, not on their order, nor on that of the documents.
    """
    documents = collection.documents
    known = documents >= 0
    if len(np.unique(documents[known])) < FEW_DOCUMENTS:
        return None
    digests = collection.exact.copy()
    sums = np.zeros((int(documents.max()) + 1, 2), np.uint64)
    np.add.at(sums, documents[known], digests[known])  # they wrap around
    digests[known] = sums[documents[known]]
    return digests


def _apart(collection: TagCollection, splits: np.ndarray) -> np.ndarray:
    """uint64 `(n, 2)` digests of the words; of short sentences in two splits they differ."""
    digests = collection.folded.copy()
    short = collection.words < SHORT
    digests[short, 1] ^= (splits[short] + 1).astype(np.uint64)
    return digests


def _recurring(collection: TagCollection, splits: np.ndarray, rows: np.ndarray) -> int:
    short = collection.words[rows] < SHORT
    contents, _ = number_contents(collection.folded[rows[short]])
    several = with_several(contents, splits[short].astype(np.int32))
    return int(several[contents].sum())


def split_name(code: int) -> str | None:
    """The split that a code stands for; None where the data does not say."""
    return SPLITS[code] if code >= 0 else None


def _copies(
    collection: TagCollection, rows: np.ndarray, first: np.ndarray, parting: Parting
) -> Listed[TagCopy]:
    shown = []
    for row in rows[: Listed.LIMIT]:
        kept = first[row]
        shown.append(
            TagCopy(
                kept=collection.origins[kept],
                kept_split=split_name(parting.splits[kept]) or "",
                copy=collection.origins[row],
                copy_split=split_name(parting.splits[row]) or "",
                dropped=bool(parting.dropped[row]),
                text=_text(collection, row),
            )
        )
    return Listed(len(rows), tuple(shown))


def _conflicts(
    collection: TagCollection, parting: Parting, exact: np.ndarray
) -> Listed[TagConflict]:
    """Words that have more than one list of tags."""
    # Which copy has which tags shows in the digests of both: words alone make the contents.
    several = with_several(parting.contents, exact.astype(np.int64))
    rows = parting.order[several[parting.contents[parting.order]]]
    rows = rows[np.argsort(parting.contents[rows], kind="stable")]
    shown: list[TagConflict] = []
    total, lists = 0, collection.tag_lists
    for group in np.split(rows, np.flatnonzero(np.diff(parting.contents[rows])) + 1):
        # Words that differ in case are other words, whose tags may differ.
        tags = {lists[int(row)] for row in group}
        if len(group) and len(tags) > 1:
            total += 1
            if len(shown) < Listed.LIMIT:
                origins = tuple(collection.origins[row] for row in group[:_ORIGINS_SHOWN])
                shown.append(TagConflict(origins, _text(collection, group[0])))
    return Listed(total, tuple(shown))


def _text(collection: TagCollection, row: int) -> str:
    return excerpt(" ".join(collection.sentences[int(row)][:40]))


def _too_few(parting: Parting) -> tuple[str, ...]:
    if not parting.few:
        return ()
    wanted = ", ".join(sorted({"train", *parting.shares}, key=SPLITS.index))
    (count,) = parting.few.values()
    return (
        f"there {are(count)} {counted(count, 'different sentence')}, too few to be in every "
        f"split ({wanted}): add sentences (at least {len(parting.shares) + 1})",
    )
