"""Texts that are nearly the same."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from kerasapps.data.near.pairs import NearPairs
from kerasapps.data.near.words import near_texts, texts_too_much
from kerasapps.data.texts.examples import TextExamples


def near_pairs(parts: Sequence[TextExamples]) -> NearPairs:
    """Pairs of nearly the same texts among all parts; see `near_texts`."""
    return near_texts(itertools.chain.from_iterable(part.texts for part in parts))


def too_much(parts: Sequence[TextExamples], *, seconds: float) -> str:
    """Why that is not worth it in passing; see `texts_too_much`."""
    return texts_too_much(parts, lambda part, row: part.texts[row], seconds=seconds)
