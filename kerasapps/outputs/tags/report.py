"""What a report says of tags: figures of each type, errors by kind, sentences with entities."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kerasapps.data.tags.schemes import entities_of
from kerasapps.evaluation.formats import number, share
from kerasapps.evaluation.report import Headline, TaskReport
from kerasapps.evaluation.sections import Section, Table, plain_section, render
from kerasapps.evaluation.usage import Usage
from kerasapps.outputs.tags.entities import entity_types
from kerasapps.outputs.tags.errors import KINDS
from kerasapps.outputs.tags.figures import TagMetrics
from kerasapps.outputs.tags.shown_sentences import ShownSentence, shown_pieces, worst_sentences

_TEMPLATES = Path(__file__).parent / "templates"
WORST = 20  # sentences
RIGHT = 5  # sentences without an error


def tag_report(
    metrics: TagMetrics,
    sentences: Sequence[Sequence[str]],
    *,
    truth: Sequence[Sequence[str]],
    predicted: Sequence[Sequence[str]],
    origins: Sequence[str],
    judged_on: str,
    audit: Sequence[Table] = (),
    usage: Usage | None = None,
) -> TaskReport:
    """What predicted tags say in a report.

    Args:
        metrics: their figures.
        sentences: words of each.
        truth: IOB2 tags.
        predicted: likewise.
        origins: where each sentence is from.
        judged_on: the split that they are of.
        audit: tables of the data audit.
        usage: how one asks a bundle of the task.
    """
    types = entity_types([tag for tags in (*truth, *predicted) for tag in tags])
    worst = worst_sentences(
        sentences, truth=truth, predicted=predicted, origins=origins, types=types, limit=WORST
    )
    right = [
        ShownSentence(pieces, pieces, (), origins[row])
        for row in _right(truth, predicted)[:RIGHT]
        for pieces in [shown_pieces(sentences[row], truth[row], types)]
    ]
    return TaskReport(
        headline=headline_tags(metrics, judged_on=judged_on),
        sections=(
            _entities(metrics, judged_on=judged_on),
            _sentences(worst, right, types, judged_on=judged_on),
        ),
        audit=audit,
        usage=usage,
    )


def headline_tags(metrics: TagMetrics, *, judged_on: str) -> list[Headline]:
    """The figures that the report begins with."""
    figures = [
        ("F1", share(metrics.f1, digits=2), "of entities: both ends and the type are right"),
        ("Precision", share(metrics.precision, digits=2), "of those found, how many are right"),
        ("Recall", share(metrics.recall, digits=2), "of those there, how many were found"),
        ("Whole sentences", share(metrics.whole_sentences), "without an error"),
        ("Words", share(metrics.word_accuracy, digits=2), "most are no entity's"),
        (f"{judged_on.capitalize()} sentences", number(metrics.sentences), ""),
    ]
    return [Headline(name=name, value=value, note=note) for name, value, note in figures]


def _entities(metrics: TagMetrics, *, judged_on: str) -> Section:
    rows = [
        [name, share(each.precision), share(each.recall), share(each.f1), each.support]
        for name, each in metrics.per_type.items()
    ]
    errors = [[kind, metrics.errors[kind], said] for kind, said in KINDS.items()]
    return plain_section(
        "entities",
        link="Entities",
        heading="Entities",
        lead=f"Of the {judged_on} split. An entity is right where its first word, its last word "
        "and its type are.",
        tables=(
            Table(
                heading="By type",
                rows=rows,
                columns=("type", "precision", "recall", "F1", "number"),
            ),
            Table(
                heading="Errors by kind",
                rows=errors,
                columns=("kind", "entities", "what is wrong"),
            ),
        ),
    )


def _sentences(
    worst: Sequence[ShownSentence],
    right: Sequence[ShownSentence],
    types: Sequence[str],
    *,
    judged_on: str,
) -> Section:
    html = render(
        _TEMPLATES / "sentences.html.j2", worst=worst, right=right, types=types, judged_on=judged_on
    )
    return Section(name="sentences", link="Sentences", heading="Sentences", html=html)


def _right(truth: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> list[int]:
    """Sentences all of whose tags are right, those with most types first."""
    rows = [
        row
        for row, (true, found) in enumerate(zip(truth, predicted, strict=True))
        if list(true) == list(found) and entities_of(true)
    ]
    return sorted(rows, key=lambda row: (-len({*truth[row]}), row))
