"""The site: every page and every public name is on it, and nothing comes from elsewhere."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from tests.docs.pages import ROOT, name_of

EXTERNAL = re.compile(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?(?:https?:)?//")


@pytest.fixture(scope="module")
def hooks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("site_hooks", ROOT / "docs" / "site_hooks.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def places_of(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    parts = nav.values() if isinstance(nav, dict) else nav
    return [place for part in parts for place in places_of(part)]


def test_every_page_has_its_place(hooks: ModuleType) -> None:
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    pages = {name_of(page).removeprefix("docs/") for page in (ROOT / "docs").rglob("*.md")}
    places = places_of(config["nav"])
    assert sorted(places) == sorted(pages | set(hooks.ELSEWHERE.values()))
    assert config["theme"]["font"] is False
    assert "extra_javascript" not in config
    assert all((ROOT / "docs" / style).is_file() for style in config["extra_css"])


def test_the_reference_has_every_public_name(
    hooks: ModuleType, record_property: Callable[[str, object], None]
) -> None:
    names = hooks.public_names()
    assert {"kerasapps", "kerasapps.layers", "kerasapps.models"} <= set(names)
    for package, listed in names.items():
        assert sorted(listed) == sorted(importlib.import_module(package).__all__), package
    pages = dict(hooks.reference_pages())
    assert len(pages) == len(names)
    for package, listed in names.items():
        text = pages[f"reference/{package}.md"]
        shown = re.findall(rf"^::: {package}\.(\S+)$", text, re.MULTILINE)
        linked = re.findall(rf"^\| \[`(\w+)`\]\({package}\.\1\.md\) \| \w", text, re.MULTILINE)
        assert sorted([*shown, *linked]) == sorted(listed)
        assert re.findall(rf"^\| \[`(\w+)`\]\[{package}\.\1\] \|", text, re.MULTILINE) == shown
    record_property("pages", {"names in the reference": sum(map(len, names.values()))})


def test_a_page_of_the_reference_begins_with_its_names_by_kind(hooks: ModuleType) -> None:
    pages = dict(hooks.reference_pages())
    text = pages["reference/kerasapps.md"]
    headings = re.findall(r"^\| (\w+) \| \|$", text, re.MULTILINE)
    assert headings == ["Packages", "Functions", "Classes", "Errors", "Values"]
    assert "| [`layers`](kerasapps.layers.md) | Keras layers" in text
    said = inspect.getdoc(importlib.import_module("kerasapps").load_bundle).partition("\n")[0]
    assert f"| [`load_bundle`][kerasapps.load_bundle] | {said} |" in text
    values = pages["reference/kerasapps.config.md"]
    assert re.search(r"`AUTO`\S+ \| In place of an architecture's name", values)
    assert "[`Direction`][kerasapps.config.Direction] | `Literal['max', 'min']` |" in values


def test_what_is_left_out_of_the_reference_stands_elsewhere_in_it(hooks: ModuleType) -> None:
    for package in hooks.UNLISTED:
        names = set(importlib.import_module(package).__all__)
        assert names <= set(hooks.public_names()["kerasapps"])


@pytest.mark.parametrize(
    ("source", "place", "link", "expected"),
    [
        ("README.md", "index.md", "docs/tuning.md", "tuning.md"),
        ("README.md", "index.md", "benchmarks/RESULTS.md", "results.md"),
        ("README.md", "index.md", "examples/a.ipynb", "examples/a.ipynb"),
        ("docs/toolkit.md", "toolkit.md", "../examples/a.ipynb", "examples/a.ipynb"),
        ("docs/bundles.md", "bundles.md", "../saved_models/README.md", "saved_models.md"),
        ("docs/bundles.md", "bundles.md", "data.md#splits", "data.md#splits"),
        ("docs/ideas/a.md", "ideas/a.md", "../tuning.md", "../tuning.md"),
        ("docs/a.md", "a.md", "https://keras.io/a.md", "https://keras.io/a.md"),
        ("docs/a.md", "a.md", "#splits", "#splits"),
    ],
)
def test_links_lead_to_the_pages_places(
    hooks: ModuleType, source: str, place: str, link: str, expected: str
) -> None:
    text = f"[a]({link})\n```\n[a](b.md)\n```\n"
    found = hooks.with_site_links(text, source=source, place=place)
    assert found == text.replace(link, expected)


def test_call_arguments_and_outputs_become_markdown(hooks: ModuleType) -> None:
    source = (
        '    """A layer.\n\n    Call arguments:\n        inputs: float,\n            wide.\n'
        '        mask: bool.\n\n    Output:\n        One: a vector.\n    """\n'
    )
    assert hooks.with_listed_arguments(source) == (
        '    """A layer.\n\n    **Call arguments:**\n\n    - `inputs`: float,\n        wide.\n'
        '    - `mask`: bool.\n\n    **Output:**\n\n    One: a vector.\n    """\n'
    )


def test_of_the_measured_figures_the_table_is_shown(hooks: ModuleType) -> None:
    text = hooks.page_from_elsewhere("benchmarks/RESULTS.md")
    assert text.startswith("# Measured figures") and text.count("\n|") > 10
    assert "\n## " not in text


@pytest.mark.slow  # what it is made of is checked above
def test_the_site_is_built_without_a_warning_and_without_a_network(
    tmp_path: Path, hooks: ModuleType
) -> None:
    for module in ("mkdocs", "material", "mkdocstrings_handlers.python"):
        pytest.importorskip(module)
    nowhere = {f"{each}_proxy": "http://127.0.0.1:9" for each in ("http", "https")}
    ended = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", tmp_path],
        cwd=ROOT, env={**os.environ, **nowhere, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0 and not ended.stderr, ended.stderr
    for file in tmp_path.rglob("*.html"):
        assert not EXTERNAL.search(file.read_text("utf-8")), file
    for package, names in hooks.public_names().items():
        page = (tmp_path / "reference" / package / "index.html").read_text("utf-8")
        shown = [name for name in names if f"{package}.{name}" not in hooks.public_names()]
        missing = [name for name in shown if f'id="{package}.{name}"' not in page]
        assert not missing, f"{package}: {missing}"
