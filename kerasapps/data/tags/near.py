"""Sentences that are nearly the same, whatever the tags of their words."""

from __future__ import annotations

from collections.abc import Sequence

from kerasapps.data.near.pairs import NearPairs
from kerasapps.data.near.words import near_texts, texts_too_much
from kerasapps.data.tags.examples import TagExamples


def near_pairs(parts: Sequence[TagExamples]) -> NearPairs:
    """Pairs of nearly the same sentences among all parts; see `near_texts`."""
    return near_texts(" ".join(words) for part in parts for words in part.sentences)


def too_much(parts: Sequence[TagExamples], *, seconds: float) -> str:
    """Why that is not worth it in passing; see `texts_too_much`."""
    return texts_too_much(parts, lambda part, row: " ".join(part.sentences[row]), seconds=seconds)
