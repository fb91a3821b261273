"""Does a tokenizer drop what tells labels apart? Asked of a quick guesser, before any training.

The guesser counts in which texts of which label a token stands (naive Bayes), and guesses the
labels of texts that it was not shown. It looks at texts as a tokenizer sees them, and then also at
what the tokenizer drops or takes for something else: where it guesses clearly better with that, a
signal is lost.

Reference: McCallum and Nigam 1998 (multinomial naive Bayes, here of presence); McNemar 1947.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLE = 2000  # texts that are looked at
GAIN = 0.02  # of the labels that must be guessed in addition
CERTAINTY = 3.0  # standard deviations of that number
_BEGINNING = 4000  # characters of a text
_SHOWN = 5

# A word as it is written; or, between words, what stands together ("🙂", ":)", "#", "++").
_PIECE = re.compile(r"\w+|[^\w\s]+")

View = Callable[[str], Iterable[Hashable]]
"""From a text to what a tokenizer tells apart in it; nothing for what it does not know."""

Labels = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Signal:
    """What a tokenizer drops, and how much it says of the labels.

    Attributes:
        share: of the labels, 0 to 1, that are guessed from what the tokenizer sees.
        share_with: that are guessed with what it drops in addition.
        pieces: the most telling of what is dropped, best first.
    """

    share: float
    share_with: float
    pieces: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{'  '.join(self.pieces)} ({self.share:.0%} of the labels can be guessed without such "
            f"differences, {self.share_with:.0%} with them)"
        )


def lost_signal(
    texts: Sequence[str], labels: Labels, *, seen: View, otherwise: View | None = None
) -> Signal | None:
    """What a tokenizer drops that tells labels apart; None if nothing clearly does.

    Args:
        texts: of the training split; at most 2,000 of them are looked at, evenly spread.
        labels: `(n,)`, numbers of classes from 0.
        seen: as the tokenizer sees a text.
        otherwise: as another tokenizer does; what that would drop too does not count.
    """
    rows = range(0, len(texts), max(1, -(-len(texts) // SAMPLE)))
    beginnings = [texts[row][:_BEGINNING] for row in rows]
    truth = np.asarray(labels)[rows.start : rows.stop : rows.step]
    pieces = [set(_PIECE.findall(text)) for text in beginnings]
    known = set[str]().union(*pieces)
    lost = _merged(known, seen) - (_merged(known, otherwise) if otherwise else set())
    if not lost:
        return None
    dropped = [each & lost for each in pieces]
    words = [{("seen", word) for word in seen(text)} for text in beginnings]
    richer = [
        each | {("lost", piece) for piece in more}
        for each, more in zip(words, dropped, strict=True)
    ]
    before, after = _guessed(words, truth), _guessed(richer, truth)
    won, failed = int((after & ~before).sum()), int((before & ~after).sum())
    if won - failed < max(GAIN * len(truth), CERTAINTY * (won + failed) ** 0.5, 1):
        return None
    return Signal(float(before.mean()), float(after.mean()), _telling(dropped, truth))


def _merged(pieces: Collection[str], view: View) -> set[str]:
    """The pieces of which a tokenizer sees nothing, or the same as of another piece."""
    forms = {piece: tuple(view(piece)) for piece in pieces}
    shared = Counter(forms.values())
    return {piece for piece, form in forms.items() if not form or shared[form] > 1}


def _guessed(texts: Sequence[set[tuple[str, Any]]], labels: Labels) -> NDArray[np.bool_]:
    """Whether each text's label is what the other half of the texts would make one guess."""
    ids: dict[tuple[str, Any], int] = {}
    rows = [np.array([ids.setdefault(token, len(ids)) for token in text], int) for text in texts]
    right = np.zeros(len(rows), bool)
    for half in (0, 1):
        shown, asked = range(1 - half, len(rows), 2), range(half, len(rows), 2)
        counts = np.ones((len(ids), int(labels.max()) + 1), np.float32)
        for row in shown:
            counts[rows[row], labels[row]] += 1
        chances = np.log(counts / counts.sum(0))
        common = np.log(1 + np.bincount(labels[1 - half :: 2], minlength=counts.shape[1]))
        for row in asked:
            right[row] = np.argmax(common + chances[rows[row]].sum(0)) == labels[row]
    return right


def _telling(texts: Sequence[set[str]], labels: Labels) -> tuple[str, ...]:
    """The pieces whose texts differ most from all texts in their labels, best first."""
    usual = np.bincount(labels) / len(labels)
    counts: dict[str, NDArray[np.float64]] = {}
    for text, label in zip(texts, labels, strict=True):
        for piece in text:
            counts.setdefault(piece, np.zeros(len(usual)))[label] += 1
    surprise = {piece: -float(np.abs(n - n.sum() * usual).sum()) for piece, n in counts.items()}
    return tuple(sorted(counts, key=lambda piece: (surprise[piece], piece))[:_SHOWN])
