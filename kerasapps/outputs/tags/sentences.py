"""Sentences as the rows that a network takes, and rows of answers as sentences again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kerasapps.decoding.viterbi import Transitions, viterbi
from kerasapps.outputs.tags.windows import windows_in

Words = Sequence[str]
ItemT = TypeVar("ItemT")


@dataclass(frozen=True, eq=False)
class Rows:
    """Which words of which sentence a row holds; a long sentence has several (see `windows_in`).

    Attributes:
        sentences: int64 `(n,)`, rising.
        firsts: int64 `(n,)`, place of the first word.
        ends: int64 `(n,)`, place behind the last word.
    """

    sentences: NDArray[np.int64]
    firsts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sentences)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Words of each row, int64 `(n,)`."""
        return self.ends - self.firsts

    def parts(self, values: Sequence[Any]) -> Iterator[Any]:
        """Of something that has a value a word, such as the words themselves, the part of each row.

        Args:
            values: of each sentence.
        """
        for sentence, first, end in zip(self.sentences, self.firsts, self.ends, strict=True):
            yield values[sentence][first:end]

    def joined(self, parts: Iterable[Iterable[ItemT]], *, count: int) -> list[list[ItemT]]:
        """`parts` undone: what each sentence has.

        Args:
            parts: of each row.
            count: sentences.
        """
        sentences: list[list[ItemT]] = [[] for _ in range(count)]
        for number, part in zip(self.sentences, parts, strict=True):
            sentences[number].extend(part)
        return sentences


def rows_of_sentences(sentences: Sequence[Words], length: int) -> Rows:
    """The rows of some sentences.

    Args:
        sentences: words of each.
        length: words that a network reads at most.
    """
    rows = [
        (number, *window)
        for number, words in enumerate(sentences)
        for window in windows_in(words, length)
    ]
    columns = np.array(rows, np.int64).reshape(-1, 3).T
    return Rows(*columns)


def likeliest_tags(
    scores: NDArray[Any],
    lengths: Sequence[int] | NDArray[Any],
    transitions: Transitions,
    *,
    tags: Sequence[str],
) -> list[list[str]]:
    """The likeliest tags of each row, all its words together.

    Args:
        scores: emissions, `(n, length, tags)`; or of a file that has found the paths itself their
            numbers, `(n, length)`.
        lengths: words of each row.
        transitions: of the network.
        tags: their names, in the order of the scores.
    """
    paths = (
        row[:count] if row.ndim == 1 else viterbi(row[:count], transitions)
        for row, count in zip(scores, lengths, strict=True)
    )
    return [[tags[int(number)] for number in path] for path in paths]
