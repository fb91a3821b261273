"""What a report says of texts: the audit's tables and the worst mistakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from kerasapps.data.examples import TextExamples
from kerasapps.data.texts.audit import TextAudit
from kerasapps.evaluation.sections import Table
from kerasapps.outputs.classes.mistakes import ShownMistake, worst_mistakes
from kerasapps.outputs.classes.words import Scorer, word_weights
from kerasapps.workflow.documents import MISTAKES, audit_sections, class_counts, listed

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
    mistakes = worst_mistakes(np.asarray(examples.labels), probabilities, limit=MISTAKES)
    shown = []
    for each in mistakes:
        text = examples.texts[each.index]
        text = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]} …"
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


def text_audit_sections(audit: TextAudit, *, cut: Mapping[str, float]) -> list[Table]:
    """The audit as tables; those with nothing in them are left out.

    Args:
        audit: what was found.
        cut: split → share of its texts that is longer than the model reads.
    """
    words = audit.lengths
    sections = [
        class_counts(audit.counts, audit.imbalance, noun="Texts"),
        Table(
            heading="Words of a text",
            rows=[[words.shortest, words.median, words.percentile_95, words.longest]],
            columns=("shortest", "median", "95 % have at most", "longest"),
        ),
        Table(
            heading="Texts longer than the model reads",
            rows=[[split, f"{share:.1%}"] for split, share in cut.items()],
            columns=("split", "share"),
            note="The model reads their beginning.",
        ),
        listed(
            "Broken rows",
            audit.broken,
            lambda one: (one.origin, one.reason),
            columns=("where", "reason"),
            note="They were left out.",
        ),
        listed(
            "Duplicates across splits",
            audit.duplicates,
            lambda one: (one.copy, one.copy_split, one.kept, one.kept_split, one.text),
            columns=("where", "split", "same as", "split", "text"),
            note="The first of each pair was left out. Case, punctuation and white space do not "
            "count.",
        ),
        listed(
            "Same text, different labels",
            audit.conflicts,
            lambda one: (", ".join(one.origins), ", ".join(one.labels), one.text),
            columns=("where", "labels", "text"),
        ),
        listed(
            "Apart by case, punctuation or signs only, different labels",
            audit.near_conflicts,
            lambda one: (", ".join(one.origins), ", ".join(one.labels), one.text),
            columns=("where", "labels", "text"),
            note="They count as different texts; a tokenizer that drops this makes them one.",
        ),
        listed(
            "Remnants of HTML",
            audit.html,
            lambda one: (one.origin, one.text),
            columns=("where", "text"),
            note="They are used as they are.",
        ),
    ]
    return audit_sections(sections, read_as=(*audit.guesses, *audit.notes), warnings=audit.warnings)
