"""What would come to nothing with qat is refused before data are read."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.config import CompressConfig, ExportConfig, ModelConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.workflow.check_qat import check_qat


@pytest.mark.parametrize(
    ("changes", "searches", "message"),
    [
        ({"export": ExportConfig(quantization=("float16",))}, False, "add int8"),
        ({}, True, "search without"),
        ({"model": ModelConfig(model="lstm")}, False, "lstm is recurrent"),
    ],
)
def test_what_comes_to_nothing_is_refused(
    changes: dict[str, Any], searches: bool, message: str
) -> None:
    options = {
        **TEXT_CLASSIFICATION.defaults,
        "model": ModelConfig(model="text_cnn"),
        "compress": CompressConfig(qat=True),
    }
    check_qat(TEXT_CLASSIFICATION, options, searches=False)
    with pytest.raises(ConfigError, match=message):
        check_qat(TEXT_CLASSIFICATION, {**options, **changes}, searches=searches)
