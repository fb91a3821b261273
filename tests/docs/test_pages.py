"""What every page keeps to, and that no block of one is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from kerasapps.cli import app
from tests.docs.pages import NOTEBOOKS, PAGES, ROOT, blocks, name_of
from tests.docs.place import KINDS
from tests.docs.running import LANGUAGES, python_pages, shell_blocks, slow_pages

FOREIGN = {
    "--force-reinstall", "--no-deps",  # of pip
    "--dist",  # of pytest
    "--check",  # of the scripts of examples/
}  # fmt: skip
OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")


def test_every_block_is_run_by_one_file_of_tests() -> None:
    kinds = [*KINDS, ""]
    by_files = [str(block) for kind in kinds for block in shell_blocks(kind)]
    written = [str(block) for block in blocks() if block.language == "bash"]
    assert sorted(by_files) == sorted(written)
    pages = [page for kind in kinds for page in python_pages(kind)]
    assert sorted(pages) == sorted({each.page for each in blocks() if each.language == "python"})
    slow = {block.page for block in blocks() if block.slow}
    assert slow - {*map(name_of, NOTEBOOKS)} == set(slow_pages())
    for kind in kinds:
        file = ROOT / "tests" / "docs" / f"test_{kind or 'others'}.py"
        assert f'KIND = "{kind}"' in file.read_text("utf-8")
    assert {block.language for block in blocks()} <= LANGUAGES


def options_of(command: Any) -> Iterator[str]:
    for parameter in command.params:
        yield from (*parameter.opts, *parameter.secondary_opts)
    for name in getattr(command, "commands", ()):
        yield from options_of(command.commands[name])


@pytest.fixture(scope="module")
def known() -> set[str]:
    return {*options_of(typer.main.get_command(app)), "--help", *FOREIGN}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_option_in_a_sentence_is_one(page: Any, known: set[str]) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    spans = re.findall(r"`([^`]+)`", text)
    unknown = {option for span in spans for option in OPTION.findall(span)} - known
    assert not unknown, f"{name_of(page)}: no command has {unknown}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_to_a_file_leads_to_one(page: Any) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(
        r"\]\(([^)#\s]+)(?:#[\w-]+)?\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    ):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{name_of(page)} links to {target}"
