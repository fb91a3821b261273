"""A stream of pairs becomes two files of texts and a few numbers each."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kerasapps.data.audit import BrokenRow, Listed, Passage
from kerasapps.data.ledger import Digests, Ledger, Origins, Tally
from kerasapps.data.pairs.examples import PairExamples
from kerasapps.data.sources.clean import clean_text, count_words, excerpt, fold_text
from kerasapps.data.sources.rows import Problem, Row
from kerasapps.data.sources.store import TextStore, TextStoreWriter
from kerasapps.terminal.doing import told_far

OVERLONG = 10_000  # words
SHORT = 10  # words; whatever the ratio, a pair of no longer texts is not broken
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffd-\uffff]")


@dataclass(frozen=True, eq=False)
class PairCollection:
    """The usable pairs of a source and what was found on the way.

    Attributes:
        sources: all of them, in the order of the source.
        targets: their translations.
        origins: where each pair comes from.
        splits: int8 `(n,)` split codes; see `partition`.
        pairs: uint64 `(n, 2)` digest of both texts and nothing else.
        folded_pairs: uint64 `(n, 2)` digest of both without case, white space and punctuation.
        exact_sources: uint64 `(n, 2)` digest of the source.
        folded_sources: uint64 `(n, 2)` digest of the source without these.
        words: int32 `(n, 2)` number of words of source and target.
        broken: pairs that cannot be used.
        faults: how many of each kind.
        seen: the splits that rows name, broken ones too; None if a usable row names none.
        same: pairs with the same text on both sides.
        control: pairs with control or replacement characters.
    """

    sources: TextStore
    targets: TextStore
    origins: Origins
    splits: np.ndarray
    pairs: np.ndarray
    folded_pairs: np.ndarray
    exact_sources: np.ndarray
    folded_sources: np.ndarray
    words: np.ndarray
    broken: Listed[BrokenRow]
    faults: dict[str, int]
    seen: frozenset[str | None]
    same: Listed[Passage]
    control: Listed[Passage]

    def __len__(self) -> int:
        return len(self.sources)

    def select(self, rows: np.ndarray) -> PairExamples:
        """Some of the pairs, int64 `(n,)`."""
        return PairExamples(
            self.sources.select(rows),
            self.targets.select(rows),
            self.origins.select(rows),
            self.pairs[rows, 0],
        )


def collect_pairs(rows: Iterable[Row], *, folder: Path, max_ratio: float) -> PairCollection:
    """Read all rows, write the usable pairs to disk, and count and digest them.

    Args:
        rows: of the source.
        folder: of the two stores of texts.
        max_ratio: a pair whose sides differ more in words is broken, if one has more than ten.
    """
    collector = _Collector(max_ratio)
    with (
        TextStoreWriter(folder / "sources") as sources,
        TextStoreWriter(folder / "targets") as targets,
    ):
        for row in told_far(rows):
            texts = collector.add(row)
            if texts is not None:
                sources.append(texts[0])
                targets.append(texts[1])
        return collector.finish(sources.finish(), targets.finish())


class _Collector:
    def __init__(self, max_ratio: float) -> None:
        self._max_ratio = max_ratio
        self._ledger = Ledger()
        self._digests = Digests(4)
        self._words = array("i")
        self._same = Tally(Passage)
        self._control = Tally(Passage)

    def add(self, row: Row) -> tuple[bytes, bytes] | None:
        """Check one row and note it; its texts as UTF-8 when it can be used."""
        problem = row.problem
        if problem is None:
            sides = row.values
            source, problem = clean_text(sides[0], noun="source")
        if problem is None:
            target, problem = clean_text(sides[1], noun="target")
        if problem is None:
            words = count_words(source), count_words(target)
            problem = self._wrong_length(words)
        if not self._ledger.note(row, problem):
            return None
        self._words.extend(words)
        folded = fold_text(source).encode("utf-8"), fold_text(target).encode("utf-8")
        texts = source.encode("utf-8"), target.encode("utf-8")
        self._digests.add(_joined(*texts), _joined(*folded), texts[0], folded[0])
        if folded[0] == folded[1]:
            self._same.add(row, excerpt(source))
        for text in (source, target):
            if not text.isprintable() and (match := _CONTROL.search(text)):
                around = excerpt(text[max(0, match.start() - 20) :])
                self._control.add(row, f"U+{ord(match[0]):04X} in {around}")
                break
        return texts

    def _wrong_length(self, words: tuple[int, int]) -> Problem | None:
        for side, count in zip(("source", "target"), words, strict=True):
            if count > OVERLONG:
                return Problem(
                    "over-long", f"the {side} has {count:,} words: split it into sentences"
                )
        longer, shorter = max(words), max(1, min(words))
        if longer <= SHORT or longer <= self._max_ratio * shorter:
            return None
        return Problem(
            "length ratio",
            f"{words[0]:,} words against {words[1]:,}, more than {self._max_ratio:g} times as many "
            "(max_ratio)",
        )

    def finish(self, sources: TextStore, targets: TextStore) -> PairCollection:
        pairs, folded_pairs, exact_sources, folded_sources = self._digests.columns()
        return PairCollection(
            sources=sources,
            targets=targets,
            origins=self._ledger.origins(),
            splits=self._ledger.splits(),
            pairs=pairs,
            folded_pairs=folded_pairs,
            exact_sources=exact_sources,
            folded_sources=folded_sources,
            words=np.array(self._words, np.int32).reshape(-1, 2),
            broken=self._ledger.broken,
            faults=dict(self._ledger.faults),
            seen=frozenset(self._ledger.seen),
            same=self._same.listed(),
            control=self._control.listed(),
        )


def _joined(source: bytes, target: bytes) -> bytes:
    """Both in one; the length keeps "a" + "bc" from "ab" + "c"."""
    return len(source).to_bytes(8, "big") + source + target
