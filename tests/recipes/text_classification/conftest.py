"""Texts that several tests of this folder read."""

from __future__ import annotations

import pytest

from kerasapps.data.texts.examples import TextSplits
from tests.recipes.text_classification.small import sixty_texts


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> TextSplits:
    """Sixty texts of two classes."""
    return sixty_texts(tmp_path_factory.mktemp("texts"))
