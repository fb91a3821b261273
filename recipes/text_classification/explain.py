"""Why a finished bundle answers as it does, without TensorFlow."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasapps.config import choose
from kerasapps.deploy.runner import Bundle
from kerasapps.errors import ConfigError
from kerasapps.evaluation.shown import TRUNCATED, Shown
from kerasapps.outputs.classes.words import Piece, WordWeight, pieces, word_weights
from kerasapps.outputs.labels.bundle import LabelBundle
from kerasapps.outputs.numbers.bundle import NumberBundle
from kerasapps.workflow.inputs import refuse_no_text

NO_WORD = (
    "No single word changes the answer. The scores of an int8 file have steps of 0.4 %: "
    "--artifact float32 may show more."
)
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
    """

    text: str
    label: str
    score: float
    words: tuple[WordWeight, ...]
    truncated: bool = False

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
        return Shown(
            title=f"What the {'probability' if share else 'number'} loses without the word"
            + (", in points" if share else ""),
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
            lines=[] if any(each.weight for each in self.words) else [NO_WORD],
        )


def _style(strength: int) -> str:
    colour = "" if not strength else "green" if strength > 0 else "red"
    return f"{colour} {'bold' if abs(strength) > 2 else ''}".strip()


def explain_words(
    bundle: Bundle | LabelBundle | NumberBundle, text: str, *, label: str | None
) -> Explanation:
    """Which words of a text spoke for a label, or made a number larger or smaller.

    Raises:
        ConfigError: if the bundle has no such label, or it is no text (see `refuse_no_text`).
    """
    refuse_no_text(text)
    if isinstance(bundle, NumberBundle):
        return _of_number(bundle, text, label)
    scores = bundle.scores(text)
    if label is not None:
        choose(label, bundle.labels, what="label")
    number = int(scores.argmax()) if label is None else bundle.labels.index(label)
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


def _of_number(bundle: NumberBundle, text: str, label: str | None) -> Explanation:
    if label is not None:
        raise ConfigError(f"label: {bundle.manifest.called} answers a number; leave label out.")
    fits = bundle.reader.reads_whole
    words = word_weights(
        text,
        0,
        score=lambda texts: np.array([[bundle.value(each)] for each in texts]),
        fits=fits,
    )
    return Explanation(text, "", bundle.value(text), words, truncated=not fits(text))
