"""What the pages show with numbers runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.docs.pages import Block
from tests.docs.running import Place, place_for, python_pages, shell_blocks
from tests.docs.small import trained_texts

KIND = "numbers"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return place_for(KIND, trained_texts(tmp_path_factory.mktemp("run"), KIND), tmp_path_factory)


@pytest.mark.parametrize("page", python_pages(KIND))
def test_python(page: str, place: Place, run_page: Callable[..., None]) -> None:
    run_page(page, place)


@pytest.mark.parametrize("block", shell_blocks(KIND), ids=str)
def test_commands(block: Block, place: Place, run_block: Callable[..., None]) -> None:
    run_block(block, place)
