"""What the pages show with rows of a table runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import kerasapps
from kerasapps.config import ExportConfig, ModelConfig, TrainConfig
from tests.docs.pages import Block
from tests.docs.place import furnish
from tests.docs.running import Place, place_for, python_pages, shell_blocks

KIND = "rows"


def trained_rows(folder: Path) -> kerasapps.RecipeResult:
    """Some weights for a table, as quickly as can be."""
    return kerasapps.train_tabular(
        furnish(folder, KIND) / "people.csv",
        target="income",
        output_dir=folder / "run",
        model=ModelConfig(model="linear"),
        train=TrainConfig(epochs=1),
        export=ExportConfig(quantization=("float32",), saved_model=False),
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return place_for(KIND, trained_rows(tmp_path_factory.mktemp("run")), tmp_path_factory)


@pytest.mark.parametrize("page", python_pages(KIND))
def test_python(page: str, place: Place, run_page: Callable[..., None]) -> None:
    run_page(page, place)


@pytest.mark.parametrize("block", shell_blocks(KIND), ids=str)
def test_commands(block: Block, place: Place, run_block: Callable[..., None]) -> None:
    run_block(block, place)
