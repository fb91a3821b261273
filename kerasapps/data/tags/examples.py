"""The sentences of a split, with a tag for each word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, overload

import numpy as np

from kerasapps.data.sources.clean import excerpt
from kerasapps.data.sources.store import TextStore
from kerasapps.data.splits import Splits, no_contents

SEPARATOR = "\n"
"""Between the words of a sentence that is kept as one text: no word holds it."""


class Sentences(Sequence[tuple[str, ...]]):
    """The words of sentences, read from disk one sentence at a time.

    Args:
        texts: the words of each, with `SEPARATOR` between them.
    """

    def __init__(self, texts: TextStore) -> None:
        self._texts = texts

    def select(self, rows: np.ndarray) -> Sentences:
        """Those at some places, int64 `(n,)`."""
        return Sentences(self._texts.select(rows))

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, index: int) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, index: slice) -> Sentences: ...
    def __getitem__(self, index: int | slice) -> tuple[str, ...] | Sentences:
        if isinstance(index, slice):
            return Sentences(self._texts[index])
        return tuple(self._texts[index].split(SEPARATOR))


class TagLists(Sequence[tuple[str, ...]]):
    """The tags of sentences, as names; kept as numbers.

    Args:
        names: of the tags.
        numbers: int32 `(words,)` index into `names`, one sentence behind the other.
        starts: int64 `(sentences + 1,)` where each begins.
        rows: int64 `(n,)` which sentences; None: all.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        numbers: np.ndarray,
        starts: np.ndarray,
        rows: np.ndarray | None = None,
    ) -> None:
        self.names = names
        self._numbers, self._starts = numbers, starts
        self._rows = np.arange(len(starts) - 1) if rows is None else rows

    def select(self, rows: np.ndarray) -> TagLists:
        """Those at some places, int64 `(n,)`."""
        return TagLists(self.names, self._numbers, self._starts, self._rows[rows])

    def numbers(self, index: int) -> np.ndarray:
        """int32 `(words,)` index into `names` of one sentence's tags."""
        row = self._rows[index]
        return self._numbers[self._starts[row] : self._starts[row + 1]]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, index: slice) -> TagLists: ...
    def __getitem__(self, index: int | slice) -> tuple[str, ...] | TagLists:
        if isinstance(index, slice):
            return self.select(np.arange(len(self))[index])
        return tuple(self.names[number] for number in self.numbers(range(len(self))[index]))


@dataclass(frozen=True, eq=False)
class TagExamples:
    """The sentences of one split.

    Attributes:
        sentences: the words of each, read from disk one sentence at a time.
        tags: of each word, in IOB2, whatever the data has.
        contents: uint64 `(n,)`, of a digest of each sentence's words.
        origins: where each comes from, such as "train.conll, row 7": its first line.
        documents: int32 `(n,)` the document of each, numbered through; -1 where the data has none.

    Examples:
        >>> data = [(["Ana", "saw", f"bus {n}"], ["B-PER", "O", "O"]) for n in range(60)]
        >>> examples = kerasapps.data.load_tags(data).test
        >>> len(examples.of(np.array([0, 1])))
        2
    """

    sentences: Sequence[tuple[str, ...]]
    tags: Sequence[tuple[str, ...]]
    contents: np.ndarray = no_contents()
    origins: Sequence[str] = ()
    documents: np.ndarray = no_contents()

    def __len__(self) -> int:
        return len(self.sentences)

    @property
    def together(self) -> Sequence[np.ndarray]:
        """Their documents, int64 `(n,)`; a sentence of none goes its own way."""
        alone = -1 - np.arange(len(self.documents))
        return (np.where(self.documents < 0, alone, self.documents),)

    @property
    def strata(self) -> np.ndarray:
        """Which kinds of entity a sentence has, uint8 `(n, k)`."""
        kinds = [{tag.partition("-")[2] for tag in tags} - {""} for tags in self.tags]
        names = {name: column for column, name in enumerate(sorted(set().union(*kinds)))}
        strata = np.zeros((len(kinds), max(1, len(names))), np.uint8)
        for row, each in enumerate(kinds):
            strata[row, [names[name] for name in each]] = 1
        return strata

    def origin(self, index: int) -> str:
        """Where a sentence comes from."""
        return self.origins[index]

    def excerpt(self, index: int) -> str:
        """The beginning of a sentence on one line."""
        return excerpt(" ".join(self.sentences[index]))

    def of(self, rows: np.ndarray) -> TagExamples:
        """The sentences at some places, int `(m,)`, in that order."""
        return TagExamples(
            [self.sentences[row] for row in rows],
            [self.tags[row] for row in rows],
            self.contents[rows],
            [self.origins[row] for row in rows],
            self.documents[rows],
        )


TagSplits: TypeAlias = "Splits[TagExamples]"
