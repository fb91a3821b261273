"""A stream of sentences becomes words on disk and a few numbers each: nothing else stays."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kerasapps.data.audit import BrokenRow, Listed, Passage
from kerasapps.data.ledger import Digests, Ledger, Origins, Tally
from kerasapps.data.sources.clean import fold_text
from kerasapps.data.sources.rows import Row
from kerasapps.data.sources.store import TextStore, TextStoreWriter
from kerasapps.data.tags.config import TaggingConfig, TagScheme
from kerasapps.data.tags.examples import SEPARATOR, Sentences, TagExamples, TagLists
from kerasapps.data.tags.schemes import RawTags, Tags, guess_scheme, to_iob2
from kerasapps.data.tags.values import Tagged, read_tagged

NO_DOCUMENT = -1


@dataclass(frozen=True, eq=False)
class TagCollection:
    """The usable sentences of a source and what was found on the way.

    Attributes:
        sentences: the words of all of them, in the order of the source.
        raw: their tags as the data writes them.
        scheme: of these.
        tags: the tags in IOB2.
        documents: int32 `(n,)` the document of each, numbered through; -1 where there is none.
        origins: where each comes from.
        splits: int8 `(n,)` split codes; see `partition`.
        exact: uint64 `(n, 2)` digest of words and tags.
        folded: uint64 `(n, 2)` digest of the words without case and white space.
        words: int32 `(n,)` number of words.
        broken: sentences that cannot be used.
        faults: how many of each kind.
        seen: the splits that rows name, broken ones too; None if a usable row names none.
        cut: entities that began or ended inside a word.
        blank: words of nothing but white space, which were left out.
        letterless: words in use without a letter.
    """

    sentences: Sentences
    raw: RawTags
    scheme: TagScheme
    tags: Tags
    documents: np.ndarray
    origins: Origins
    splits: np.ndarray
    exact: np.ndarray
    folded: np.ndarray
    words: np.ndarray
    broken: Listed[BrokenRow]
    faults: dict[str, int]
    seen: frozenset[str | None]
    cut: Listed[Passage]
    blank: int
    letterless: int

    def __len__(self) -> int:
        return len(self.sentences)

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the tags in IOB2."""
        return self.tags.names

    @property
    def tag_lists(self) -> TagLists:
        """The tags of all sentences in IOB2."""
        return TagLists(self.tags.names, self.tags.numbers, self.raw.starts)

    def select(self, rows: np.ndarray) -> TagExamples:
        """Some of the sentences, int64 `(n,)`."""
        return TagExamples(
            self.sentences.select(rows),
            self.tag_lists.select(rows),
            self.folded[rows, 0],
            self.origins.select(rows),
            self.documents[rows],
        )

    def sentence_of(self, word: int) -> tuple[int, int]:
        """The sentence of a word that is numbered through, and its place in it."""
        row = int(np.searchsorted(self.raw.starts, word, side="right")) - 1
        return row, word - int(self.raw.starts[row])


def collect_tags(rows: Iterable[Row], *, config: TaggingConfig, folder: Path) -> TagCollection:
    """Read all rows, write the words of the usable ones to disk, and number their tags.

    Args:
        rows: of the source; see `sources`.
        config: the scheme, and the names of tags that are numbers.
        folder: of the store of words.
    """
    collector = _Collector(names=config.tag_names)
    with TextStoreWriter(folder) as writer:
        for row in rows:
            encoded = collector.add(row)
            if encoded is not None:
                writer.append(encoded)
        return collector.finish(writer.finish(), config.scheme)


@dataclass
class _Collector:
    names: Sequence[str]
    ledger: Ledger = field(default_factory=Ledger)
    digests: Digests = field(default_factory=lambda: Digests(2))
    places: dict[str, int] = field(default_factory=dict)
    numbers: array[int] = field(default_factory=lambda: array("i"))
    starts: array[int] = field(default_factory=lambda: array("q", [0]))
    documents: array[int] = field(default_factory=lambda: array("i"))
    document_of: dict[object, int] = field(default_factory=dict)
    cut: Tally[Passage] = field(default_factory=lambda: Tally(Passage))
    blank: int = 0
    letterless: int = 0

    def add(self, row: Row) -> bytes | None:
        """Check one row and note it; its words as UTF-8 when it can be used."""
        tagged, problem = None, row.problem
        if problem is None:
            names = row.values[3] if len(row.values) > 3 else self.names
            tagged, problem = read_tagged(row.values[0], row.values[1], names)  # type: ignore[arg-type]
        if not self.ledger.note(row, problem) or tagged is None:
            return None
        encoded = SEPARATOR.join(tagged.words).encode("utf-8")
        self._note(tagged, row, encoded)
        return encoded

    def _note(self, tagged: Tagged, row: Row, encoded: bytes) -> None:
        line = " ".join(tagged.words)
        # A sentence of signs alone is not the same as another; see `fold_text`.
        folded = line.casefold() if len(tagged.words) < 2 else fold_text(line)
        self.digests.add(
            encoded + b"\0" + SEPARATOR.join(tagged.tags).encode("utf-8"), folded.encode("utf-8")
        )
        self.numbers.extend(self.places.setdefault(tag, len(self.places)) for tag in tagged.tags)
        self.starts.append(len(self.numbers))
        document = row.values[2] if len(row.values) > 2 else None
        if document is None:
            self.documents.append(NO_DOCUMENT)
        else:
            self.documents.append(self.document_of.setdefault(document, len(self.document_of)))
        for entity in tagged.cut:
            self.cut.add(row, entity)
        self.blank += tagged.blank
        self.letterless += sum(
            not word.isalpha() and not any(map(str.isalpha, word)) for word in tagged.words
        )

    def finish(self, texts: TextStore, scheme: TagScheme | None) -> TagCollection:
        starts = np.array(self.starts)
        raw = RawTags(tuple(self.places), np.array(self.numbers, np.int32), starts)
        known = scheme or guess_scheme(raw)
        exact, folded = self.digests.columns()
        return TagCollection(
            sentences=Sentences(texts),
            raw=raw,
            scheme=known,
            tags=to_iob2(raw, known),
            documents=np.array(self.documents, np.int32),
            origins=self.ledger.origins(),
            splits=self.ledger.splits(),
            exact=exact,
            folded=folded,
            words=np.diff(starts).astype(np.int32),
            broken=self.ledger.broken,
            faults=dict(self.ledger.faults),
            seen=frozenset(self.ledger.seen),
            cut=self.cut.listed(),
            blank=self.blank,
            letterless=self.letterless,
        )
