"""Ways to make a network small that a task does not have are refused before data are read."""

from __future__ import annotations

import pytest

from kerasapps.config import CompressConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import TASKS, TEXT_CLASSIFICATION
from kerasapps.workflow.compress import check_compress, compress_of

TRANSLATION = TASKS["translation"]


def test_what_a_task_has_no_use_for_is_refused() -> None:
    compress = CompressConfig(teacher="run", distill_temperature=3.0)
    options = {**TRANSLATION.defaults, "compress": compress}
    with pytest.raises(ConfigError, match="distill_temperature does not go with sentence pairs"):
        check_compress(TRANSLATION, options)
    check_compress(TEXT_CLASSIFICATION, options)


def test_options_of_a_task_without_such_a_section_ask_for_nothing() -> None:
    assert compress_of({}) == CompressConfig()
