"""The space that the page on tuning prints is the one that is searched."""

from __future__ import annotations

from kerasapps.recipes.image_classification.architectures import ARCHITECTURES
from kerasapps.tuning.space import space_table
from kerasapps.tuning.spaces import Candidate, default_space
from tests.docs.pages import ROOT, blocks_of

# What `kerasapps tune` comes to with 40 photos.
STARTS = {
    "dropout": 0.2, "fine_tune_rate": 0.1, "layer_decay": 0.75, "learning_rate": 3e-3,
    "weight_decay": 0.01, "batch_size": 16, "head_epochs": 5, "label_smoothing": 0.0,
    "augment": "light",
}  # fmt: skip


def test_the_printed_space_is_the_one_of_the_model_that_photos_get() -> None:
    usual = ARCHITECTURES.auto[0]
    space = default_space([Candidate(usual, ARCHITECTURES.find(usual).space, STARTS)])
    page = ROOT / "docs" / "tuning.md"
    assert space_table(space) + "\n" in [block.text for block in blocks_of(page)]
    assert f"That is the space of `{usual}`" in page.read_text("utf-8")
