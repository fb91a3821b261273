"""What a report says of texts: the audit's tables and the worst mistakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from kerasapps.data.audit import Audit
from kerasapps.data.texts.examples import TextExamples
from kerasapps.evaluation.formats import share
from kerasapps.evaluation.sections import Table
from kerasapps.outputs.classes.mistakes import ShownMistake, worst_mistakes
from kerasapps.outputs.classes.words import Scorer, word_weights
from kerasapps.workflow.documents import audit_tables

SHOWN_CHARACTERS = 1500


def show_texts(
    examples: TextExamples,
    probabilities: np.ndarray,
    labels: Sequence[str],
    *,
    score: Scorer,
    fits: Callable[[str], bool],
) -> list[ShownMistake]:
    """The most confident wrong answers, with the weight of each word for the wrong label."""
    mistakes = worst_mistakes(np.asarray(examples.labels), probabilities)
    shown = []
    for each in mistakes:
        text = cut_text(examples.texts[each.index])
        shown.append(
            ShownMistake(
                true=labels[each.true],
                predicted=labels[each.predicted],
                confidence=each.confidence,
                text=text,
                words=word_weights(text, each.predicted, score=score, fits=fits),
                source=examples.origin(each.index),
            )
        )
    return shown


def cut_text(text: str) -> str:
    """A text as far as a report shows it."""
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]} …"


def text_audit_tables(audit: Audit, *, cut: Mapping[str, float]) -> list[Table]:
    """The audit as tables.

    Args:
        audit: what was found.
        cut: split → share of its texts that is longer than the model reads.
    """
    table = Table(
        heading="Texts longer than the model reads",
        rows=[[split, share(part)] for split, part in cut.items()],
        columns=("split", "share"),
        note="The model reads their beginning.",
    )
    return audit_tables(audit, more=[table])
