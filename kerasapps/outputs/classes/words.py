"""Which words drove a decision, for any classifier that can be asked."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.evaluation.parts import Worth, occlusion

# A word with its apostrophes, or one sign of a script that writes without spaces, or a mark.
_WORDS = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_]+(?:['\u2019][^\W_]+)*|[^\w\s]|_+"
)
MAX_WORDS = 400

Scorer = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True)
class WordWeight:
    """What one word did for a label.

    Attributes:
        word: as it stands in the text.
        start: where it begins, in characters.
        weight: by default how far the label's probability falls without it, -1 to 1; negative
            words speak against the label.
    """

    word: str
    start: int
    weight: float


def word_weights(
    text: str,
    label: int,
    *,
    score: Scorer,
    fits: Callable[[str], bool] = lambda text: True,
    weigh: Callable[[Worth, int], Iterable[float]] = occlusion,
) -> tuple[WordWeight, ...]:
    """The weight of each word of `text` for the class `label`.

    The text is scored again without some of its words; by default without each, and what the
    class's probability loses is the word's weight. That asks for nothing but scores, so it is the
    same for every model and for every exported file of it. Only the first `MAX_WORDS` words are
    weighed, and of a text that is longer than the model reads only those that it reads, as if the
    text ended there: else leaving out a word would let one more come into view.

    Args:
        text: what was classified.
        label: number of the class to explain.
        score: texts → probabilities, float `(n, num_classes)`.
        fits: whether the model reads a text to its end.
        weigh: what makes weights of the answers without some of the words.

    Returns:
        One weight a word that is read, in the order of the text.

    Reference: Li et al. 2016 ("Understanding Neural Networks through Representation Erasure"),
    section 3.1.
    """
    words = list(_WORDS.finditer(text))[:MAX_WORDS]
    if not fits(text):
        read = bisect.bisect(words, False, key=lambda word: not fits(text[: word.end()]))
        words = words[:read]
        text = text[: words[-1].end()] if words else ""
    spans = [word.span() for word in words]

    def worth(there: NDArray[np.bool_]) -> NDArray[np.floating[Any]]:
        return np.asarray(score([_without(text, spans, row) for row in there]))[:, label]

    return tuple(
        WordWeight(word.group(), word.start(), float(weight))
        for word, weight in zip(words, weigh(worth, len(words)), strict=True)
    )


def _without(text: str, spans: Sequence[tuple[int, int]], there: NDArray[np.bool_]) -> str:
    """A text without those of its words that are not there."""
    parts, position = [], 0
    for (start, end), stays in zip(spans, there, strict=True):
        if not stays:
            parts.append(text[position:start])
            position = end
    return "".join([*parts, text[position:]])


@dataclass(frozen=True)
class Piece:
    """A part of a text with one strength.

    Attributes:
        text: the part; all parts together are the whole text.
        strength: 0 for what does not count, 1 to 4 for words that speak for the label, the
            stronger the higher, -1 to -4 for those against it.
    """

    text: str
    strength: int


def pieces(text: str, weights: Sequence[WordWeight]) -> list[Piece]:
    """The text cut into pieces by the strength of its words, relative to the strongest."""
    largest = max((abs(each.weight) for each in weights), default=0.0)
    parts, position = [], 0
    for each in weights:
        strength = round(4 * each.weight / largest) if largest else 0
        if strength:
            if each.start > position:
                parts.append(Piece(text[position : each.start], 0))
            parts.append(Piece(each.word, strength))
            position = each.start + len(each.word)
    return [*parts, Piece(text[position:], 0)] if position < len(text) else parts
