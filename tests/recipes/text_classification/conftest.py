"""Texts that several tests of this folder read."""

from __future__ import annotations

import pytest

from kerasapps.data.texts.examples import TextSplits
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.workflow.reading import read_splits
from tests.data.text_samples import rows, write_csv
from tests.recipes.text_classification.small import options


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> TextSplits:
    """Sixty texts of two classes."""
    folder = tmp_path_factory.mktemp("texts")
    data = write_csv(folder / "a.csv", rows(60))
    found: TextSplits = read_splits(TEXT_CLASSIFICATION, data, options(), folder / "work")
    return found
