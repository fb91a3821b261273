"""What mkdocs is told beside mkdocs.yml: pages from elsewhere, a reference of every public name.

The names are read from the sources: what a package lists in `__all__`, or of a lazy one what its
stub imports. So a new name, and a new package, is on the site without being told.
"""

from __future__ import annotations

import ast
import configparser
import posixpath
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]

ELSEWHERE = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "benchmarks/RESULTS.md": "results.md",
    "saved_models/README.md": "saved_models.md",
}
"""Page of the project → its place on the site."""

NOTEBOOKS = "examples"
"""The folder whose notebooks are on the site as files, in a folder of the same name."""

# The same names as those of `kerasapps`, which are what users are to import.
UNLISTED = {"kerasapps.recipes"}

_REFERENCE = "reference"
_LINK = re.compile(r"(?<=\]\()([^)#\s:]+)((?:#[^)\s]*)?)(?=\))")
# What griffe does not know as a section: its entries would run into one paragraph.
_CALL = re.compile(r"^( +)Call arguments:\n((?:\1    .*\n)+)", re.MULTILINE)
_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def public_names() -> Mapping[str, tuple[str, ...]]:
    """Package → its public names, of every package that has some; none is imported."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    packages = setup["options"]["packages"].split()
    found = {package: _names_of(folder_of(package)) for package in packages}
    return {package: names for package, names in found.items() if names and package not in UNLISTED}


def folder_of(package: str) -> Path:
    """Where the modules of a package lie; `setup.cfg` says the same of `kerasapps.recipes`."""
    parts = package.split(".")
    return ROOT.joinpath(*(parts[1:] if parts[1:2] == ["recipes"] else parts))


def _names_of(folder: Path) -> tuple[str, ...]:
    stub = folder / "__init__.pyi"
    if stub.exists():
        tree = ast.parse(stub.read_text(encoding="utf-8"))
        imports = (node for node in tree.body if isinstance(node, ast.ImportFrom))
        return tuple(sorted(name.asname or name.name for node in imports for name in node.names))
    for node in ast.parse((folder / "__init__.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and "__all__" in map(ast.unparse, node.targets):
            return tuple(ast.literal_eval(node.value))
    return ()


def reference_pages() -> Iterator[tuple[str, str]]:
    """Place and text of each page of the reference, `kerasapps` itself first."""
    for package, names in public_names().items():
        parts = [f"# {package}", *([_about(package)] if _about(package) else [])]
        parts += [f"::: {package}.{name}" for name in names]
        yield f"{_REFERENCE}/{package}.md", "\n\n".join(parts) + "\n"


def _about(package: str) -> str:
    module = ast.parse((folder_of(package) / "__init__.py").read_text(encoding="utf-8"))
    return ast.get_docstring(module) or ""


def page_from_elsewhere(source: str) -> str:
    """The text of a page of the project; of the measured figures the table of the best."""
    text = (ROOT / source).read_text(encoding="utf-8")
    if source.endswith("RESULTS.md"):
        text = text.partition("\n# Sections")[0].replace("; the sections below say how", "; how")
        text = text.replace("as named in its section", "as named in `benchmarks/RESULTS.md`")
    return text


def with_site_links(text: str, *, source: str, place: str) -> str:
    """A page's text with links that lead to other pages' places on the site.

    Args:
        text: in Markdown; blocks of code stay as they are.
        source: the page's path in the project.
        place: its path on the site.
    """

    def replace(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link[1]))
        to = ELSEWHERE.get(target, target.removeprefix("docs/"))
        return posixpath.relpath(to, posixpath.dirname(place) or ".") + link[2]

    parts = _FENCED.split(text)
    return "".join(
        part if number % 2 else _LINK.sub(replace, part) for number, part in enumerate(parts)
    )


def with_listed_arguments(source: str) -> str:
    """A module's source whose docstrings have call arguments as a list in Markdown."""

    def as_list(section: re.Match[str]) -> str:
        indent, entries = section.groups()
        listed = re.sub(rf"^{indent}    (\w+): ", rf"{indent}    - `\1`: ", entries, flags=re.M)
        return f"{indent}Call arguments:\n{listed}"

    return _CALL.sub(as_list, source)


def on_config(config: Any) -> Any:
    """Lays out the sources as they are installed, and puts the reference into the navigation."""
    packages = ROOT / "build" / "docs_source" / "kerasapps"
    shutil.rmtree(packages.parent, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "kerasapps", packages, ignore=ignored)
    shutil.copytree(ROOT / "recipes", packages / "recipes", ignore=ignored)
    for file in (packages / "layers").glob("*.py"):
        file.write_text(with_listed_arguments(file.read_text("utf-8")), encoding="utf-8")
    for entry in config.nav:
        if _REFERENCE.capitalize() in entry:
            entry[_REFERENCE.capitalize()] = [place for place, _ in reference_pages()]
    return config


# Before the plugin looks for the sources.
on_config.mkdocs_priority = 100  # type: ignore[attr-defined]


def on_files(files: Any, config: Any) -> Any:
    """Adds the pages, and the notebooks, that do not lie in `docs`."""
    from mkdocs.structure.files import File

    pages = [*((place, page_from_elsewhere(source)) for source, place in ELSEWHERE.items())]
    notebooks = (ROOT / NOTEBOOKS).glob("*.ipynb")
    pages += [(f"{NOTEBOOKS}/{each.name}", each.read_text(encoding="utf-8")) for each in notebooks]
    for place, text in (*pages, *reference_pages()):
        files.append(File.generated(config, place, content=text))
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Leads the links of a page to where pages are on the site."""
    place = page.file.src_uri
    sources = {to: source for source, to in ELSEWHERE.items()}
    return with_site_links(markdown, source=sources.get(place, f"docs/{place}"), place=place)
