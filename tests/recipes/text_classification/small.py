"""Options and texts of trainings that take no time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.data.texts.examples import TextSplits
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.workflow.options import with_values
from kerasapps.workflow.reading import read_splits
from tests.data.text_samples import rows, write_csv

SMALL = {"model": "bag_of_embeddings", "width": 0.1, "max_length": 8, "min_count": 1}


def options(**values: Any) -> dict[str, Any]:
    """All sections, some options replaced."""
    return with_values(TEXT_CLASSIFICATION.defaults, {**SMALL, **values})


def sixty_texts(folder: Path) -> TextSplits:
    """Sixty texts of two classes, written to a folder and split."""
    data = write_csv(folder / "a.csv", rows(60))
    found: TextSplits = read_splits(TEXT_CLASSIFICATION, data, options(), folder / "work")
    return found
