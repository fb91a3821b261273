"""Pairs of sentences whose sources are nearly the same, whatever their translations."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from kerasapps.data.near.pairs import NearPairs
from kerasapps.data.near.words import near_texts, texts_too_much
from kerasapps.data.pairs.examples import PairExamples


def near_pairs(parts: Sequence[PairExamples]) -> NearPairs:
    """Pairs with nearly the same sources among all parts; see `near_texts`."""
    return near_texts(itertools.chain.from_iterable(part.sources for part in parts))


def too_much(parts: Sequence[PairExamples], *, seconds: float) -> str:
    """Why that is not worth it in passing; see `texts_too_much`."""
    return texts_too_much(parts, lambda part, row: part.sources[row], seconds=seconds)
