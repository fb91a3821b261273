"""Runs the blocks of the pages, a kind of data at a time, so that each file of tests has one run.

A small runner of our own: existing ones run Python alone, and here half of the blocks are commands,
which are to go through the real command line, in a folder with the data that they name.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from tests.docs.foreign import check_foreign
from tests.docs.pages import NOTEBOOKS, PAGES, ROOT, Block, blocks, blocks_of, name_of
from tests.docs.place import furnish, given_names, kind_of
from tests.docs.shell import Call, calls_of
from tests.docs.stand_in import instead_of_fetching, instead_of_training, instead_of_waiting

Run = Callable[..., Any]
LANGUAGES = {"python", "bash", "json", "yaml", ""}
"""What blocks are written in; "" is what is printed or typed elsewhere."""


@dataclass(frozen=True)
class Place:
    """Where the blocks of a kind are run.

    Attributes:
        folder: with its data, and its finished run under `runs/`.
        result: of that run.
    """

    folder: Path
    result: kerasapps.RecipeResult | None


def place_for(
    kind: str, result: kerasapps.RecipeResult | None, factory: pytest.TempPathFactory
) -> Place:
    """A furnished folder.

    Raises:
        AssertionError: if the bundle has a file that the list of files does not name.
    """
    bundle = None if result is None else result.bundle_dir
    if bundle is not None:
        listed = (ROOT / "saved_models" / "README.md").read_text("utf-8")
        assert [file.name for file in bundle.iterdir() if f"`{file.name}" not in listed] == []
    return Place(furnish(factory.mktemp("place"), kind, bundle), result)


def python_pages(kind: str) -> list[str]:
    """Pages with blocks of Python that are about a kind of data."""
    python = {
        name_of(page): "".join(
            block.text for block in blocks_of(page) if block.language == "python"
        )
        for page in PAGES
    }
    return [page for page, text in python.items() if text and kind_of(text) == kind]


def slow_pages() -> list[str]:
    """Pages without data that have slow blocks; those of notebooks are run by their own test."""
    notebooks = {name_of(notebook) for notebook in NOTEBOOKS}
    slow = {block.page for block in blocks() if block.slow} - notebooks
    return [page for page in python_pages("") if page in slow]


def shell_blocks(kind: str) -> list[Block]:
    """Blocks of commands that are about a kind of data."""
    return [block for block in blocks() if block.language == "bash" and kind_of(block.text) == kind]


def waiting_blocks(kind: str) -> list[Block]:
    """Those with commands that start a process for each file."""
    return [block for block in shell_blocks(kind) if re.search(r"benchmark|export ", block.text)]


def run_python(
    page: str, place: Place, monkeypatch: pytest.MonkeyPatch, *, slow: bool
) -> Counter[str]:
    """Runs a page's blocks of Python one after the other, names being kept from one to the next.

    Args:
        page: its path from the project's folder.
        place: where.
        monkeypatch: goes to the place, and keeps trainings from being run.
        slow: run the slow blocks too.

    Returns:
        How many blocks ran.
    """
    if not slow:
        instead_of_training(monkeypatch, place.result)
    instead_of_fetching(monkeypatch)
    monkeypatch.chdir(place.folder)
    names = given_names(place.folder)
    counts: Counter[str] = Counter()
    for block in blocks():
        if block.page == page and block.language == "python":
            if block.slow and not slow:
                counts["slow blocks left out"] += 1
                continue
            # So that an error names the line of the page.
            code = compile("\n" * (block.line - 1) + block.text, page, "exec")
            exec(code, names)
            counts["blocks of Python ran"] += 1
    return counts


def run_shell(
    block: Block,
    place: Place,
    scratch: Path,
    *,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    waits: bool = False,
) -> Counter[str]:
    """Runs what a block runs of ours, and looks at what it runs of others.

    Args:
        block: of commands.
        place: where.
        scratch: an empty folder.
        run: the command line in this process.
        monkeypatch: keeps trainings from being run.
        waits: run also what starts a process for each file.

    Returns:
        How many commands ran, and how many of other programs were looked at.
    """
    instead_of_training(monkeypatch, place.result)
    instead_of_fetching(monkeypatch)
    if not waits:
        instead_of_waiting(monkeypatch)
    counts: Counter[str] = Counter()
    for call in calls_of(block.text, place.folder, scratch):
        if call.program != "kerasapps":
            check_foreign(call)
            counts["commands of other programs looked at"] += 1
        else:
            run_call(call, place, run, monkeypatch)
            counts["commands ran"] += 1
    assert counts, f"{block} runs nothing"
    return counts


def run_call(call: Call, place: Place, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs one command of ours, which must end well."""
    with monkeypatch.context() as patch:
        patch.setenv("HOME", os.fspath(place.folder))
        if call.secret:
            patch.setenv("KERASAPPS_SECRET", call.secret)
        ended = run(*call.arguments, cwd=place.folder, stdin=call.stdin)
    assert ended.returncode == 0, f"{call}\n{ended.stdout}\n{ended.stderr}"
