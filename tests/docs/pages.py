"""The pages that people read, and what stands in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOTEBOOKS = tuple(sorted((ROOT / "examples").glob("*.ipynb")))
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "saved_models" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *NOTEBOOKS,
)

SLOW = "<!-- slow -->"
"""Stands before a block that only `make test-all` runs."""
SLOW_TAG = "slow"
"""The same as a tag of a notebook's cell."""

_FENCE = re.compile(
    rf"^( *)(?:({SLOW})\n+ *)?```(\w*)[^\n]*\n(.*?)^\1```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, or a cell of code of a notebook.

    Attributes:
        page: path of the page from the project's folder, with `/`.
        line: of its first line of text, from 1; of a cell its number among all cells.
        language: as the fence names it; "" where it names none.
        text: what stands between the fences.
        slow: whether it takes long to run.
    """

    page: str
    line: int
    language: str
    text: str
    slow: bool = False

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def name_of(page: Path) -> str:
    """A page's path from the project's folder."""
    return page.relative_to(ROOT).as_posix()


def blocks() -> list[Block]:
    """Every block of every page, in order."""
    return [block for page in PAGES for block in blocks_of(page)]


def blocks_of(page: Path) -> Iterator[Block]:
    """The blocks of one page."""
    if page in NOTEBOOKS:
        yield from _cells_of(page)
        return
    text = page.read_text(encoding="utf-8")
    for fence in _FENCE.finditer(text):
        indent, slow, language, inside = fence.groups()
        line = text.count("\n", 0, fence.start(4)) + 1
        lines = (each.removeprefix(indent) for each in inside.splitlines(keepends=True))
        yield Block(name_of(page), line, language, "".join(lines), slow is not None)


def _cells_of(notebook: Path) -> Iterator[Block]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    for number, cell in enumerate(cells, start=1):
        if cell["cell_type"] == "code":
            slow = SLOW_TAG in cell["metadata"].get("tags", ())
            yield Block(name_of(notebook), number, "python", "".join(cell["source"]), slow)
