"""Ways to make a network small that a task does not have are refused before data are read."""

from __future__ import annotations

import pytest

from kerasapps.config import CompressConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import TABULAR, TEXT_CLASSIFICATION
from kerasapps.workflow.compress import check_compress, compress_of


def test_a_teacher_of_a_task_that_has_none_is_refused() -> None:
    options = {**TABULAR.defaults, "compress": CompressConfig(teacher="run")}
    with pytest.raises(ConfigError, match="teacher does not go with table rows"):
        check_compress(TABULAR, options)
    check_compress(TEXT_CLASSIFICATION, options)


def test_options_of_a_task_without_such_a_section_ask_for_nothing() -> None:
    assert compress_of({}) == CompressConfig()
