"""What a report says of sets of labels: figures, labels, what is mixed up, mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kerasapps.evaluation.formats import figure, number, share
from kerasapps.evaluation.report import Headline, TaskReport
from kerasapps.evaluation.sections import Section, Table, plain_section, render
from kerasapps.evaluation.usage import Usage
from kerasapps.outputs.labels.answer import LABELS
from kerasapps.outputs.labels.figures import LabelMetrics, weakest_first
from kerasapps.outputs.labels.mistakes import SetMistake

LISTED_LABELS = 200  # the weakest
PAIRS = 10
_TEMPLATES = Path(__file__).parent / "templates"


def label_report(
    metrics: LabelMetrics,
    *,
    truth: NDArray[np.bool_],
    given: NDArray[np.bool_],
    judged_on: str,
    precision: float | None = None,
    mistakes: Sequence[SetMistake] = (),
    sections: Sequence[Section] = (),
    audit: Sequence[Table] = (),
    usage: Usage | None = None,
) -> TaskReport:
    """What sets of labels say in a report.

    Args:
        metrics: their figures.
        truth: bool `(examples, labels)`.
        given: the sets, of the same shape.
        judged_on: the split that they are of.
        precision: that thresholds were chosen for; None: the best F1.
        mistakes: wrong sets there, worst first; there is no section without.
        sections: further ones, of the task itself.
        audit: tables of the data audit.
        usage: how one asks a bundle of the task.
    """
    chosen_for = "the best F1" if precision is None else f"a precision of {share(precision)}"
    shown = [_labels_section(metrics, truth, given, judged_on=judged_on, chosen_for=chosen_for)]
    if mistakes:
        html = render(_TEMPLATES / "sets.html.j2", mistakes=mistakes, judged_on=judged_on)
        shown.append(Section(name="mistakes", link="Mistakes", heading="Worst mistakes", html=html))
    return TaskReport(
        headline=headline_labels(metrics, judged_on=judged_on),
        sections=[*shown, *sections],
        audit=audit,
        usage=usage,
    )


def headline_labels(metrics: LabelMetrics, *, judged_on: str) -> list[Headline]:
    """The figures that the report begins with."""
    figures = [
        ("Micro-F1", figure(metrics.micro_f1, LABELS.metric), "over all decisions"),
        ("Guessing", figure(metrics.guess_f1, LABELS.metric), "the same labels for all"),
        ("Mean F1", share(metrics.macro_f1, digits=2), "each label counts as much"),
        ("mAP", share(metrics.mean_average_precision, digits=2), "whatever the thresholds"),
        ("Exact match", share(metrics.exact_match, digits=2), "sets that are wholly right"),
        ("Precision", share(metrics.precision, digits=2), "of the labels that were given"),
        ("Recall", share(metrics.recall, digits=2), "of the labels that there are"),
        (
            f"{judged_on.capitalize()} examples",
            number(metrics.examples),
            f"{metrics.labels_an_example:.2f} labels each, of {len(metrics.per_label)}",
        ),
    ]
    return [Headline(name=name, value=value, note=note) for name, value, note in figures]


def _labels_section(
    metrics: LabelMetrics,
    truth: NDArray[np.bool_],
    given: NDArray[np.bool_],
    *,
    judged_on: str,
    chosen_for: str,
) -> Section:
    weakest = weakest_first(metrics.per_label)[:LISTED_LABELS]
    more = "" if len(weakest) == len(metrics.per_label) else "; bundle.json has all"
    return plain_section(
        "labels",
        link="Labels",
        heading="Labels",
        lead=f"How each label fared on the {judged_on} split. A label is given from its threshold "
        f"on, which was chosen on the validation split for {chosen_for} and travels in the bundle."
        + ("" if metrics.tempered is None else f" {metrics.tempered.line}."),
        tables=(
            Table(
                heading=f"Weakest first{more}",
                columns=(
                    *("label", "F1", "precision", "recall", "AP"),
                    *("has it", "got it", "threshold"),
                ),
                rows=[
                    [
                        each.label,
                        *(
                            share(value, digits=1)
                            for value in (
                                each.f1,
                                each.precision,
                                each.recall,
                                each.average_precision,
                            )
                        ),
                        each.support,
                        each.given,
                        each.threshold,
                    ]
                    for each in weakest
                ],
            ),
            _sizes(truth, given),
            *_pairs(metrics, truth, given),
        ),
    )


def _sizes(truth: NDArray[np.bool_], given: NDArray[np.bool_]) -> Table:
    """How many examples have so many labels, and how many got so many."""
    has, got = truth.sum(axis=1), given.sum(axis=1)
    most = int(max(has.max(), got.max()))
    counts = [np.bincount(each, minlength=most + 1) for each in (has, got)]
    rows = [[size, int(counts[0][size]), int(counts[1][size])] for size in range(most + 1)]
    return Table(
        heading="Labels an example",
        columns=("labels", "have so many", "got so many"),
        rows=[row for row in rows if row[1] or row[2]],
    )


def _pairs(
    metrics: LabelMetrics, truth: NDArray[np.bool_], given: NDArray[np.bool_]
) -> list[Table]:
    """Which label was given where which other one was missed, the commonest first."""
    missed, invented = truth & ~given, given & ~truth
    counts = missed.T.astype(np.int64) @ invented.astype(np.int64)
    order = np.argsort(-counts, axis=None, kind="stable")[:PAIRS]
    names = [each.label for each in metrics.per_label]
    rows = [
        [names[first], names[second], int(counts[first, second])]
        for first, second in zip(*np.unravel_index(order, counts.shape), strict=True)
        if counts[first, second]
    ]
    columns = ("missed", "given in its place", "examples")
    return [Table(heading="Taken for one another", columns=columns, rows=rows)] if rows else []
