"""Why a finished bundle answers as it does, without TensorFlow."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasapps.config.explaining import ExplainConfig
from kerasapps.evaluation.parts import Agreement, Worth, weigh
from kerasapps.evaluation.shown import TRUNCATED, Shown
from kerasapps.outputs.classes.words import Piece, WordWeight, pieces, word_weights
from kerasapps.recipes.answering import OneBundle
from kerasapps.recipes.explained import (
    NO_PART,
    OCCLUSION,
    answering,
    explained_output,
    title_of,
)
from kerasapps.workflow.inputs import require_text

NO_WORD = NO_PART.format(part="word")
WEIGHTIEST = 10  # words that are printed with their weights


@dataclass(frozen=True)
class Explanation:
    """Why a text got a label.

    Attributes:
        text: what was classified.
        label: the label explained; empty where the answer is a number.
        score: its probability, or the number.
        words: what each word did for it.
        truncated: whether the text was longer than the network reads; its end was ignored.
        method: `occlusion`: what is lost without the word; `shap`: its SHAP value.
        agreement: with occlusion, of another method.
    """

    text: str
    label: str
    score: float
    words: tuple[WordWeight, ...]
    truncated: bool = False
    method: str = OCCLUSION
    agreement: Agreement | None = None

    def pieces(self) -> list[Piece]:
        """The text cut by the strength of its words."""
        return pieces(self.text, self.words)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for `json.dumps`."""
        return dataclasses.asdict(self)

    def shown(self) -> Shown:
        """The text with the words that counted marked, and the weightiest in a table."""
        strongest = sorted(self.words, key=lambda each: -abs(each.weight))[:WEIGHTIEST]
        share = bool(self.label)
        agreed = [] if self.agreement is None else [self.agreement.line]
        return Shown(
            title=title_of(self.method, "word", share=share),
            columns=("word", "points" if share else "change"),
            rows=[
                [each.word, f"{each.weight * 100:+.1f}" if share else f"{each.weight:+.4g}"]
                for each in strongest
                if each.weight
            ],
            lead=[
                tuple((piece.text, _style(piece.strength)) for piece in self.pieces()),
                *[TRUNCATED] * self.truncated,
                f"{self.label} {self.score:.1%}" if share else f"{self.score:.6g}",
            ],
            lines=agreed if any(each.weight for each in self.words) else [NO_WORD],
        )


def _style(strength: int) -> str:
    colour = "" if not strength else "green" if strength > 0 else "red"
    return f"{colour} {'bold' if abs(strength) > 2 else ''}".strip()


def explain_words(
    bundle: OneBundle, text: str, *, label: str | None, how: ExplainConfig
) -> Explanation:
    """Which words of a text spoke for a label, or made a number larger or smaller.

    Raises:
        ConfigError: if the bundle has no such label, or the text is empty.
    """
    require_text(text)
    answer, fits = answering(bundle), bundle.reader.reads_whole
    scores = answer(text)
    number = explained_output(bundle, scores, label)
    agreed: list[Agreement | None] = []

    def weights(worth: Worth, parts: int) -> np.ndarray:
        weighed = weigh(worth, parts, how=how)
        agreed.append(weighed.agreement)
        return weighed.weights

    words = word_weights(
        text,
        number,
        score=lambda texts: np.stack([answer(each) for each in texts]),
        fits=fits,
        weigh=weights,
    )
    return Explanation(
        text,
        bundle.manifest.labels[number] if bundle.manifest.labels else "",
        float(scores[number]),
        words,
        truncated=not fits(text),
        method=how.method or OCCLUSION,
        agreement=agreed[0],
    )
