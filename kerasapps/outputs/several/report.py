"""What a report says of several answers: a table of all, then each one's own sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kerasapps.evaluation.formats import figure, number
from kerasapps.evaluation.report import Headline, TaskReport
from kerasapps.evaluation.sections import Section, Table, plain_section
from kerasapps.evaluation.usage import Usage
from kerasapps.outputs.several.answer import MEAN_SCORE
from kerasapps.outputs.several.figures import SeveralMetrics
from kerasapps.outputs.several.part import Part


def several_report(
    metrics: SeveralMetrics,
    reports: Sequence[tuple[Part, TaskReport]],
    *,
    judged_on: str,
    audit: Sequence[Table] = (),
    usage: Usage | None = None,
) -> TaskReport:
    """What several answers say in a report.

    Args:
        metrics: their figures.
        reports: the answers, and what a report says of each where it is alone.
        judged_on: the split that they were judged on.
        audit: tables of the data audit.
        usage: how one asks a bundle of the task.
    """
    own = [section_of(part, each) for part, report in reports for each in report.sections]
    return TaskReport(
        headline=_headline(metrics, reports, judged_on=judged_on),
        sections=[_table(metrics, judged_on=judged_on), *own],
        audit=audit,
        usage=usage,
    )


def section_of(part: Part, section: Section) -> Section:
    """A section of one answer, with a name that no other answer's has."""
    return replace(
        section,
        name=f"{part.output}-{section.name}",
        link=f"{part.name}: {section.link}",
        heading=f"{part.name}: {section.heading}",
    )


def _headline(
    metrics: SeveralMetrics, reports: Sequence[tuple[Part, TaskReport]], *, judged_on: str
) -> list[Headline]:
    """The mean score, the first figure of each answer, and how many examples these are from."""
    firsts = [
        replace(report.headline[0], name=f"{part.name}: {report.headline[0].name}")
        for part, report in reports
    ]
    mean = Headline(
        name=MEAN_SCORE.name.capitalize(),
        value=figure(metrics.mean_score, MEAN_SCORE),
        note="of all answers, each from 0 to 100 %",
    )
    count = Headline(name=f"{judged_on.capitalize()} examples", value=number(metrics.examples))
    return [mean, *firsts, count]


def _table(metrics: SeveralMetrics, *, judged_on: str) -> Section:
    return plain_section(
        "answers",
        link="Answers",
        heading="Answers",
        lead=f"How each answer fared on the {judged_on} split. Its score is what the mean score is "
        "made of: a share that is right, or of a number the share of its variance that is "
        "explained (R², at least 0).",
        tables=(
            Table(
                heading="Of one network",
                columns=("answer", "figure", "value", "score"),
                rows=[
                    [each.name, each.metric.name, each.value, figure(each.score, MEAN_SCORE)]
                    for each in metrics.parts
                ],
            ),
        ),
    )
