"""Tables, and sections as a task makes them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from kerasapps.evaluation import sections as sections_module
from kerasapps.evaluation.sections import Table, plain_section, render
from tests.values import kinds_of, left_open_in


def page_of(**values):
    """A plain section's name, link and heading, and its HTML, parsed."""
    made = plain_section("residuals", link="Errors", heading="Residuals", **values)
    assert (made.name, made.link, made.heading) == ("residuals", "Errors", "Residuals")
    return ElementTree.fromstring(f"<section>{made.html}</section>")


@pytest.mark.parametrize(
    ("rows", "right", "wide"),
    [
        ([(1, "x" * 46)], [True, False], False),
        ([(10, "x" * 46)], [True, False], False),
        ([(10, "x" * 47)], [True, False], True),
        ([(1, 2, 3, 4)], [True] * 4, False),
        ([(1, 2, 3, 4, 5)], [True] * 5, True),
        ([("a", 0.5), ("b", "many")], [False, False], False),
        ([("5 %", "97.5\u202f%", "–"), ("b", "–", "–")], [False, True, False], False),
        ([], [], False),
    ],
)
def test_numbers_and_shares_stand_right_and_wide_tables_alone(rows, right, wide):
    names = [f"c{place}" for place in range(len(rows[0]) if rows else 0)]
    part = Table(heading="part", rows=rows, columns=names)
    found = page_of(tables=[part])
    cells = [[cell.get("class") == "n" for cell in row] for row in found.findall(".//tbody/tr")]
    assert cells == [right] * len(rows)
    assert ("wide" in ElementTree.tostring(found, "unicode")) is wide
    assert part.at_right == right and part.is_wide is wide


def test_prose_charts_and_tables_follow_each_other():
    chart = Markup("<svg><title>up &amp; down</title></svg>")
    part = Table(heading="a < b", rows=[("x", None), ("y", 1234)], columns=("c", "d"), note="n > m")
    found = page_of(lead="1 < 2", charts=[("By & large", chart)], tables=[part])
    assert [each.tag for each in found] == ["p", "div", "div"]
    assert found[0].text == "1 < 2" and found[0].get("class") == "lead"
    figure = found[1].find("figure")
    assert figure.findtext("figcaption") == "By & large"
    assert figure.findtext("svg/title") == "up & down"
    assert found[2].findtext(".//h3") == "a < b" and found[2].findtext(".//p") == "n > m"
    cells = [[cell.text for cell in row] for row in found[2].iter("tr")]
    assert cells == [["c", "d"], ["x", "\u2013"], ["y", "1,234"]]


def test_the_numbers_of_a_column_are_alike_and_lines_are_no_headings():
    shown = page_of(tables=[Table(heading="a", rows=[("x", 50.5), ("y", 44.86)])])
    assert [cell.text for cell in shown.iter("td")] == ["50.50", "44.86"]
    lines = page_of(tables=[Table(heading="Read as", rows=[("a line",)])])
    assert [each.text for each in lines.iter("td")] == ["a line"] and not lines.findall(".//th")


def test_an_empty_section_is_empty():
    assert not len(page_of())


def test_a_template_of_a_task_has_the_macros_and_filters_and_its_texts_are_escaped(tmp_path):
    template = tmp_path / "own.html.j2"
    template.write_text(
        '{% from "macros.html.j2" import scroll %}\n{% call scroll(31, "Rows") %}\n'
        "{{ share_of | share }} {{ name }} {{ dash }}{% endcall %}\n"
    )
    found = ElementTree.fromstring(render(template, share_of=0.5, name="<b>\x00"))
    assert found.get("class") == "scroll tall" and found.get("aria-label") == "Rows"
    assert found.text.strip() == "50.0\u202f% <b>\ufffd \u2013"
    with pytest.raises(UndefinedError, match="name"):
        render(template, share_of=0.5)


def test_kinds_of_values():
    assert kinds_of(sections_module) == {"Table": "frozen, by name", "Section": "frozen, by name"}


def test_what_need_not_be_given():
    assert left_open_in(sections_module) == {"Table": {"columns": (), "note": ""}}
