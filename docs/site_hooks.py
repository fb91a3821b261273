"""What mkdocs is told beside mkdocs.yml: pages from elsewhere, a reference of every public name.

The names are read from the sources: what a package lists in `__all__`, or of a lazy one what its
stub imports. So a new name, and a new package, is on the site without being told. A page of the
reference begins with tables of its names, each with the first line of its docstring.
"""

from __future__ import annotations

import ast
import configparser
import itertools
import posixpath
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
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
# The kinds of names in the order in which a page of the reference has them.
_KINDS = ("Packages", "Functions", "Classes", "Errors", "Values")
_SHOWN = 100  # characters of a value that has no docstring
_LINK = re.compile(r"(?<=\]\()([^)#\s:]+)((?:#[^)\s]*)?)(?=\))")
# What griffe knows as no section, and would put into a box each.
_CALL = re.compile(r"^( +)(Call arguments|Output):\n((?:\1    .*\n)+)", re.MULTILINE)
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
    packages = public_names()
    for package, names in packages.items():
        kinds: dict[str, list[tuple[str, str]]] = {kind: [] for kind in _KINDS}
        for name in names:
            kind, said = _told_of(package, name)
            kinds[kind].append((name, said))
        inner = [name for name, _ in kinds.pop("Packages")]
        parts = [f"# {package}", *([_about(package)] if _about(package) else [])]
        if inner:
            rows = [
                (f"[`{each}`]({package}.{each}.md)", _about(f"{package}.{each}").partition("\n")[0])
                for each in inner
            ]
            parts.append(_table("Packages", rows))
        parts += [
            _table(kind, [(f"[`{name}`][{package}.{name}]", said) for name, said in listed])
            for kind, listed in kinds.items()
            if listed
        ]
        parts += [f"::: {package}.{name}" for listed in kinds.values() for name, _ in listed]
        yield f"{_REFERENCE}/{package}.md", "\n\n".join(parts) + "\n"


def _table(heading: str, rows: Sequence[tuple[str, str]]) -> str:
    lines = [f"| {heading} | |", "|---|---|"]
    return "\n".join([*lines, *(f"| {link} | {said} |" for link, said in rows)])


def _told_of(package: str, name: str) -> tuple[str, str]:
    """Kind of a public name, and what a line says of it."""
    node, after = _definition(package, name)
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        said = (ast.get_docstring(node) or "").partition("\n")[0].replace("|", "\\|")
        if isinstance(node, ast.FunctionDef):
            return "Functions", said
        return "Errors" if name.endswith("Error") else "Classes", said
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return "Packages", ""
    # The docstring of a value stands below it.
    if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
        return "Values", str(after.value.value).partition("\n")[0]
    value = ast.unparse(node.value) if node.value else ""
    return "Values", f"`{value}`".replace("|", "\\|") if 0 < len(value) <= _SHOWN else ""


def _definition(module: str, name: str) -> tuple[ast.stmt | None, ast.stmt | None]:
    """Where a name is defined, and the statement after it; twice None for a module's name."""
    body = ast.parse(_source_of(module)).body
    for node, after in itertools.pairwise([*body, None]):
        if name in _defined_by(node):
            return node, after
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                if (each.asname or each.name) == name:
                    is_module = node.module == module
                    return (None, None) if is_module else _definition(node.module, each.name)
    raise LookupError(f"{name} of {module} is defined nowhere")


def _defined_by(node: ast.stmt | None) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.AnnAssign):
        return {ast.unparse(node.target)}
    return set(map(ast.unparse, node.targets)) if isinstance(node, ast.Assign) else set()


def _source_of(module: str) -> str:
    """The text that says what is in a module: the stub of a lazy package."""
    place = folder_of(module)
    candidates = (place / "__init__.pyi", place / "__init__.py", place.with_suffix(".py"))
    return next(each for each in candidates if each.exists()).read_text(encoding="utf-8")


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
    """A module's source whose docstrings have call arguments and outputs as plain Markdown.

    They then look as the parameters do, which griffe knows.
    """

    def as_markdown(section: re.Match[str]) -> str:
        indent, heading, entries = section.groups()
        text = re.sub(rf"^{indent}    ", indent, entries, flags=re.MULTILINE)
        if heading.startswith("Call"):
            text = re.sub(rf"^{indent}(\w+): ", rf"{indent}- `\1`: ", text, flags=re.MULTILINE)
        return f"{indent}**{heading}:**\n\n{text}"

    return _CALL.sub(as_markdown, source)


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
