"""What a report says of texts: the audit's tables and the worst mistakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kerasapps.data.examples import TextExamples
from kerasapps.data.text_audit import TextAudit
from kerasapps.evaluation.explain import Scorer, word_weights
from kerasapps.evaluation.metrics import worst_mistakes
from kerasapps.evaluation.report import AuditSection, ShownMistake

from .documents import MISTAKES, class_counts, listed

SHOWN_CHARACTERS = 1500


def show_texts(
    examples: TextExamples, probabilities: np.ndarray, labels: Sequence[str], *, score: Scorer
) -> list[ShownMistake]:
    """The most confident wrong answers, with the weight of each word for the wrong label."""
    found = worst_mistakes(np.asarray(examples.labels), probabilities, limit=MISTAKES)
    shown = []
    for each in found:
        text = examples.texts[each.index]
        text = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]} …"
        shown.append(
            ShownMistake(
                true=labels[each.true],
                predicted=labels[each.predicted],
                confidence=each.confidence,
                text=text,
                words=word_weights(text, each.predicted, score=score),
                source=examples.origin(each.index),
            )
        )
    return shown


def text_audit_sections(audit: TextAudit, *, cut: Mapping[str, float]) -> list[AuditSection]:
    """The audit as tables; those with nothing in them are left out.

    Args:
        audit: what was found.
        cut: split → share of its texts that is longer than the model reads.
    """
    words = audit.lengths
    sections = [
        class_counts(audit.counts, audit.imbalance, noun="Texts"),
        AuditSection(
            heading="Words of a text",
            rows=[[words.shortest, words.median, words.percentile_95, words.longest]],
            columns=("shortest", "median", "95 % have at most", "longest"),
        ),
        AuditSection(
            heading="Texts longer than the model reads",
            rows=[[split, f"{share:.1%}"] for split, share in cut.items()],
            columns=("split", "share"),
            note="The model reads their beginning.",
        ),
        listed(
            "Broken rows",
            [(each.origin, each.reason) for each in audit.broken.first],
            ("where", "reason"),
            "They were left out.",
            total=audit.broken.total,
        ),
        listed(
            "Duplicates across splits",
            [(d.copy, d.copy_split, d.kept, d.kept_split, d.text) for d in audit.duplicates.first],
            ("where", "split", "same as", "split", "text"),
            "The first of each pair was left out. Case, punctuation and white space do not count.",
            total=audit.duplicates.total,
        ),
        listed(
            "Same text, different labels",
            [(", ".join(c.origins), ", ".join(c.labels), c.text) for c in audit.conflicts.first],
            ("where", "labels", "text"),
            "",
            total=audit.conflicts.total,
        ),
        listed(
            "Remnants of HTML",
            [(each.origin, each.text) for each in audit.html.first],
            ("where", "text"),
            "They are used as they are.",
            total=audit.html.total,
        ),
        listed("Read as", [(each,) for each in (*audit.guesses, *audit.notes)], (), ""),
        listed("Warnings", [(each,) for each in audit.warnings], (), ""),
    ]
    return [section for section in sections if section.rows]
