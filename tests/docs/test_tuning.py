"""The spaces that the page on tuning prints, and those that it shows how to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.recipes.image_classification.architectures import ARCHITECTURES
from kerasapps.recipes.image_classification.task import TASK
from kerasapps.tuning.space import space_table
from kerasapps.tuning.spaces import Candidate, default_space
from tests.docs.pages import ROOT, blocks_of
from tests.docs.stand_in import checked_space

PAGE = ROOT / "docs" / "tuning.md"

# What `kerasapps tune` comes to with 40 photos.
STARTS = {
    "dropout": 0.2, "fine_tune_rate": 0.1, "layer_decay": 0.75, "learning_rate": 3e-3,
    "weight_decay": 0.01, "batch_size": 16, "head_epochs": 5, "label_smoothing": 0.0,
    "augment": "light",
}  # fmt: skip


def test_the_printed_space_is_the_one_of_the_model_that_photos_get() -> None:
    usual = ARCHITECTURES.auto[0]
    space = default_space([Candidate(usual, ARCHITECTURES.find(usual).space, STARTS)])
    assert space_table(space) + "\n" in [block.text for block in blocks_of(PAGE)]
    assert f"That is the space of `{usual}`" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("text", [each.text for each in blocks_of(PAGE) if each.language == "yaml"])
def test_spaces_as_files_are_taken(text: str, tmp_path: Path) -> None:
    file = tmp_path / "space.yaml"
    file.write_text(text, encoding="utf-8")
    space = checked_space(TASK, str(file))
    assert "learning_rate" in [each.name for each in space.space]
