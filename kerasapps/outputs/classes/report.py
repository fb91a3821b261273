"""What a report says of a classifier: its figures, what it takes for what, its worst mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from kerasapps.evaluation.formats import NARROW_SPACE, figure, number, share
from kerasapps.evaluation.report import Headline, TaskReport
from kerasapps.evaluation.sections import Section, Table, plain_section, render
from kerasapps.evaluation.usage import Usage
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.classes.chance import Chance, chance_of
from kerasapps.outputs.classes.charts import calibration_chart, confusion_chart
from kerasapps.outputs.classes.confusion import largest
from kerasapps.outputs.classes.decision import Decided
from kerasapps.outputs.classes.foreign import Foreign
from kerasapps.outputs.classes.metrics import (
    ClassificationMetrics,
    weakest_first,
)
from kerasapps.outputs.classes.mistakes import ShownMistake
from kerasapps.outputs.classes.scores import accuracy_interval

TABLE_CLASSES = 20  # beyond, the confusion matrix is a chart of shades
CHART_CLASSES = 200  # beyond, its cells are too small to see, and only the commonest are listed
LISTED_CLASSES = 200  # the weakest
_TEMPLATES = Path(__file__).parent / "templates"


def class_report(
    metrics: ClassificationMetrics,
    *,
    judged_on: str,
    mistakes: Sequence[ShownMistake] = (),
    sections: Sequence[Section] = (),
    audit: Sequence[Table] = (),
    usage: Usage | None = None,
) -> TaskReport:
    """What a classifier says in a report.

    Args:
        metrics: its figures.
        judged_on: the split that they are from.
        mistakes: wrong predictions there, worst first; there is no section without.
        sections: further ones, of the task itself.
        audit: tables of the data audit.
        usage: how one asks a bundle of the task.
    """
    shown = [
        confusion_section(metrics, judged_on=judged_on),
        _scores_section(metrics, judged_on=judged_on),
        _calibration_section(metrics),
    ]
    if metrics.decided is not None:
        shown.append(
            decision_section(metrics.decided, judged_on=judged_on, foreign=metrics.foreign)
        )
    if mistakes:
        shown.append(_mistakes_section(mistakes, judged_on=judged_on))
    return TaskReport(
        headline=headline_figures(metrics, judged_on=judged_on),
        sections=[*shown, *sections],
        audit=audit,
        usage=usage,
    )


def headline_figures(metrics: ClassificationMetrics, *, judged_on: str) -> list[Headline]:
    """The figures that the report begins with."""
    low, high = accuracy_interval(metrics.accuracy, metrics.examples)
    top5, error = metrics.top5_accuracy, metrics.expected_calibration_error
    chance = chance_of(metrics.per_class)
    figures = [
        (
            "Accuracy",
            figure(metrics.accuracy, CLASSES.metric),
            f"{low * 100:.1f} to {share(high)} at 95{NARROW_SPACE}% confidence",
        ),
        ("Guessing", figure(chance.always, CLASSES.metric), _guess(chance, metrics)),
        ("Top-5 accuracy", figure(top5, CLASSES.metric), "true class among the 5 likeliest"),
        ("F1", share(metrics.f1, digits=2), "macro average over classes"),
        ("Precision", share(metrics.precision, digits=2), "macro average"),
        ("Recall", share(metrics.recall, digits=2), "macro average"),
        ("Calibration error", share(error, digits=2), "confidence against accuracy"),
        (
            f"{judged_on.capitalize()} examples",
            number(metrics.examples),
            f"of {len(metrics.per_class)} classes",
        ),
    ]
    if top5 is None:
        del figures[2]
    if metrics.auc is not None:
        figures.insert(2, ("AUC", number(metrics.auc), "area under the ROC curve"))
    return [Headline(name=name, value=value, note=note) for name, value, note in figures]


def _guess(chance: Chance, metrics: ClassificationMetrics) -> str:
    """How the figure of guessing is to be read, beside the accuracy."""
    said = f"always “{chance.majority}”; {share(chance.at_random, digits=2)} at random"
    if chance.is_beaten(metrics.accuracy, metrics.examples):
        return said
    return f"{said}. The model is not clearly better"


def most_confused(
    metrics: ClassificationMetrics, *, limit: int = 8
) -> list[tuple[str, str, int, float]]:
    """The commonest confusions: true class, predicted class, count, share of the true class."""
    classes = metrics.per_class
    return [
        (
            classes[each.true].label,
            classes[each.predicted].label,
            each.examples,
            each.examples / classes[each.true].support,
        )
        for each in largest(metrics.confusions)[:limit]
    ]


def confusion_section(metrics: ClassificationMetrics, *, judged_on: str) -> Section:
    """Which classes are taken for which: a table, of many a chart, of far more only a list."""
    labels = [each.label for each in metrics.per_class]
    chart = TABLE_CLASSES < len(labels) <= CHART_CLASSES
    return _section(
        "confusion",
        link="Confusion",
        heading="Confusion matrix",
        labels=labels,
        judged_on=judged_on,
        counts=metrics.confusion if len(labels) <= TABLE_CLASSES else None,
        # Markup: the charts are our own SVG, whose texts Matplotlib has escaped.
        chart=Markup(confusion_chart(metrics.confusion, labels)) if chart else None,
        confused=most_confused(metrics) if len(labels) > 2 else [],
    )


def _scores_section(metrics: ClassificationMetrics, *, judged_on: str) -> Section:
    return _section(
        "classes",
        link="Classes",
        heading="Classes",
        judged_on=judged_on,
        classes=len(metrics.per_class),
        weakest=weakest_first(metrics.per_class)[:LISTED_CLASSES],
    )


def _calibration_section(metrics: ClassificationMetrics) -> Section:
    return _section(
        "calibration",
        link="Calibration",
        heading="Calibration",
        metrics=metrics,
        chart=Markup(calibration_chart(metrics.calibration)),
    )


def decision_section(
    figures: Decided, *, judged_on: str, foreign: Foreign | None = None
) -> Section:
    """What thresholds leave of the answers: of all, and of each class, the least answered first.

    Args:
        figures: of the thresholds.
        judged_on: the split that they are of.
        foreign: how what is of none of the classes is told from the others, where that is known.
    """
    ordered = sorted(
        figures.per_class, key=lambda each: each.answered / each.likeliest if each.likeliest else 2
    )
    return plain_section(
        "decision",
        link="Answered",
        heading="When it answers",
        lead=_decision_lead(figures, judged_on, foreign),
        tables=(
            Table(
                heading="Of each class",
                columns=("class", "from", "likeliest", "answered", "right"),
                rows=[
                    [
                        each.label,
                        round(max(each.threshold, figures.unknown or 0.0), 3),
                        each.likeliest,
                        each.answered,
                        each.right,
                    ]
                    for each in ordered[:LISTED_CLASSES]
                ],
                note="How many examples each class was the likeliest of, to how many of them it "
                "was the answer, and of how many of these it is right.",
            ),
        ),
    )


def _decision_lead(figures: Decided, judged_on: str, foreign: Foreign | None) -> str:
    right = "—" if figures.precision is None else share(figures.precision, digits=2)
    lead = ""
    if figures.unknown is not None or any(each.threshold for each in figures.per_class):
        lead = (
            "The likeliest class is the answer only where its score reaches what was chosen on "
            "validation. "
        )
    lead += (
        f"On the {judged_on} split {share(figures.coverage, digits=2)} of the examples got an "
        f"answer, and of these answers {right} are right; to the others it says nothing."
    )
    if figures.unknown is not None:
        lead += (
            f" Whatever the class, a score below {figures.unknown:.3f} means that the input is "
            "none of these."
        )
    if figures.unknown_label is not None:
        lead += (
            f" “{figures.unknown_label}” stands for what is none of the other classes, and is "
            "never an answer."
        )
    if foreign is not None:
        lead += f" {foreign.line}."
    if figures.note:
        lead += f" {figures.note[0].upper()}{figures.note[1:]}."
    return lead


def _mistakes_section(mistakes: Sequence[ShownMistake], *, judged_on: str) -> Section:
    return _section(
        "mistakes",
        link="Mistakes",
        heading="Worst mistakes",
        judged_on=judged_on,
        mistakes=mistakes,
    )


def _section(name: str, *, link: str, heading: str, **values: Any) -> Section:
    html = render(_TEMPLATES / f"{name}.html.j2", **values)
    return Section(name=name, link=link, heading=heading, html=html)
