"""The figures that translations are judged by."""

from __future__ import annotations

from typing import Any

from kerasapps.config import kinds
from kerasapps.config.metric import Answer, Metric
from kerasapps.deploy.hypotheses import END, FLOOR, PADDING, START
from kerasapps.deploy.translator_file import DECODE_STEP, ENCODE
from kerasapps.preprocess.tokenizers.subword import UNKNOWN_ID

BLEU = Metric(name="BLEU", key="bleu_greedy", quality="bleu", perfect=100.0, unit="", tolerance=0.5)
PIECES = Metric(name="accuracy", key="accuracy", quality="accuracy")
"""Share of the target's pieces that are right, each after the reference's pieces before it."""
TRANSLATIONS = Answer(metric=BLEU, fitted=PIECES, judged=BLEU)


def explain_search(*, max_steps: int, beam: int, length_penalty: float) -> dict[str, Any]:
    """How a file writes a translation, for programs of other people; see `docs/bundles.md`.

    Args:
        max_steps: pieces of a translation at most, the end mark included.
        beam: hypotheses that are kept where nobody says.
        length_penalty: exponent of the length that divides a score.
    """
    return {
        "kind": kinds.TRANSLATION,
        "encode": ENCODE,
        "step": DECODE_STEP,
        "source": "source",
        "token": "token",
        "position": "position",
        "logits": "logits",
        "attention": "attention",
        "start_id": START,
        "end_id": END,
        "forbidden_ids": [PADDING, UNKNOWN_ID, START],
        "first_position": 0,
        "max_steps": max_steps,
        "floor": FLOOR,
        "length_penalty": length_penalty,
        "default_beam": beam,
    }
