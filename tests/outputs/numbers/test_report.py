from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np

from kerasapps.evaluation.sections import Table, plain_section
from kerasapps.outputs.numbers.charts import DOTS, residual_chart, scatter_chart
from kerasapps.outputs.numbers.figures import number_metrics
from kerasapps.outputs.numbers.report import number_report
from tests.evaluation.svg import texts

RNG = np.random.default_rng(0)
TRUTH = RNG.normal(size=3000)
PREDICTED = TRUTH + RNG.normal(scale=0.1, size=3000)
PREDICTED[7] = TRUTH[7] + 5


def test_charts_take_the_pages_colours_and_stay_small() -> None:
    for svg in (scatter_chart(TRUTH, PREDICTED), residual_chart(TRUTH, PREDICTED)):
        ElementTree.fromstring(svg)
        assert not re.search(r"#[0-9a-fA-F]{6}", svg) and "var(--series-train)" in svg
        assert len(svg) < 120_000
    dots = scatter_chart(TRUTH, PREDICTED).count("<use ")
    assert DOTS <= dots < DOTS + 40
    assert scatter_chart(TRUTH[:5], PREDICTED[:5]).count("<use ") < 45


def test_axes_have_numbers_as_the_page_has_them() -> None:
    thousands = TRUTH * 10_000
    for svg in (scatter_chart(thousands, thousands), residual_chart(thousands, 2 * thousands)):
        shown = texts(svg)
        assert any(re.fullmatch("[0-9]+,000", text) for text in shown), shown
        assert any(text.startswith("\u2212") and text.endswith(",000") for text in shown), shown


def test_equal_errors_have_a_chart() -> None:
    ElementTree.fromstring(residual_chart(TRUTH, TRUTH + 1))


def test_a_report_says_how_far_off_and_where() -> None:
    figures = number_metrics(TRUTH, PREDICTED)
    further = plain_section("more", link="More", heading="More")
    audit = Table(heading="Rows", rows=[[3]])
    report = number_report(
        figures,
        TRUTH,
        PREDICTED,
        origins=[f"wine.csv, row {row}" for row in range(3000)],
        judged_on="validation",
        sections=[further],
        audit=[audit],
    )
    assert report.audit == [audit]
    values = {each.name: each.value for each in report.headline}
    assert values["RMSE"] == f"{figures.rmse:.4g}" and values["R²"] == f"{figures.r2:.4g}"
    assert list(values)[1] == "Guessing the mean"
    assert values["Validation examples"] == "3,000"
    assert [each.name for each in report.sections] == ["numbers", "more"]
    html = report.sections[0].html
    assert html.count("<svg") == 2
    worst = html.partition("Worst errors")[2]
    assert worst.index("wine.csv, row 7<") < worst.index("wine.csv, row", worst.index("row 7<") + 9)
    rows = re.findall(r"<td[^>]*>([\d,]+)</td>", html.partition("Errors by true number")[2])
    assert rows[:4] == ["750"] * 4
