from __future__ import annotations

import pytest

from kerasapps.errors import ConfigError
from kerasapps.models.translators import TRANSLATORS, build_translator
from kerasapps.recipes.translation.architectures import ARCHITECTURES


def test_they_are_those_of_the_task() -> None:
    assert {name: each.build for name, each in ARCHITECTURES.known.items()} == TRANSLATORS


def test_other_names_are_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'transformer'"):
        build_translator("transfomer", None)  # type: ignore[arg-type]
