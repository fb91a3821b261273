"""Why a finished bundle answers as it does, without TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn, TypeAlias

import numpy as np

from kerasapps.config import choose
from kerasapps.deploy.readers import TextReader
from kerasapps.deploy.runner import Bundle
from kerasapps.errors import BundleError
from kerasapps.evaluation.alignment import Alignment
from kerasapps.evaluation.explain import Piece, WordWeight, pieces, word_weights


@dataclass(frozen=True)
class Explanation:
    """Why a text got a label.

    Attributes:
        text: what was classified.
        label: the label explained.
        score: its probability.
        words: what each word did for it.
        truncated: whether the text was longer than the network reads; its end was ignored.
    """

    text: str
    label: str
    score: float
    words: tuple[WordWeight, ...]
    truncated: bool = False

    def pieces(self) -> list[Piece]:
        """The text cut by the strength of its words."""
        return pieces(self.text, self.words)


Explained: TypeAlias = Explanation | Alignment


def explain_words(bundle: Bundle, text: str, *, label: str | None) -> Explanation:
    """Which words of a text spoke for a label.

    Raises:
        ConfigError: if the bundle has no such label.
    """
    scores = bundle.scores(text)
    if label is not None:
        choose(label, bundle.labels, what="label")
    number = int(scores.argmax()) if label is None else bundle.labels.index(label)
    assert isinstance(bundle.reader, TextReader)
    fits = bundle.reader.reads_whole
    words = word_weights(
        text,
        number,
        score=lambda texts: np.stack([bundle.scores(each) for each in texts]),
        fits=fits,
    )
    return Explanation(
        text, bundle.labels[number], float(scores[number]), words, truncated=not fits(text)
    )


def refuse_to_explain(bundle: Bundle, text: str, *, label: str | None) -> NoReturn:
    """For a task whose answers are not explained by words.

    Raises:
        BundleError: always.
    """
    raise BundleError(f"{bundle.manifest.folder} is for pictures; only texts are explained.")
