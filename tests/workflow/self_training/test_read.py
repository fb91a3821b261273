"""Unlabelled data of which nothing can be used is refused in words."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config import UnlabelledConfig
from kerasapps.errors import DataError
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.workflow.self_training.read import read_unlabelled


def test_where_nobody_asks_nothing_is_read(tmp_path: Path) -> None:
    options = {**TEXT_CLASSIFICATION.defaults, "unlabelled": UnlabelledConfig()}
    splits: Any = None
    assert read_unlabelled(TEXT_CLASSIFICATION, splits, options, tmp_path) is None


def test_a_file_without_a_text_is_not_said_to_be_known_already(tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.write_text("")
    splits: Any = SimpleNamespace(target=SimpleNamespace(kind="class"))
    config = UnlabelledConfig(unlabelled=str(file))
    options = {**TEXT_CLASSIFICATION.defaults, "unlabelled": config}
    with pytest.raises(DataError, match=r"empty\.txt: there are no texts in it"):
        read_unlabelled(TEXT_CLASSIFICATION, splits, options, tmp_path)
