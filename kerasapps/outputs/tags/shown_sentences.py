"""Sentences for people: their words, what is true of them and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kerasapps.data.tags.schemes import Span, entities_of
from kerasapps.outputs.tags.errors import EntityError, entity_errors

LONGEST = 80  # words that are shown of a sentence


class Piece(NamedTuple):
    """Words in a row of a sentence.

    Attributes:
        text: the words.
        label: the type of the entity that they are, or "".
        place: of its type among all types, from 1; 0 of no entity.
    """

    text: str
    label: str
    place: int


@dataclass(frozen=True)
class ShownSentence:
    """A sentence with its entities marked.

    Attributes:
        true: the words with the true entities.
        predicted: the words with those that were found.
        errors: what is wrong with the latter, as words.
        origin: where the sentence is from.
    """

    true: tuple[Piece, ...]
    predicted: tuple[Piece, ...]
    errors: tuple[str, ...]
    origin: str


def marked_words(words: Sequence[str], spans: Sequence[Span], types: Sequence[str]) -> list[Piece]:
    """A sentence cut at its entities.

    Args:
        words: of the sentence.
        spans: its entities.
        types: of all entities there are.
    """
    pieces, last = [], 0
    for span in spans:
        if span.start > last:
            pieces.append(Piece(" ".join(words[last : span.start]), "", 0))
        text = " ".join(words[span.start : span.end])
        pieces.append(Piece(text, span.label, types.index(span.label) + 1))
        last = span.end
    if last < len(words):
        pieces.append(Piece(" ".join(words[last:]), "", 0))
    return pieces


def worst_sentences(
    sentences: Sequence[Sequence[str]],
    *,
    truth: Sequence[Sequence[str]],
    predicted: Sequence[Sequence[str]],
    origins: Sequence[str],
    types: Sequence[str],
    limit: int,
) -> list[ShownSentence]:
    """The sentences with most errors for their length.

    Args:
        sentences: words of each.
        truth: IOB2 tags.
        predicted: likewise.
        origins: where each is from.
        types: of all entities there are.
        limit: sentences at most.
    """
    errors = [entity_errors(*each) for each in zip(truth, predicted, strict=True)]
    wrong = [row for row, found in enumerate(errors) if found]
    wrong.sort(key=lambda row: (-len(errors[row]) / (len(sentences[row]) + 10), row))
    return [
        ShownSentence(
            shown_pieces(sentences[row], truth[row], types),
            shown_pieces(sentences[row], predicted[row], types),
            tuple(_said(each, sentences[row]) for each in errors[row]),
            origins[row],
        )
        for row in wrong[:limit]
    ]


def shown_pieces(
    words: Sequence[str], tags: Sequence[str], types: Sequence[str]
) -> tuple[Piece, ...]:
    """A sentence cut at its entities; of a very long one the beginning."""
    cut = words if len(words) <= LONGEST else [*words[:LONGEST], "\u2026"]
    return tuple(marked_words(cut, entities_of(tags[:LONGEST]), types))


def _said(error: EntityError, words: Sequence[str]) -> str:
    """Such as "boundary: New York (LOC) for New York City (LOC)"."""
    named = [
        f"{' '.join(words[span.start : span.end])} ({span.label})"
        for span in (error.predicted, error.true)
        if span is not None
    ]
    return f"{error.kind}: {' for '.join(named)}"
