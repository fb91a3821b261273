"""Reports as parsed pages, and how they are looked at."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from xml.etree import ElementTree

from kerasapps.evaluation.report import Report, render_report
from kerasapps.evaluation.sections import Section

HOSTILE = "<script>alert('1')</script> & \"co\" \x00\udcff"


def parsed(report: Report) -> ElementTree.Element:
    """The page, strictly parsed."""
    page = render_report(report)
    assert page.startswith("<!DOCTYPE html>")
    return ElementTree.fromstring(page)


def parsed_section(part: Section | None) -> ElementTree.Element:
    """What a section holds, strictly parsed."""
    assert part is not None
    return ElementTree.fromstring(f"<section>{part.html}</section>")


def code_of(root: ElementTree.Element) -> list[str]:
    """The lines to copy in it, block by block."""
    return ["".join(each.itertext()) for each in root.iter("pre")]


def use_lines(bundle: Path) -> list[str]:
    """The lines of a bundle's report by which it is used, block by block."""
    return code_of(section(ElementTree.parse(bundle / "report.html").getroot(), "use"))


def run_lines(code: str, folder: Path) -> str:
    """What lines of Python print when they are run in a folder."""
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "the report", "exec"), {})
    return printed.getvalue()


def text_of(element: ElementTree.Element | None) -> str:
    """All text in it, blanks run together."""
    assert element is not None
    return " ".join(" ".join(element.itertext()).split())


def section(root: ElementTree.Element, name: str) -> ElementTree.Element:
    """The section with this anchor."""
    found = root.find(f".//section[@id='{name}']")
    assert found is not None, f"no section {name!r}"
    return found


def sections_of(root: ElementTree.Element) -> list[str | None]:
    """Their anchors in order."""
    return [each.get("id") for each in root.iter("section")]


def links_of(root: ElementTree.Element) -> list[str | None]:
    """Where the navigation leads, in order."""
    navigation = root.find(".//nav")
    assert navigation is not None
    return [each.get("href") for each in navigation.iter("a")]
